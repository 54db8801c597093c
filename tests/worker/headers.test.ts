import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { assetHeaders, SECURITY_HEADERS } from "../../worker/http/security-headers.ts";
import worker from "../../worker/index.ts";
import { type Agency, addCreator, agency, Browser, connect, invite, ORIGIN } from "../helpers/workerd/agency.ts";

const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
const straight = async (path: string, bindings: typeof env, init: RequestInit = {}): Promise<Response> =>
  worker.fetch(new Request(`${ORIGIN}${path}`, init), bindings, context);

const policyOf = (headers: Headers): Map<string, string> =>
  new Map(
    (headers.get("Content-Security-Policy") ?? "").split("; ").map((part): [string, string] => {
      const [name = "", ...sources] = part.split(" ");
      return [name, sources.join(" ")];
    }),
  );

let home: Agency;
/** Everything that answers a person or a program, by what it is. */
const answers = new Map<string, () => Promise<Response>>();
beforeAll(async () => {
  home = await agency();
  const { id } = await addCreator(home.browser, { handle: "quiet.drums" });
  const { page } = await connect(home.browser, id, { account: "quiet.drums" });
  const open = await invite(home.browser, (await addCreator(home.browser)).id);
  const broken = new Proxy(env.DB_EU, {
    get: () => () => {
      throw new Error("SQL with a secret in it");
    },
  });
  const cookie = [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ");
  const asPerson = { headers: { Accept: "text/html" } };
  const seen: Record<string, () => Promise<Response>> = {
    "200 of the API": () => home.browser.json("GET", "/creators"),
    "201 of the API": () => home.browser.json("POST", "/creators", { displayName: "One More" }),
    "204 of the API": async () => home.browser.json("DELETE", `/creators/${(await addCreator(home.browser)).id}`),
    "400 of the API": () => home.browser.json("POST", "/creators", "not JSON"),
    "401 of the API": () => new Browser().json("GET", "/creators"),
    "403 of the API": () => home.browser.json("POST", "/creators", {}, { Origin: "https://evil.example" }),
    "404 of the API": () => home.browser.json("GET", "/nothing"),
    "413 of the API": () => home.browser.json("POST", "/creators", " ".repeat(300_000)),
    "422 of the API": () => home.browser.json("POST", "/creators", {}),
    "500 of the API": () => straight("/api/v1/creators", { ...env, DB_EU: broken }, { headers: { Cookie: cookie } }),
    "503 of everything": () => straight("/", { ...env, PUBLIC_URL: "http://crm.example" }),
    "a HEAD": () => home.browser.fetch("/", { method: "HEAD" }),
    "an OPTIONS": () => home.browser.fetch("/api/v1/creators", { method: "OPTIONS" }),
    "a method that nothing takes": () => home.browser.fetch("/", { method: "PATCH" }),
    "a redirect": () => home.browser.fetch("/app"),
    "the app": () => home.browser.fetch("/app/creators"),
    "the home page": () => home.browser.fetch("/"),
    "the policy": () => home.browser.fetch("/privacy"),
    "the terms": () => home.browser.fetch("/terms"),
    "the API's page": () => home.browser.fetch("/api/docs"),
    "the API's description": () => home.browser.fetch("/api/openapi.json"),
    "what robots read": () => home.browser.fetch("/robots.txt"),
    health: () => home.browser.fetch("/healthz"),
    "an invitation's page": () => new Browser().fetch(open),
    "an invitation that is none": () => new Browser().fetch("/connect/nonsense"),
    "TikTok's way back": () => new Browser().fetch("/oauth/tiktok/callback?state=nonsense"),
    "a creator's page": () => new Browser().fetch(page),
    "a page that is not there": () => home.browser.fetch("/nothing", asPerson),
    "a webhook that TikTok did not sign": () => home.browser.fetch("/webhooks/tiktok", { method: "POST", body: "{}" }),
    "a report of the policy": () => home.browser.fetch("/csp-reports", { method: "POST", body: "{}" }),
  };
  for (const [what, ask] of Object.entries(seen)) answers.set(what, ask);
}, 30_000);

describe("every kind of answer", () => {
  test("carries the same security headers, and a policy that allows nothing inline", async () => {
    const statuses = new Set<number>();
    for (const [what, ask] of answers) {
      const response = await ask();
      statuses.add(response.status);
      const said = SECURITY_HEADERS.map(([name]) => [name, response.headers.get(name)]);
      expect([what, said]).toEqual([what, SECURITY_HEADERS]);
      const policy = policyOf(response.headers);
      expect([what, policy.get("default-src"), policy.get("script-src"), policy.get("style-src")]).toEqual([
        what,
        "'none'",
        "'self'",
        "'self'",
      ]);
      expect([what, policy.get("frame-ancestors"), policy.get("base-uri")]).toEqual([what, "'none'", "'none'"]);
      expect([what, policy.get("report-uri"), policy.get("report-to")]).toEqual([what, "/csp-reports", "csp"]);
      expect([what, /unsafe|\*(?!\.)/.test(response.headers.get("Content-Security-Policy") ?? "")]).toEqual([
        what,
        false,
      ]);
      expect([what, response.headers.get("X-Request-Id")]).toEqual([what, expect.stringMatching(/^[0-9A-F]{20}$/)]);
      await response.body?.cancel();
    }
    for (const status of [200, 201, 204, 302, 400, 401, 403, 404, 413, 422, 500, 503])
      expect([status, statuses.has(status)]).toEqual([status, true]);
  });

  test("has no script, style or handler inside its HTML that the policy would have to allow", async () => {
    let pages = 0;
    for (const [what, ask] of answers) {
      const response = await ask();
      if (!response.headers.get("Content-Type")?.startsWith("text/html")) continue;
      const html = await response.text();
      pages += 1;
      for (const inline of [/<script(?![^>]*\ssrc=)/i, /<style/i, /\sstyle=/i, /\son\w+=/i, /javascript:/i])
        expect([what, inline.exec(html)?.[0]]).toEqual([what, undefined]);
    }
    expect(pages).toBeGreaterThan(8);
  });

  test("says nothing of what broke inside", async () => {
    const response = await answers.get("500 of the API")?.();
    expect(await response?.text()).not.toMatch(/SQL|secret|Error:|\.ts/);
  });

  test("is what the platform says of the assets too", () => {
    const lines = assetHeaders().split("\n");
    expect(lines[0]).toBe("/assets/*");
    for (const [name, value] of SECURITY_HEADERS) expect(lines).toContain(`  ${name}: ${value}`);
    expect(lines.find((line) => line.startsWith("  Content-Security-Policy: "))).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    );
  });
});

