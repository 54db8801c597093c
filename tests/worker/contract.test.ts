import { env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { creatorSchema } from "../../domain/records/creator.ts";
import worker from "../../worker/index.ts";
import { type Agency, addCreator, agency, Browser, ORIGIN, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal } from "../helpers/workerd/answers.ts";
import { run } from "../helpers/workerd/rows.ts";

let home: Agency;
let creatorId: string;
/** Somebody of the agency who may look but not touch. */
let viewer: Browser;

beforeAll(async () => {
  home = await agency();
  creatorId = (await addCreator(home.browser, { handle: "taken.handle" })).id;
  const watching = await agency();
  viewer = watching.browser;
  await addCreator(viewer);
  await run(watching, "UPDATE users SET role = 'viewer' WHERE tenant_id = ?", watching.tenant.id);
});

const text = (method: string, path: string, body: string, type = "application/json") =>
  home.browser.fetch(`/api/v1${path}`, { method, body, headers: { "Content-Type": type } });

describe("checks come in one order", () => {
  const wrong = "this is not JSON";

  test("401 before everything", async () => {
    const nobody = new Browser();
    for (const path of [`/creators/${creatorId}`, `/creators/${newId("creator")}`, "/creators/nonsense"]) {
      expect(await refusal(await nobody.json("PATCH", path, wrong))).toBe("401 not_signed_in");
    }
    // Also where a browser would have said where it comes from.
    const bare = await exports.default.fetch(new Request(`${ORIGIN}/api/v1/creators`, { method: "POST" }));
    expect(await refusal(bare)).toBe("401 not_signed_in");
  });

  test("404 before 403, 400, 413, 415 and 422", async () => {
    for (const id of [newId("creator"), newId("user"), "nonsense", "cr_'; DROP TABLE creators"]) {
      for (const body of [wrong, "{}", "x".repeat(300_000)]) {
        expect(await refusal(await viewer.json("PATCH", `/creators/${encodeURIComponent(id)}`, body))).toBe(
          "404 not_found",
        );
      }
    }
  });

  test("403 before 400, 413 and 415", async () => {
    for (const body of [wrong, "{}", "x".repeat(300_000)]) {
      expect(await refusal(await viewer.json("POST", "/creators", body))).toBe("403 not_allowed");
    }
    const own = await viewer.api<{ items: { id: string }[] }>("GET", "/creators");
    const [mine] = own.items;
    expect(await refusal(await viewer.json("PATCH", `/creators/${mine?.id}`, wrong))).toBe("403 not_allowed");
    expect(await refusal(await viewer.json("DELETE", `/creators/${mine?.id}`))).toBe("403 not_allowed");
    expect(await refusal(await viewer.json("POST", `/creators/${mine?.id}/invites`))).toBe("403 not_allowed");
  });

  test("400, 413 and 415 are told apart", async () => {
    expect(await refusal(await text("POST", "/creators", wrong))).toBe("400 json_malformed");
    expect(await refusal(await text("POST", "/creators", ""))).toBe("400 json_malformed");
    expect(await refusal(await text("POST", "/creators", `{"displayName":"${"x".repeat(300_000)}"}`))).toBe(
      "413 body_too_large",
    );
    expect(await refusal(await text("POST", "/creators", '{"displayName":"A"}', "text/plain"))).toBe("415 json_only");
    const form = "application/x-www-form-urlencoded";
    expect(await refusal(await text("POST", "/creators", "displayName=A", form))).toBe("415 json_only");
    const charset = await text("POST", "/creators", '{"displayName":"A"}', "application/json; charset=utf-8");
    expect(charset.status).toBe(201);
  });

  test("409 before 422", async () => {
    const body = { handle: "@Taken.Handle", stage: "nowhere", unheard: 1 };
    expect(await refusal(await home.browser.json("POST", "/creators", body))).toBe("409 handle_taken");
    const stale = { version: 99, stage: "nowhere" };
    expect(await refusal(await home.browser.json("PATCH", `/creators/${creatorId}`, stale))).toBe(
      "409 version_conflict",
    );
    expect(await refusal(await home.browser.json("POST", "/creators", { stage: "nowhere" }))).toBe(
      "422 invalid_fields",
    );
  });
});

describe("a refusal", () => {
  test("is a problem document that names the request", async () => {
    const response = await home.browser.json("POST", "/creators", { stage: "nowhere", tags: ["ok", 7] });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ type: "about:blank", status: 422, code: "invalid_fields" });
    expect(problem.requestId).toBe(response.headers.get("X-Request-Id"));
    expect(problem.requestId).toMatch(/^[0-9A-F]{20}$/);
    expect(problem.errors?.map(({ path }) => path).sort()).toEqual(["displayName", "stage", "tags.1"]);
    for (const { message } of problem.errors ?? []) expect(message).toMatch(/\w{3}/);
  });

  test("of an unknown route is a 404 problem for programs, and a page for a person elsewhere", async () => {
    for (const path of ["/api/v1/nothing", "/api/v2/creators", "/api", "/nothing"]) {
      expect(await refusal(await home.browser.fetch(path))).toBe("404 not_found");
    }
    const asPerson = { headers: { Accept: "text/html,application/xhtml+xml" } };
    expect(await refusal(await home.browser.fetch("/api/v1/nothing", asPerson))).toBe("404 not_found");
    const page = await home.browser.fetch("/nothing", asPerson);
    expect(page.status).toBe(404);
    expect(page.headers.get("Content-Type")).toMatch(/^text\/html/);
    expect(await page.text()).toContain(page.headers.get("X-Request-Id"));
  });
});

