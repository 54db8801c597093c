import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { RETENTION_DAYS } from "../../domain/retention.ts";
import { TIKTOK_FIELDS } from "../../domain/tiktok-fields.ts";
import { Browser } from "../helpers/workerd/agency.ts";
import { openApiDocument, operations } from "../helpers/workerd/operations.ts";

const page = async (path: string, headers: Record<string, string> = {}) => {
  const response = await new Browser().fetch(path, { headers: { Accept: "text/html", ...headers } });
  return { response, html: await response.text() };
};

describe("the public pages", () => {
  test.each(["/", "/privacy", "/terms"])("%s is a whole page without a script, in both languages", async (path) => {
    for (const [lang, dir] of [
      ["en", "ltr"],
      ["ar", "rtl"],
    ]) {
      const { response, html } = await page(`${path}?lang=${lang}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
      expect(html).toMatch(/^<!doctype html>/i);
      expect(html).toContain(`<html lang="${lang}" dir="${dir}">`);
      expect(html.match(/<h1/g)).toHaveLength(1);
      expect(html).toMatch(/<title>[^<]+<\/title>/);
      for (const never of ["<script", "style=", " onclick=", "undefined", "[object Object]", "NaN"])
        expect([path, never, html.includes(never)]).toEqual([path, never, false]);
    }
  });

  test("speak the browser's language unless asked for another", async () => {
    expect((await page("/", { "Accept-Language": "ar-AE,en;q=0.5" })).html).toContain('<html lang="ar"');
    expect((await page("/", { "Accept-Language": "fr" })).html).toContain('<html lang="en"');
    expect((await page("/?lang=en", { "Accept-Language": "ar" })).html).toContain('<html lang="en"');
    expect((await page("/")).response.headers.get("Vary")).toContain("Accept-Language");
  });

  test("lead to each other, to signing in and to registering", async () => {
    const { html } = await page("/");
    for (const path of ["/privacy", "/terms", "/app/sign-in", "/app/register"]) expect(html).toContain(`href="${path}`);
    // What the build makes is there when it was built.
    for (const [, path = ""] of html.matchAll(/href="(\/(?!app|assets)[^"#]*)"/g))
      expect([path, (await new Browser().fetch(path.replaceAll("&amp;", "&"))).status]).toEqual([path, 200]);
  });

  test("the policy names every field that is asked for and every number that is kept to", async () => {
    const { html } = await page("/privacy?lang=en");
    for (const field of Object.values(TIKTOK_FIELDS).flat())
      expect([field, html.includes(field)]).toEqual([field, true]);
    for (const days of [RETENTION_DAYS.tiktokAfterDisconnect, RETENTION_DAYS.backups, RETENTION_DAYS.operationalLogs])
      expect(html).toContain(String(days));
  });
});

describe("a page that there is not", () => {
  test("is a page for a person and says what to do", async () => {
    const { response, html } = await page("/no/such/page");
    expect(response.status).toBe(404);
    expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(html).toContain("<h1>Not found</h1>");
    expect(html).toContain('href="/?lang=en"');
  });

  test("does not repeat what was asked for as anything but text", async () => {
    const { html } = await page("/%3Cscript%3Ealert(1)%3C/script%3E");
    expect(html).not.toContain("<script>alert");
  });
});

describe("the app", () => {
  test("is one shell for every address under /app, where the web app was built", async () => {
    const built = (await env.ASSETS.fetch("http://localhost:8787/index.html")).status === 200;
    for (const path of ["/app/creators", "/app/sign-in", "/app/creators/cr_x?tab=live", "/app/live"]) {
      const { response, html } = await page(path);
      expect([path, response.status]).toEqual([path, built ? 200 : 404]);
      if (!built) continue;
      expect(html).toContain('<script type="module"');
      expect(response.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
      expect(response.headers.get("Set-Cookie")).toBeNull();
    }
    const root = await new Browser().fetch("/app");
    expect([root.status, root.headers.get("Location")]).toEqual([302, "/app/creators"]);
  });
});

describe("what programs read", () => {
  test("/.well-known/security.txt says whom to tell of a hole, and for how long that holds (RFC 9116)", async () => {
    const answer = await new Browser().fetch("/.well-known/security.txt");
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/plain; charset=utf-8$/i);
    const fields = new Map(
      (await answer.text())
        .trim()
        .split("\n")
        .map((line): [string, string] => {
          const [name = "", ...value] = line.split(": ");
          return [name, value.join(": ")];
        }),
    );
    expect(fields.get("Contact")).toMatch(/^mailto:\S+@\S+$/);
    expect(fields.get("Canonical")).toBe("http://localhost:8787/.well-known/security.txt");
    const expires = Date.parse(fields.get("Expires") ?? "");
    expect(expires).toBeGreaterThan(Date.now() + 30 * 86_400_000);
    // The standard asks for less than a year, so that nobody believes what was forgotten.
    expect(expires).toBeLessThan(Date.now() + 365 * 86_400_000);
  });

  test("/healthz says that it serves", async () => {
    const response = await new Browser().fetch("/healthz");
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  test("/api/openapi.json is OpenAPI 3.1 and describes each operation whole", async () => {
    const document = await openApiDocument();
    expect(document.openapi).toBe("3.1.0");
    expect(document.servers).toEqual([{ url: "http://localhost:8787" }]);
    const seen = new Set<string>();
    for (const { method, path, described } of await operations()) {
      const name = `${method} ${path}`;
      expect(seen.has(name)).toBe(false);
      seen.add(name);
      expect([name, described]).toEqual([
        name,
        expect.objectContaining({
          summary: expect.stringMatching(/^\w/),
          tags: [expect.any(String)],
          responses: expect.objectContaining({
            default: expect.objectContaining({ content: { "application/problem+json": expect.anything() } }),
          }),
        }),
      ]);
      const parameters = JSON.stringify(described.parameters);
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g))
        expect(parameters).toContain(`{"name":"${parameter}","in":"path","required":true`);
      expect(Object.keys(Object(described.responses)).some((status) => /^(101|2\d\d)$/.test(status))).toBe(true);
    }
  });

  test("/api/openapi.json names what clients outside this repository use", async () => {
    const served = (await operations()).map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
    expect(served).toEqual(
      expect.arrayContaining([
        "POST /auth/register",
        "POST /auth/login",
        "POST /auth/refresh",
        "POST /auth/logout",
        "GET /me",
        "GET /members",
        "GET /creators",
        "POST /creators",
        "GET /creators/{id}",
        "PATCH /creators/{id}",
        "DELETE /creators/{id}",
        "POST /creators/{id}/restore",
        "POST /creators/{id}/invites",
        "GET /creators/{id}/tiktok",
        "POST /creators/{id}/tiktok/sync",
        "DELETE /creators/{id}/tiktok",
        "GET /creators/{id}/videos",
        "GET /creators/{id}/followers",
        "PUT /creators/{id}/live-tracking",
        "GET /live",
        "GET /live/socket",
        "GET /creators/{id}/live-sessions",
        "GET /live-sessions/{id}",
      ]),
    );
  });

  test("/api/openapi.json says what a body may hold", async () => {
    const all = await operations();
    const bodyOf = (method: string, path: string) =>
      JSON.stringify(
        all.find((op) => op.method === method && op.path === `/api/v1${path}`)?.described.requestBody ?? null,
      );
    for (const field of ["agency", "region", "email", "password"])
      expect(bodyOf("POST", "/auth/register")).toContain(`"${field}"`);
    expect(bodyOf("POST", "/creators")).toContain('"required":["displayName"]');
    expect(bodyOf("PATCH", "/creators/{id}")).toContain('"additionalProperties":false');
    expect(bodyOf("GET", "/creators")).toBe("null");
  });
});