describe("a report of what the policy stopped", () => {
  const logged = async (body: string, type: string): Promise<Record<string, unknown>[]> => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
    const response = await new Browser().fetch("/csp-reports", {
      method: "POST",
      headers: { "Content-Type": type },
      body,
    });
    spy.mockRestore();
    expect(response.status).toBe(204);
    expect(lines.join()).not.toContain("token-of-somebody");
    return lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ event }) => event === "csp.report");
  };
  const old = (directive: string, blocked: string) =>
    JSON.stringify({
      "csp-report": {
        "document-uri": `${ORIGIN}/c/token-of-somebody`,
        "effective-directive": directive,
        "blocked-uri": blocked,
        "script-sample": "token-of-somebody",
      },
    });

  test.each([
    ["script-src-elem", "inline", "script-src-elem.inline"],
    ["script-src", "eval", "script-src.eval"],
    ["img-src", "https://tracker.example/token-of-somebody?q=1", "img-src.https"],
    ["connect-src", `${ORIGIN}/c/token-of-somebody`, "connect-src.own"],
    ["font-src", "data", "font-src.unknown"],
    ["style-src", "moz-extension://token-of-somebody/a.css", "style-src.extension"],
  ])("of %s and %s is logged as %s and nothing more", async (directive, blocked, code) => {
    const [line, ...more] = await logged(old(directive, blocked), "application/csp-report");
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: "info", event: "csp.report", code, route: "/csp-reports" });
  });

  test("is understood in the Reporting API's form, ten at a time", async () => {
    const one = {
      type: "csp-violation",
      age: 1,
      url: `${ORIGIN}/c/token-of-somebody`,
      body: { effectiveDirective: "frame-src", blockedURL: "http://evil.example/token-of-somebody", sample: "x" },
    };
    const lines = await logged(JSON.stringify(Array(50).fill(one)), "application/reports+json");
    expect(lines.map(({ code }) => code)).toEqual(Array(10).fill("frame-src.http"));
  });

  test.each(["", "not JSON", "null", "[]", "{}", '{"csp-report":null}', old("token-of-somebody", "inline"), "[[[[[["])(
    "that is none (%j) is no line, and no error",
    async (body) => {
      expect(await logged(body, "application/csp-report")).toEqual([]);
    },
  );
});
