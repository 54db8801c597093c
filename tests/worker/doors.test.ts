import { env, runInDurableObject } from "cloudflare:test";
import { Hono } from "hono";
import { beforeAll, describe, expect, test } from "vitest";
import { DOORS, type DoorName } from "../../domain/doors.ts";
import { doorGate } from "../../durable/kit/stubs.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import type { AppEnv } from "../../worker/env.ts";
import { requestLog } from "../../worker/http/log.ts";
import { problem } from "../../worker/http/problem.ts";
import { door, knock } from "../../worker/http/rate-limit.ts";
import worker from "../../worker/index.ts";
import { type Agency, addCreator, agency, Browser, ORIGIN, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal } from "../helpers/workerd/answers.ts";
import { operations } from "../helpers/workerd/operations.ts";

const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
const guarded = { ...env, RATE_LIMITS: "on" };

interface Asking {
  method?: string;
  path: string;
  body?: unknown;
  cookies?: Browser;
  key?: string;
  ip?: string;
}

/** A request as it comes in where the limits stand. */
const ask = async ({ method = "GET", path, body, cookies, key, ip = "192.0.2.1" }: Asking): Promise<Response> =>
  worker.fetch(
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: {
        "CF-Connecting-IP": ip,
        Origin: ORIGIN,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(cookies ? { Cookie: [...cookies.jar()].map(([name, value]) => `${name}=${value}`).join("; ") } : {}),
        ...(key ? { Authorization: `Bearer ${key}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
    guarded,
    context,
  );

const gateOf = (name: DoorName, who: string) =>
  doorGate(env, blindIndex(env.BLIND_INDEX_KEY, "door", `${name}:${who}`));

/** As if somebody had knocked just so often as they may. */
async function spend(name: DoorName, who: string): Promise<void> {
  const gate = gateOf(name, who);
  await gate.knock(DOORS[name]);
  await runInDurableObject(gate, (_, { storage }) => storage.sql.exec("UPDATE knocks SET times = ?", DOORS[name].most));
}

let home: Agency;
let creatorId: string;
let key: { id: string; secret: string };
let keyOther: { id: string; secret: string };
let invitationId: string;
beforeAll(async () => {
  home = await agency();
  creatorId = (await addCreator(home.browser)).id;
  const make = () =>
    home.browser.api<{ id: string; secret: string }>("POST", "/api-keys", { name: "A program", role: "viewer" });
  [key, keyOther] = [await make(), await make()];
  const invited = { email: `waiting.${unique()}@agency.example`, role: "viewer" };
  invitationId = (await home.browser.api<{ id: string }>("POST", "/members/invitations", invited)).id;
});

/** Who is counted, and every way through the door; the last entry is somebody else, who is let in. */
const ways: Record<
  Exclude<DoorName, "signInAccount" | "reset" | "resetAccount">,
  () => { who: string; by: Asking[]; other: Asking }
> = {
  register: () => ({
    who: "192.0.2.11",
    by: [
      { method: "POST", path: "/api/v1/auth/register", body: {}, ip: "192.0.2.11" },
      { method: "POST", path: "/api/v1/auth/invitations/nonsense", body: {}, ip: "192.0.2.11" },
    ],
    other: { method: "POST", path: "/api/v1/auth/register", body: {}, ip: "192.0.2.12" },
  }),
  signIn: () => ({
    who: "2001:db8:0:1::/64",
    by: [{ method: "POST", path: "/api/v1/auth/login", body: {}, ip: "2001:db8:0:1::7" }],
    other: { method: "POST", path: "/api/v1/auth/login", body: {}, ip: "2001:db8:0:2::7" },
  }),
  connect: () => ({
    who: "192.0.2.31",
    by: [
      { path: "/connect/nonsense", ip: "192.0.2.31" },
      { method: "POST", path: "/connect/nonsense", ip: "192.0.2.31" },
      { method: "POST", path: "/connect/nonsense/confirm", ip: "192.0.2.31" },
      { path: "/oauth/tiktok/callback", ip: "192.0.2.31" },
      { path: "/api/v1/auth/invitations/nonsense", ip: "192.0.2.31" },
      { method: "POST", path: "/c/nonsense/live", ip: "192.0.2.31" },
      { path: "/c/nonsense", ip: "192.0.2.31" },
    ],
    other: { path: "/connect/nonsense", ip: "192.0.2.32" },
  }),
  inviteMember: () => ({
    who: home.tenant.id,
    by: [
      { method: "POST", path: "/api/v1/members/invitations", body: {}, cookies: home.browser },
      { method: "POST", path: `/api/v1/members/invitations/${invitationId}/resend`, cookies: home.browser },
    ],
    other: { path: "/api/v1/members/invitations", cookies: home.browser },
  }),
  inviteCreator: () => ({
    who: home.tenant.id,
    by: [{ method: "POST", path: `/api/v1/creators/${creatorId}/invites`, cookies: home.browser }],
    other: { path: `/api/v1/creators/${creatorId}`, cookies: home.browser },
  }),
  search: () => ({
    who: sessionOf(home.browser),
    by: [{ path: "/api/v1/creators?q=mira", cookies: home.browser }],
    other: { path: "/api/v1/creators?sort=-createdAt", cookies: home.browser },
  }),
  cspReports: () => ({
    who: "192.0.2.41",
    by: [{ method: "POST", path: "/csp-reports", body: {}, ip: "192.0.2.41" }],
    other: { method: "POST", path: "/csp-reports", body: {}, ip: "192.0.2.42" },
  }),
  key: () => ({
    who: key.id,
    by: [
      { path: "/api/v1/creators", key: key.secret },
      { path: "/api/v1/me", key: key.secret },
    ],
    other: { path: "/api/v1/me", key: keyOther.secret },
  }),
};

const sessionOf = (browser: Browser): string => browser.jar().get("__Host-session")?.split(".")[2] ?? "";

describe("a door", () => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])(
    "%s refuses who knocked too often, and nobody else",
    async (name) => {
      const { who, by, other } = ways[name]();
      await spend(name, who);
      for (const asking of by) {
        const response = await ask(asking);
        const { seconds } = DOORS[name];
        const wait = Number(response.headers.get("Retry-After"));
        expect([name, asking.path, wait > seconds * 0.9, wait <= (seconds * 61) / 60 + 1]).toEqual([
          name,
          asking.path,
          true,
          true,
        ]);
        expect(await problemOf(response)).toMatchObject({ status: 429, code: "rate_limited" });
      }
      expect((await ask(other)).status).not.toBe(429);
    },
  );

  test("is a line in a route, and counts by account where the route says whose", async () => {
    const account = unique();
    const app = new Hono<AppEnv>().use(requestLog).post("/forgot", door("reset"), async (c) => {
      await knock(c, "resetAccount", account);
      return c.json({});
    });
    app.onError(problem);
    const forgot = async (ip: string): Promise<Response> =>
      app.fetch(
        new Request(`${ORIGIN}/forgot`, { method: "POST", headers: { "CF-Connecting-IP": ip } }),
        guarded,
        context,
      );
    for (let time = 0; time < DOORS.resetAccount.most; time++)
      expect((await forgot(`192.0.2.${100 + time}`)).status).toBe(200);
    expect(await refusal(await forgot("192.0.2.120"))).toBe("429 rate_limited");
    await spend("reset", "192.0.2.130");
    expect(await refusal(await forgot("192.0.2.130"))).toBe("429 rate_limited");
  });

  test("counts exactly, side by side: no more pass than may", async () => {
    const answers = await Promise.all(
      Array.from({ length: 45 }, () =>
        ask({ method: "POST", path: "/api/v1/auth/register", body: {}, ip: "192.0.2.50" }),
      ),
    );
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(DOORS.register.most);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  test("is described where the API describes itself", async () => {
    const doors = (await operations()).filter(({ described }) => "429" in Object(described.responses));
    expect(doors.map(({ method, path }) => `${method} ${path.slice("/api/v1".length)}`).sort()).toEqual([
      "GET /auth/invitations/{token}",
      "GET /creators",
      "POST /auth/invitations/{token}",
      "POST /auth/login",
      "POST /auth/register",
      "POST /creators/{id}/invites",
      "POST /members/invitations",
      "POST /members/invitations/{id}/resend",
    ]);
    const page = await (await new Browser().fetch("/api/docs")).text();
    for (const { what } of Object.values(DOORS)) expect(page).toContain(what.replace("'", "&#39;"));
  });

  test("holds nobody's address in its name", async () => {
    const gate = gateOf("register", "192.0.2.50");
    expect(gate.name).toMatch(/^[\w-]{43}$/);
  });
});

describe("a body that is too long", () => {
  /** Comes in pieces, says no length and never ends; tells how much was taken of it. */
  function endless(): { body: ReadableStream<Uint8Array>; taken: () => number } {
    let taken = 0;
    const piece = new TextEncoder().encode(" ".repeat(8_192));
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        taken += piece.byteLength;
        controller.enqueue(piece);
      },
    });
    return { body, taken: () => taken };
  }

  test.each([
    ["/api/v1/auth/register", "application/json", 64],
    ["/api/v1/auth/login", "application/json", 64],
    ["/api/v1/creators", "application/json", 256],
    ["/webhooks/tiktok", "application/json", 256],
    ["/connect/nonsense", "application/x-www-form-urlencoded", 16],
    ["/connect/nonsense/confirm", "application/x-www-form-urlencoded", 16],
    ["/csp-reports", "application/csp-report", 16],
    ["/c/nonsense/live", "application/x-www-form-urlencoded", 16],
    ["/c/nonsense/disconnect", "application/x-www-form-urlencoded", 16],
  ])("is 413 at %s before anything is parsed, whether it says its length or not", async (path, type, kilobytes) => {
    const cookie = [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { "Content-Type": type, Origin: ORIGIN, Cookie: cookie };
    const sent = (body: BodyInit, more: Record<string, string> = {}): Promise<Response> =>
      Promise.resolve(
        worker.fetch(
          new Request(`${ORIGIN}${path}`, { method: "POST", headers: { ...headers, ...more }, body }),
          env,
          context,
        ),
      );
    const { body, taken } = endless();
    expect(await refusal(await sent(body))).toBe("413 body_too_large");
    expect(taken()).toBeLessThan(kilobytes * 1024 + 65_536);
    const announced = endless();
    const refused = await sent(announced.body, { "Content-Length": String(kilobytes * 1024 + 1) });
    expect(await refusal(refused)).toBe("413 body_too_large");
    expect(announced.taken()).toBeLessThan(65_536);
    expect((await sent(" ".repeat(kilobytes * 1024))).status).not.toBe(413);
    expect(await refusal(await sent(" ".repeat(kilobytes * 1024 + 1)))).toBe("413 body_too_large");
  });

  test("is measured in bytes, not in letters", async () => {
    const body = JSON.stringify({ displayName: "ü".repeat(140_000) });
    expect(await refusal(await home.browser.json("POST", "/creators", body))).toBe("413 body_too_large");
  });
});
