import { env } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import worker from "../../../worker/index.ts";
import { type Agency, addCreator, agency, Browser, ORIGIN, PASSWORD } from "../../helpers/workerd/agency.ts";
import { join } from "../../helpers/workerd/members.ts";

/** Every line of the log, as it was written. */
const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      lines.push(words.map(String).join(" "));
    });
});
afterEach(() => vi.restoreAllMocks());

let home: Agency;
let stranger: Agency;
let viewer: Browser;
let theirs: string;
beforeAll(async () => {
  [home, stranger] = [await agency(), await agency()];
  viewer = (await join(home, "viewer")).browser;
  theirs = (await addCreator(stranger.browser)).id;
});

/** The lines of the request that was answered like this. */
const traceOf = (answer: Response): Record<string, unknown>[] =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ requestId }) => requestId === answer.headers.get("X-Request-Id"));

test("each try to get past a guard leaves a line with what refused it, where, from whom and when", async () => {
  const signIn = (email: string, password: string) => new Browser().json("POST", "/auth/login", { email, password });
  const attempts: [code: string, route: string, ask: () => Promise<Response>][] = [
    ["wrong_credentials", "/api/v1/auth/login", () => signIn(home.email, "wrong horse, wrong battery")],
    ["wrong_credentials", "/api/v1/auth/login", () => signIn("nobody@agency.example", PASSWORD)],
    ["not_signed_in", "/api/v1/creators", () => new Browser().json("GET", "/creators")],
    [
      "not_signed_in",
      "/api/v1/creators",
      () => new Browser().json("GET", "/creators", undefined, { Authorization: "Bearer ek_made.up" }),
    ],
    [
      "cross_origin",
      "/api/v1/creators",
      () => home.browser.json("POST", "/creators", {}, { Origin: "https://evil.example" }),
    ],
    ["not_found", "/api/v1/creators/:id", () => home.browser.json("GET", `/creators/${theirs}`)],
    ["not_allowed", "/api/v1/creators", () => viewer.json("POST", "/creators", { displayName: "X" })],
    ["invalid_fields", "/api/v1/creators", () => home.browser.json("POST", "/creators", { role: "owner" })],
    ["json_malformed", "/api/v1/creators", () => home.browser.json("POST", "/creators", "{")],
    [
      "json_only",
      "/api/v1/creators",
      () => home.browser.json("POST", "/creators", "x", { "Content-Type": "text/plain" }),
    ],
    ["body_too_large", "/api/v1/creators", () => home.browser.json("POST", "/creators", " ".repeat(300_000))],
  ];
  for (const [code, route, ask] of attempts) {
    const answer = await ask();
    const trace = traceOf(answer);
    const about = { route, ip: "127.0.0.1", time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) };
    expect([code, trace]).toEqual([
      code,
      expect.arrayContaining([
        expect.objectContaining({ ...about, event: "problem", code }),
        expect.objectContaining({ ...about, status: answer.status }),
      ]),
    ]);
  }
});

test("who got in leaves a line too, and from then on each line says who", async () => {
  const browser = new Browser();
  const entered = await browser.json("POST", "/auth/login", { email: home.email, password: PASSWORD });
  expect(traceOf(entered)).toEqual([expect.objectContaining({ route: "/api/v1/auth/login", status: 200 })]);
  expect(traceOf(await browser.json("GET", "/me"))).toEqual([
    expect.objectContaining({ route: "/api/v1/me", status: 200, tenantId: home.tenant.id, userId: home.user.id }),
  ]);
});

test("what breaks unforeseen leaves the kind of its error, and not a word of what it said", async () => {
  const broken = new Proxy(env.DB_EU, {
    get: () => () => {
      throw new TypeError("SELECT secret FROM somewhere");
    },
  });
  const cookie = [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await worker.fetch(
    new Request(`${ORIGIN}/api/v1/creators`, { headers: { Cookie: cookie } }),
    { ...env, DB_EU: broken },
    { waitUntil() {}, passThroughOnException() {}, props: {} },
  );
  expect(answer.status).toBe(500);
  expect(traceOf(answer)).toContainEqual(
    expect.objectContaining({ level: "error", code: "unexpected", event: "typeerror", route: "/api/v1/creators" }),
  );
  expect(lines.join("\n")).not.toContain("SELECT");
});