describe("a change", () => {
  test("needs the version that it changes", async () => {
    const path = `/creators/${(await addCreator(home.browser)).id}`;
    expect(await refusal(await home.browser.json("PATCH", path, { niche: "craft" }))).toBe("428 version_needed");
    const byBody = creatorSchema.parse(await home.browser.api("PATCH", path, { niche: "craft", version: 1 }));
    expect(byBody).toMatchObject({ niche: "craft", version: 2 });
    const byHeader = creatorSchema.parse(
      await home.browser.api("PATCH", path, { niche: "books" }, { "If-Match": '"2"' }),
    );
    expect(byHeader).toMatchObject({ niche: "books", version: 3 });
    const weak = creatorSchema.parse(await home.browser.api("PATCH", path, { tier: "A" }, { "If-Match": 'W/"3"' }));
    expect(weak).toMatchObject({ niche: "books", tier: "A", version: 4 });
  });

  test("over somebody else's is refused with the record as it is now", async () => {
    const { id } = await addCreator(home.browser);
    await home.browser.api("PATCH", `/creators/${id}`, { niche: "craft", version: 1 });
    for (const [body, headers] of [
      [{ niche: "food", version: 1 }, {}],
      [{ niche: "food" }, { "If-Match": '"1"' }],
      [{ niche: "food", version: 2 }, { "If-Match": '"1"' }],
      [{ niche: "food" }, { "If-Match": "nonsense" }],
    ] as const) {
      const problem = await problemOf(await home.browser.json("PATCH", `/creators/${id}`, body, headers));
      expect(problem).toMatchObject({ status: 409, code: "version_conflict" });
      expect(creatorSchema.parse(problem.current)).toMatchObject({ id, niche: "craft", version: 2 });
    }
  });

  test("of two writers at once, one wins and the other hears of it", async () => {
    const { id } = await addCreator(home.browser);
    const write = (niche: string) => home.browser.json("PATCH", `/creators/${id}`, { niche, version: 1 });
    const answers = await Promise.all(["craft", "food", "books"].map(write));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test("is visible to the next read of the same browser", async () => {
    const { id } = await addCreator(home.browser, { displayName: "Read Me At Once" });
    const found = await home.browser.api<{ items: { id: string }[] }>("GET", "/creators?q=read+me+at+once");
    expect(found.items.map((item) => item.id)).toEqual([id]);
  });
});

describe("an Idempotency-Key", () => {
  const create = (key: string, fields: Record<string, unknown> | string, browser = home.browser) =>
    browser.json("POST", "/creators", fields, { "Idempotency-Key": key });
  const called = async (name: string) =>
    (await home.browser.api<{ items: unknown[] }>("GET", `/creators?q=${name}`)).items.length;

  test("makes a repeat get the first answer, and nothing happens twice", async () => {
    const [key, name] = [unique(), `Once${unique()}`];
    const first = await create(key, { displayName: name });
    const repeat = await create(key, { displayName: name });
    expect([first.status, repeat.status]).toEqual([201, 201]);
    expect(repeat.headers.get("Idempotent-Replay")).toBe("true");
    expect(await repeat.json()).toEqual(await first.json());
    expect(await called(name)).toBe(1);
  });

  test("belongs to one request: another body or another route is a mismatch", async () => {
    const key = unique();
    await create(key, { displayName: "First" });
    expect(await refusal(await create(key, { displayName: "Second" }))).toBe("422 idempotency_mismatch");
    const elsewhere = await home.browser.json("POST", `/creators/${creatorId}/invites`, undefined, {
      "Idempotency-Key": key,
    });
    expect(await refusal(elsewhere)).toBe("422 idempotency_mismatch");
  });

  test("does not keep a failure", async () => {
    const key = unique();
    expect(await refusal(await create(key, { displayName: "" }))).toBe("422 invalid_fields");
    expect(await refusal(await create(key, { displayName: "A", handle: "taken.handle" }))).toBe("409 handle_taken");
    expect((await create(key, { displayName: "Right At Last" })).status).toBe(201);
  });

  test("of two requests at once lets one happen", async () => {
    const [key, name] = [unique(), `Twice${unique()}`];
    const answers = await Promise.all([1, 2, 3].map(() => create(key, { displayName: name })));
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    expect(await called(name)).toBe(1);
  });

  test("is the caller's own", async () => {
    const [key, other] = [unique(), await agency("us")];
    await create(key, { displayName: "Mine" });
    const theirs = await create(key, { displayName: "Theirs" }, other.browser);
    expect(creatorSchema.parse(await theirs.json()).displayName).toBe("Theirs");
  });

  test("is forgotten after a day, and refused when it is no key", async () => {
    const key = unique();
    await create(key, { displayName: "Yesterday" });
    await run(home, "UPDATE idempotency_keys SET created_at = created_at - 86400001 WHERE key = ?", key);
    expect((await create(key, { displayName: "Today" })).status).toBe(201);
    expect(await refusal(await create("two words", { displayName: "A" }))).toBe("400 idempotency_key_malformed");
  });
});

describe("a request from another site", () => {
  /** Straight in with the owner's cookies, and no header that was not asked for. */
  const sent = (path: string, method: string, headers: Record<string, string>): Promise<Response> =>
    exports.default.fetch(
      new Request(`${ORIGIN}${path}`, {
        method,
        headers: { Cookie: [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; "), ...headers },
      }),
    );

  test.each([
    ["a page of another site", { "Sec-Fetch-Site": "cross-site" }],
    ["a page of a sibling site", { "Sec-Fetch-Site": "same-site" }],
    ["another host", { Origin: "https://evil.example" }],
    ["another port", { Origin: "http://localhost:8788" }],
    ["another scheme", { Origin: "https://localhost:8787" }],
    ["a page without an origin", { Origin: "null" }],
    ["our own origin, as another site's page", { Origin: ORIGIN, "Sec-Fetch-Site": "cross-site" }],
    ["another host, as our own page", { Origin: "https://evil.example", "Sec-Fetch-Site": "same-origin" }],
    ["nowhere, with cookies", {}],
  ])("is refused when it comes from %s", async (_where, headers) => {
    const { id } = await addCreator(home.browser);
    for (const [path, method] of [
      ["/api/v1/creators", "POST"],
      [`/api/v1/creators/${id}`, "DELETE"],
      ["/api/v1/auth/logout", "POST"],
    ] as const) {
      expect(await refusal(await sent(path, method, headers))).toBe("403 cross_origin");
    }
    const upgrade = await sent("/api/v1/live/socket", "GET", { ...headers, Upgrade: "websocket" });
    expect(await refusal(upgrade)).toBe("403 cross_origin");
    expect((await home.browser.json("GET", `/creators/${id}`)).status).toBe(200);
  });

  test.each([
    ["our own page", { "Sec-Fetch-Site": "same-origin" }],
    ["a program with our origin", { Origin: ORIGIN }],
  ])("is no such request when it comes from %s", async (_where, headers) => {
    const { id } = await addCreator(home.browser);
    expect((await sent(`/api/v1/creators/${id}`, "DELETE", headers)).status).toBe(204);
    const upgraded = await sent("/api/v1/live/socket", "GET", { ...headers, Upgrade: "websocket" });
    expect(upgraded.status).toBe(101);
    upgraded.webSocket?.accept();
    upgraded.webSocket?.close(1000, "Seen");
  });

  test("may read, since reading changes nothing and no other site can see the answer", async () => {
    const read = await sent("/api/v1/me", "GET", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" });
    expect(read.status).toBe(200);
    expect(read.headers.get("Access-Control-Allow-Origin")).toBeNull();
    await read.body?.cancel();
  });

  test("cannot send a creator's form, though nobody is signed in there", async () => {
    for (const path of ["/connect/nonsense", "/connect/nonsense/confirm", "/c/nonsense/live", "/c/nonsense/disconnect"])
      for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }])
        expect(await refusal(await sent(path, "POST", headers))).toBe("403 cross_origin");
    // A program without a browser says neither; the link is what lets it in.
    expect((await sent("/connect/nonsense", "POST", {})).status).toBe(404);
  });

  test("cannot sign anybody in", async () => {
    const response = await exports.default.fetch(
      new Request(`${ORIGIN}/api/v1/auth/login`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Origin: "https://evil.example" },
        body: JSON.stringify({ email: home.email, password: "x" }),
      }),
    );
    expect(await refusal(response)).toBe("403 cross_origin");
  });

  test("the socket speaks WebSocket only, to those who are signed in", async () => {
    expect(await refusal(await sent("/api/v1/live/socket", "GET", {}))).toBe("400 websocket_only");
    const nobody = await exports.default.fetch(
      new Request(`${ORIGIN}/api/v1/live/socket`, { headers: { Upgrade: "websocket", Origin: ORIGIN } }),
    );
    expect(await refusal(nobody)).toBe("401 not_signed_in");
  });
});

