import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type Agency, addCreator, agency, Browser, invite, ORIGIN } from "../../helpers/workerd/agency.ts";
import { refusal } from "../../helpers/workerd/answers.ts";
import { type Operation, operations } from "../../helpers/workerd/operations.ts";
import { dumpOf } from "../../helpers/workerd/rows.ts";

let home: Agency;
let creatorId: string;
let all: Operation[];
beforeAll(async () => {
  home = await agency();
  creatorId = (await addCreator(home.browser)).id;
  all = await operations();
});

/** A request as another site's page makes it: with the person's cookies where a browser would send them, and no more. */
const sent = (path: string, method: string, headers: Record<string, string>, body?: BodyInit): Promise<Response> =>
  exports.default.fetch(
    new Request(`${ORIGIN}${path.replace(/\{\w+\}/g, creatorId)}`, {
      method,
      redirect: "manual",
      headers: { Cookie: [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; "), ...headers },
      ...(body === undefined ? {} : { body }),
    }),
  );

const FIELDS = '{"displayName":"Forged","enabled":true,"name":"Forged","role":"viewer"}';
const multipart = (): FormData => {
  const form = new FormData();
  form.set("displayName", "Forged");
  return form;
};

/** What a form can send without asking first, and what only `fetch` can. */
const BODIES: [what: string, headers: Record<string, string>, body: () => BodyInit][] = [
  ["a form", { "Content-Type": "application/x-www-form-urlencoded" }, () => "displayName=Forged&enabled=true"],
  ["a form that spells JSON as text", { "Content-Type": "text/plain" }, () => `${FIELDS.slice(0, -1)},"a":"="}`],
  ["a form with a file", {}, multipart],
  ["JSON", { "Content-Type": "application/json" }, () => FIELDS],
];

/** How a request of another site's page, or of no page at all, is marked. */
const PLACES: [where: string, headers: Record<string, string>][] = [
  ["another site", { Origin: "https://evil.example" }],
  ["another site, by the browser's own mark", { "Sec-Fetch-Site": "cross-site" }],
  ["a sibling site", { Origin: "https://www.localhost:8787", "Sec-Fetch-Site": "same-site" }],
  ["a frame without an origin", { Origin: "null" }],
  ["nowhere, with the cookies", {}],
];

const unsafe = (): Operation[] => all.filter(({ method }) => method !== "GET");

describe.each(PLACES)("a request from %s", (_where, marked) => {
  test.each(BODIES)("with %s does nothing at any operation that changes something", async (_what, headers, body) => {
    expect(unsafe().length).toBeGreaterThan(25);
    const before = await dumpOf(home);
    for (const { method, path } of unsafe()) {
      const answer = await sent(path, method, { ...marked, ...headers }, body());
      expect([method, path, await refusal(answer)]).toEqual([method, path, "403 cross_origin"]);
    }
    expect(await dumpOf(home)).toEqual(before);
  });

  test("opens no socket", async () => {
    const sockets = all.filter(({ path }) => /socket|relay/.test(path));
    expect(sockets.map(({ path }) => path)).toHaveLength(2);
    for (const { path } of sockets)
      expect(await refusal(await sent(path, "GET", { ...marked, Upgrade: "websocket" }))).toBe("403 cross_origin");
  });
});

test("no operation that takes JSON takes it as anything else, from our own pages either", async () => {
  const before = await dumpOf(home);
  for (const { method, path, described } of unsafe().filter((operation) => operation.described.requestBody)) {
    for (const [, headers, body] of BODIES.slice(0, 3)) {
      const answer = await sent(path, method, { Origin: ORIGIN, ...headers }, body());
      // 404 and 403 come first where the path names something: nothing here is named rightly but creators.
      expect([method, path, described.summary, answer.status]).toEqual([
        method,
        path,
        described.summary,
        expect.toBeOneOf([415, 404]),
      ]);
      await answer.body?.cancel();
    }
  }
  expect(await dumpOf(home)).toEqual(before);
});

test("no GET changes anything", async () => {
  const before = await dumpOf(home);
  for (const { method, path } of all.filter((operation) => operation.method === "GET")) {
    const answer = await sent(path, method, { "Sec-Fetch-Site": "cross-site" });
    await answer.body?.cancel();
  }
  for (const path of [new URL(await invite(home.browser, creatorId)).pathname, "/oauth/tiktok/callback?state=x&code=y"])
    await (await sent(path, "GET", {})).body?.cancel();
  const changed = (await dumpOf(home)).filter((row) => !before.includes(row));
  // The invite that this test made itself.
  expect(changed.filter((row) => !/^(invites|creators) /.test(row))).toEqual([]);
});

test("every cookie that is ever set is bound to this host, out of scripts' reach, and not sent by other sites' forms", async () => {
  const lines: string[] = [];
  class Collector extends Browser {
    override async fetch(path: string, init?: RequestInit): Promise<Response> {
      const response = await super.fetch(path, init);
      if (new URL(path, ORIGIN).origin === ORIGIN) lines.push(...response.headers.getSetCookie());
      return response;
    }
  }
  const browser = new Collector();
  const email = `cookies.${Date.now()}@agency.example`;
  const password = "correct horse, wrong battery";
  await browser.api("POST", "/auth/register", { agency: "A", region: "eu", name: "N", email, password });
  const { id } = await addCreator(browser);
  await browser.form(await invite(browser, id), []);
  await browser.api("POST", "/auth/refresh");
  await browser.api("POST", "/auth/logout");
  await browser.api("POST", "/auth/login", { email, password });
  const names = new Set(lines.map((line) => line.split("=")[0]));
  expect([...names].sort()).toEqual(["__Host-bookmark", "__Host-connect", "__Host-refresh", "__Host-session"]);
  for (const line of lines) {
    expect(line).toMatch(/; Path=\/(;|$)/);
    expect(line).toMatch(/; HttpOnly/);
    expect(line).toMatch(/; Secure/);
    expect(line).toMatch(/; SameSite=Lax/);
    expect(line).not.toMatch(/Domain=/i);
  }
});
