import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import worker from "../../../worker/index.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  connect,
  consent,
  invite,
  ORIGIN,
} from "../../helpers/workerd/agency.ts";
import { mailTo } from "../../helpers/workerd/mail.ts";

let home: Agency;
let creatorId: string;
beforeAll(async () => {
  home = await agency();
  creatorId = (await addCreator(home.browser)).id;
});

const EVIL = "evil.example";
/** What a link could name as the place to go on to. */
const PLACES = [`https://${EVIL}`, `//${EVIL}`, `/\\${EVIL}`, `javascript:alert(1)`, `/%5c${EVIL}`, `@${EVIL}`];
const PARAMETERS = ["next", "url", "return", "returnTo", "return_to", "redirect", "redirect_uri", "continue", "lang"];

/** Where an answer sends a browser to; null for nowhere. */
const target = (answer: Response): URL | null => {
  const location = answer.headers.get("Location");
  return location === null ? null : new URL(location, ORIGIN);
};

describe("a link that names a place to go on to", () => {
  test("leads nowhere but where the page itself leads", async () => {
    for (const path of ["/", "/app", "/privacy", "/connect/x", "/c/x", "/oauth/tiktok/callback", "/api/v1/auth/logout"])
      for (const parameter of PARAMETERS)
        for (const place of PLACES) {
          const answer = await new Browser().fetch(`${path}?${parameter}=${encodeURIComponent(place)}`);
          const location = target(answer);
          await answer.body?.cancel();
          expect([path, parameter, place, location?.href ?? null]).toEqual([
            path,
            parameter,
            place,
            path === "/app" ? `${ORIGIN}/app/creators` : null,
          ]);
        }
  });

  test("is no path that begins like another host", async () => {
    for (const path of [`//${EVIL}/app`, `/app//${EVIL}`, `/\\${EVIL}`, `/%2f%2f${EVIL}`, `/app/%0d%0aLocation:x`]) {
      const answer = await new Browser().fetch(`${ORIGIN}${path}`);
      expect([path, target(answer)]).toEqual([path, null]);
      await answer.body?.cancel();
    }
  });

  test("does not change where TikTok's answer leads: the creator's own page, and no other", async () => {
    const creator = new Browser();
    const back = new URL(await consent(creator, await invite(home.browser, creatorId), { account: "host_a" }));
    for (const parameter of PARAMETERS) back.searchParams.append(parameter, `https://${EVIL}`);
    const answer = await creator.fetch(back.href);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("Location")).toMatch(/^\/c\/eu\.[\w.-]+$/);
  });

  test("does not change what TikTok is told to send the browser back to", async () => {
    const page = await invite(home.browser, creatorId);
    const answer = await new Browser().form(`${page}?redirect_uri=https://${EVIL}`, [
      ["redirect_uri", `https://${EVIL}`],
      ["state", "chosen"],
      ["next", `//${EVIL}`],
    ]);
    const authorize = target(answer);
    expect(authorize?.href.startsWith(env.TIKTOK_AUTHORIZE_URL)).toBe(true);
    expect(authorize?.searchParams.getAll("redirect_uri")).toEqual([`${ORIGIN}/oauth/tiktok/callback`]);
    expect(authorize?.searchParams.get("state")).not.toBe("chosen");
    expect(authorize?.href).not.toContain(EVIL);
  });

  test("a form's language is one of ours in the address that follows, whatever it says", async () => {
    const { id } = await addCreator(home.browser);
    const { creator, page } = await connect(home.browser, id, { account: "host_b", live: true });
    for (const lang of [`//${EVIL}`, `en\r\nSet-Cookie: a=b`, "en&next=//x", "../..", "ar"]) {
      const answer = await creator.form(`${page}/live`, [
        ["value", "off"],
        ["lang", lang],
      ]);
      expect(answer.headers.get("Location")).toBe(`${page}?notice=live_off&lang=${lang === "ar" ? "ar" : "en"}`);
      expect(answer.headers.get("Set-Cookie")).toBeNull();
    }
  });
});

describe("a request that says it came to another host", () => {
  const asked = (path: string, init: RequestInit = {}): Response | Promise<Response> =>
    worker.fetch(
      new Request(`http://${EVIL}${path}`, {
        ...init,
        headers: { Origin: `http://${EVIL}`, "X-Forwarded-Host": EVIL, Forwarded: `host=${EVIL}`, ...init.headers },
      }),
      env,
      { waitUntil: (work: Promise<unknown>) => void work, passThroughOnException() {}, props: {} },
    );
  const cookies = () => ({ Cookie: [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ") });

  test("gets links to this one alone, in answers and in mails", async () => {
    const made = await asked(`/api/v1/creators/${creatorId}/invites`, { method: "POST", headers: cookies() });
    expect(await made.json()).toMatchObject({ url: expect.stringMatching(`^${ORIGIN}/connect/`) });
    const json = { "Content-Type": "application/json" };
    await asked("/api/v1/auth/forgot", { method: "POST", headers: json, body: JSON.stringify({ email: home.email }) });
    const { text } = await mailTo(home.email, /password/i);
    expect(text).toContain(`${ORIGIN}/app/reset#`);
    expect(text).not.toContain(EVIL);
  });

  test("is not shown that host by any page", async () => {
    for (const path of ["/", "/privacy", "/terms", "/nothing", "/connect/x", "/api/docs", "/api/openapi.json"]) {
      const answer = await asked(path, { headers: { Accept: "text/html" } });
      expect([path, (await answer.text()).includes(EVIL)]).toEqual([path, false]);
    }
  });
});

describe("a path that climbs", () => {
  const CLIMBS = [
    "/app/../.dev.vars",
    "/app/%2e%2e/%2e%2e/wrangler.toml",
    "/assets/..%2f..%2fpackage.json",
    "/c/..%2f..%2fapi%2fv1%2fme",
    "/connect/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/.git/config",
    "/.dev.vars",
    "/wrangler.toml",
    "/app/%00",
  ];
  test.each(CLIMBS)("%s comes to no file of ours", async (path) => {
    const answer = await home.browser.fetch(path);
    const text = await answer.text();
    for (const kept of [env.SESSION_KEY, env.TOKEN_KEYS, "compatibility_date", "devDependencies", "[core]", "root:"])
      expect(text).not.toContain(kept);
    expect(answer.status).not.toBe(500);
  });

  test("names no record by the way: an id with a path in it is no id", async () => {
    for (const id of ["..%2fmembers", "%2e%2e%2f%2e%2e%2fme", `${creatorId}%2f..%2f..%2fmembers`, `${creatorId}%00`])
      expect((await home.browser.json("GET", `/creators/${id}`)).status).toBe(404);
  });
});

test("what a request writes into its headers becomes no header of the answer", async () => {
  const marked = "marked-by-a-stranger";
  const answer = await home.browser.fetch(`/app/${marked}%0d%0aX-Injected:1?lang=${marked}`, {
    headers: {
      "X-Request-Id": marked,
      "Accept-Language": marked,
      "X-Forwarded-For": marked,
      "User-Agent": marked,
      Referer: `https://${marked}`,
    },
  });
  expect([...answer.headers].filter(([, value]) => value.includes(marked))).toEqual([]);
  expect(answer.headers.get("X-Injected")).toBeNull();
});