describe("every answer", () => {
  test.each([
    ["the API", "/api/v1/creators", 200],
    ["a refusal of the API", "/api/v1/nothing", 404],
    ["the description", "/api/openapi.json", 200],
    ["a page", "/", 200],
    ["a missing page", "/nothing", 404],
    ["a person's page", "/connect/nonsense", 404],
    ["health", "/healthz", 200],
  ])("of %s carries the security headers", async (_what, path, status) => {
    const response = await home.browser.fetch(path);
    expect(response.status).toBe(status);
    const { headers } = response;
    const policy = headers.get("Content-Security-Policy") ?? "";
    for (const directive of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(policy).toContain(directive);
    expect(policy).not.toContain("unsafe");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("same-origin");
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
    expect(headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d{8}/);
    expect(headers.get("Permissions-Policy")).toContain("camera=()");
    expect(headers.get("X-Request-Id")).toBeTruthy();
    await response.body?.cancel();
  });

  test("of the API and of personal pages is stored by nobody; pages for all may be kept a while", async () => {
    for (const path of ["/api/v1/creators", "/api/v1/me", "/api/v1/nothing", "/connect/nonsense", "/c/nonsense"])
      expect((await home.browser.fetch(path)).headers.get("Cache-Control")).toBe("no-store");
    for (const path of ["/", "/privacy", "/terms"])
      expect((await home.browser.fetch(path)).headers.get("Cache-Control")).toBe("public, max-age=300");
  });

  test.each(["http://crm.example", "http://localhost.evil.example", "ftp://crm.example", "nonsense"])(
    "is 503 and says why while PUBLIC_URL is %s",
    async (PUBLIC_URL) => {
      for (const path of ["/", "/healthz", "/api/v1/me", "/api/openapi.json", "/connect/x", "/app/creators"]) {
        const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
        const response = await worker.fetch(new Request(`${ORIGIN}${path}`), { ...env, PUBLIC_URL }, context);
        const problem = await problemOf(response);
        expect(problem).toMatchObject({ status: 503, code: "insecure_public_url" });
        expect(problem.detail).toContain("PUBLIC_URL must be https");
      }
    },
  );

  test.each(["https://crm.example", "http://127.0.0.1:8787", "http://[::1]:8787"])(
    "is served while PUBLIC_URL is %s",
    async (PUBLIC_URL) => {
      const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
      const response = await worker.fetch(new Request(`${ORIGIN}/healthz`), { ...env, PUBLIC_URL }, context);
      expect(await response.json()).toEqual({ status: "ok" });
    },
  );
});
