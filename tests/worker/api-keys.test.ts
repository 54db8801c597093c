import { env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { isId, newId, type UserId } from "../../domain/ids.ts";
import { type LiveMessage, liveMessageSchema } from "../../domain/live-message.ts";
import { type Me, meSchema } from "../../domain/records/account.ts";
import { type ApiKey, type ApiKeyMade, apiKeyMadeSchema, apiKeySchema } from "../../domain/records/api-key.ts";
import { creatorSchema } from "../../domain/records/creator.ts";
import { ROLES, type Role } from "../../domain/roles.ts";
import { tenantHub } from "../../durable/kit/stubs.ts";
import { type Agency, addCreator, agency, connect, ORIGIN, unique, until } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { openApiDocument } from "../helpers/workerd/operations.ts";
import { dumpOf, placeOf, rows, run } from "../helpers/workerd/rows.ts";

let home: Agency;
beforeAll(async () => {
  home = await agency();
});

const wanted = (more: Record<string, unknown> = {}) => ({ name: "Night report", role: "manager", ...more });

const make = async (of: Agency, more?: Record<string, unknown>): Promise<ApiKeyMade> =>
  apiKeyMadeSchema.parse(await of.browser.api("POST", "/api-keys", wanted(more)));

const listed = async (of: Agency, query = ""): Promise<ApiKey[]> =>
  (await of.browser.api<{ items: ApiKey[] }>("GET", `/api-keys${query}`)).items.map((item) => apiKeySchema.parse(item));

/** A program: no cookie, no Origin, nothing but the header. */
const ask = (token: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  exports.default.fetch(
    new Request(`${ORIGIN}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );

const meOf = async (token: string): Promise<Me> => meSchema.parse(await (await ask(token, "GET", "/me")).json());

/** A dashboard that a program opens. */
async function dashboard(token: string): Promise<{ heard: LiveMessage[]; closed: Promise<number> }> {
  const { webSocket: socket } = await ask(token, "GET", "/live/socket", undefined, { Upgrade: "websocket" });
  if (!socket) throw new Error("No socket");
  const heard: LiveMessage[] = [];
  socket.addEventListener("message", ({ data }) => {
    heard.push(liveMessageSchema.parse(JSON.parse(String(data))));
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  socket.accept();
  return { heard, closed };
}

function userOf({ user }: Agency): UserId {
  if (!isId("user", user.id)) throw new Error(`${user.id} is no user's id`);
  return user.id;
}

/** The agency's only person has this role from now on. */
const become = (of: Agency, role: Role) => run(of, "UPDATE users SET role = ? WHERE tenant_id = ?", role, of.tenant.id);

describe("a key is made", () => {
  test("with its secret in the answer, and in no other answer and no row", async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { secret, ...key } = await make(home, { name: "  Night report ", expiresAt });
    expect(key).toMatchObject({ name: "Night report", role: "manager", createdBy: home.user.id, expiresAt });
    expect(key).toMatchObject({ lastUsedAt: null, revokedAt: null });
    const [random, ...named] = secret.split(".").reverse();
    expect(named.reverse().join(".")).toBe(`ek_eu.${home.tenant.id}.${key.id}`);
    expect(Buffer.from(random ?? "", "base64url")).toHaveLength(32);

    expect(await listed(home)).toContainEqual(key);
    const said = JSON.stringify(await home.browser.api("GET", "/api-keys"));
    for (const text of [said, ...(await dumpOf(home))]) expect(text).not.toContain(random);
  });

  test.each([
    ["no name", { name: undefined }, ["name"]],
    ["an empty name", { name: "  " }, ["name"]],
    ["a name of 81 characters", { name: "x".repeat(81) }, ["name"]],
    ["no role", { role: undefined }, ["role"]],
    ["a role that there is not", { role: "king" }, ["role"]],
    ["an expiry that is no moment", { expiresAt: "next week" }, ["expiresAt"]],
    ["an expiry in the past", { expiresAt: "2020-01-01T00:00:00Z" }, ["expiresAt"]],
    ["a field that there is not", { secret: "mine" }, ["secret"]],
    ["several of these", { name: "", role: "king" }, ["name", "role"]],
  ])("not with %s", async (_what, more, fields) => {
    const answer = await home.browser.json("POST", "/api-keys", wanted(more));
    expect((await refusedFields(answer)).sort()).toEqual(fields);
  });

  test("with a name of 80 characters, and with no expiry", async () => {
    expect(await make(home, { name: "x".repeat(80), expiresAt: null })).toMatchObject({ expiresAt: null });
  });

  test("with no role above its maker's", async () => {
    const other = await agency();
    expect(await make(other, { role: "owner" })).toMatchObject({ role: "owner" });
    await become(other, "admin");
    expect(await make(other, { role: "admin" })).toMatchObject({ role: "admin" });
    const refused = await other.browser.json("POST", "/api-keys", wanted({ role: "owner" }));
    expect(await refusedFields(refused)).toEqual(["role"]);
  });

  test("by owners and admins alone, who alone see and revoke it", async () => {
    const other = await agency();
    const { id } = await make(other);
    for (const role of ROLES) {
      await become(other, role);
      const answers = [
        await other.browser.json("GET", "/api-keys"),
        await other.browser.json("POST", "/api-keys", wanted()),
        await other.browser.json("DELETE", `/api-keys/${id}`),
      ];
      const allowed = role === "owner" || role === "admin";
      expect([role, answers.map(({ status }) => status)]).toEqual([role, allowed ? [200, 201, 204] : [403, 403, 403]]);
    }
  });

  test("by no key, whatever its role", async () => {
    const { secret } = await make(home, { role: "owner" });
    const problem = await problemOf(await ask(secret, "POST", "/api-keys", wanted()));
    expect(problem).toMatchObject({ status: 403, code: "not_for_keys" });
    expect(problem.detail).toMatch(/API key cannot/);
    expect((await ask(secret, "GET", "/api-keys")).status).toBe(200);
  });

  test("and listed in pages, newest first", async () => {
    const other = await agency("us");
    const made: string[] = [];
    for (let n = 0; n < 5; n++) made.unshift((await make(other, { name: `Key ${n}` })).id);
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { items: ApiKey[]; nextCursor: string | null } = await other.browser.api(
        "GET",
        `/api-keys?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(found.toSorted()).toEqual(made.toSorted());
    expect(found).toEqual(found.toSorted().reverse());
    expect(await refusal(await other.browser.json("GET", "/api-keys?cursor=nonsense"))).toBe("400 bad_cursor");
    for (const limit of [0, 201, "x"])
      expect(await refusedFields(await other.browser.json("GET", `/api-keys?limit=${limit}`))).toEqual(["limit"]);
  });
});

describe("a program with a key", () => {
  test("reads and writes with nothing but its header, and gets no cookie", async () => {
    const { secret } = await make(home);
    const added = await ask(secret, "POST", "/creators", { displayName: `By a program ${unique()}` });
    expect(added.status).toBe(201);
    expect(added.headers.getSetCookie()).toEqual([]);
    const { id } = creatorSchema.parse(await added.json());
    expect((await ask(secret, "GET", `/creators/${id}`)).status).toBe(200);
    expect((await ask(secret, "DELETE", `/creators/${id}`)).status).toBe(204);
    expect(await rows(home, "SELECT created_by FROM creators WHERE id = ?", id)).toEqual([
      { created_by: home.user.id },
    ]);
  });

  test("is not asked where it comes from: no page can send a key by itself", async () => {
    const { secret } = await make(home);
    const headers = { Origin: "https://reports.example", "Sec-Fetch-Site": "cross-site" };
    expect((await ask(secret, "POST", "/creators", { displayName: "From afar" }, headers)).status).toBe(201);
  });

  test("is who the key says, whatever cookie comes with it", async () => {
    const other = await agency("me");
    const { secret } = await make(other, { role: "viewer" });
    const cookie = { Cookie: [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ") };
    const me = meSchema.parse(await (await ask(secret, "GET", "/me", undefined, cookie)).json());
    expect(me).toMatchObject({ tenant: { id: other.tenant.id }, role: "viewer" });
    expect(await refusal(await ask(`${secret}x`, "GET", "/me", undefined, cookie))).toBe("401 not_signed_in");
    for (const said of ["Bearer", "bearer ", "BEARER nonsense"])
      expect(await refusal(await home.browser.json("GET", "/me", undefined, { Authorization: said }))).toBe(
        "401 not_signed_in",
      );
    // Another scheme is none of ours: somebody's proxy may want it.
    expect((await home.browser.json("GET", "/me", undefined, { Authorization: "Basic b25l" })).status).toBe(200);
  });

  test("may do what its role may", async () => {
    const { secret } = await make(home, { role: "viewer" });
    expect((await ask(secret, "GET", "/creators")).status).toBe(200);
    expect(await refusal(await ask(secret, "POST", "/creators", { displayName: "A" }))).toBe("403 not_allowed");
    expect(await refusal(await ask(secret, "GET", "/api-keys"))).toBe("403 not_allowed");
  });

  test("may never do more than its maker may at the moment, right by right", async () => {
    const other = await agency();
    const { secret: finance } = await make(other, { role: "finance" });
    const { secret: admin } = await make(other, { role: "admin" });
    expect((await meOf(finance)).rights).toMatchObject({ "creators.see": "all", "creators.edit": "none" });
    expect((await meOf(admin)).rights).toMatchObject({ "creators.see": "all", "keys.manage": "all" });
    await become(other, "manager");
    // Finance sees further than a manager, and edits nothing: neither is more than the other.
    expect((await meOf(finance)).rights).toMatchObject({ "creators.see": "team", "creators.edit": "none" });
    expect((await meOf(admin)).rights).toMatchObject({ "creators.see": "team", "keys.manage": "none" });
    expect(await refusal(await ask(admin, "GET", "/api-keys"))).toBe("403 not_allowed");
    await become(other, "owner");
    expect((await ask(admin, "GET", "/api-keys")).status).toBe(200);
  });

  test("shares its Idempotency-Keys with nobody", async () => {
    const one = await make(home);
    const two = await make(home);
    const [key, name] = [unique(), `Once ${unique()}`];
    const headers = { "Idempotency-Key": key };
    const answers = [
      await ask(one.secret, "POST", "/creators", { displayName: name }, headers),
      await ask(one.secret, "POST", "/creators", { displayName: name }, headers),
      await ask(two.secret, "POST", "/creators", { displayName: name }, headers),
      await home.browser.json("POST", "/creators", { displayName: name }, headers),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(answers.map((answer) => answer.headers.get("Idempotent-Replay"))).toEqual([null, "true", null, null]);
    const found = await rows(home, "SELECT id FROM creators WHERE display_name = ?", name);
    expect(found).toHaveLength(3);
  });

  test("signs nobody in, out or on, and asks for nobody's sessions", async () => {
    const { secret } = await make(home, { role: "owner" });
    const credentials = { email: home.email, password: "correct horse, wrong battery" };
    for (const [method, path, body] of [
      ["POST", "/auth/login", credentials],
      ["POST", "/auth/register", {}],
      ["POST", "/auth/refresh", undefined],
      ["POST", "/auth/logout", undefined],
      ["GET", "/me/sessions", undefined],
      ["DELETE", `/me/sessions/${newId("session")}`, undefined],
    ] as const)
      expect([path, await refusal(await ask(secret, method, path, body))]).toEqual([path, "403 not_for_keys"]);
  });

  test("leaves a trace of its last use, written at most once a minute", async () => {
    const { id, secret } = await make(home);
    const lastUse = async (): Promise<number | null> => {
      const [row] = await rows(home, "SELECT last_used_at AS at FROM api_keys WHERE id = ?", id);
      return typeof row?.at === "number" ? row.at : null;
    };
    const since = Date.now();
    await ask(secret, "GET", "/me");
    const first = await until(lastUse);
    expect(first).toBeGreaterThanOrEqual(since);

    const almost = Date.now() - 50_000;
    await run(home, "UPDATE api_keys SET last_used_at = ? WHERE id = ?", almost, id);
    // Each would have left its own trace long before the last one is answered.
    for (let request = 0; request < 8; request++) await ask(secret, "GET", "/me");
    expect(await lastUse()).toBe(almost);

    await run(home, "UPDATE api_keys SET last_used_at = ? WHERE id = ?", Date.now() - 60_001, id);
    await ask(secret, "GET", "/me");
    await until(async () => ((await lastUse()) ?? 0) >= since);
    expect((await listed(home)).find((key) => key.id === id)?.lastUsedAt).toMatch(/^\d{4}-.*Z$/);
  });

  test("may open the dashboard's socket, which closes when the key is revoked", async () => {
    const other = await agency();
    const { id, secret } = await make(other, { role: "viewer" });
    const { heard, closed } = await dashboard(secret);
    await until(async () => heard[0]?.type === "snapshot");
    await other.browser.api("DELETE", `/api-keys/${id}`);
    expect(await closed).toBe(4401);
  });

  test("sees on the dashboard what its role sees, and comes again when its maker's membership changes", async () => {
    const other = await agency();
    const { id: creatorId } = await addCreator(other.browser);
    await connect(other.browser, creatorId, { account: "moss.and.moor", live: true });
    await other.browser.api("PUT", `/creators/${creatorId}/live-tracking`, { enabled: true });
    const { secret: viewer } = await make(other, { role: "viewer" });
    const { secret: agent } = await make(other, { role: "agent" });
    /** How many tracked creators a key's dashboard shows. */
    const shows = async (token: string) => {
      const opened = await dashboard(token);
      const snapshot = await until(async () => opened.heard.find(({ type }) => type === "snapshot"));
      return { ...opened, many: snapshot.type === "snapshot" ? snapshot.tracking.length : null };
    };
    const whole = await shows(viewer);
    // An agent sees own creators, and this one is nobody's.
    expect([whole.many, (await shows(agent)).many]).toEqual([1, 0]);

    await become(other, "manager");
    await tenantHub(env, placeOf(other)).rightsChanged(userOf(other));
    expect(await whole.closed).toBe(4408);
    // A manager sees the team's: no key of theirs sees more.
    expect((await shows(viewer)).many).toBe(0);
    await become(other, "owner");
    await other.browser.api("DELETE", `/creators/${creatorId}/tiktok`);
  });
});

describe("a key that is no good", () => {
  /** The refusal without its request's id: what two of them must have in common. */
  const said = async (token: string) => {
    const { requestId, ...problem } = await problemOf(await ask(token, "GET", "/creators"));
    return problem;
  };

  test("is 401 with the same words, whatever is wrong with it", async () => {
    const other = await agency();
    const { id, secret } = await make(other);
    const [place, tenant, , random] = secret.split(".");
    const { secret: revoked, id: revokedId } = await make(other);
    await other.browser.api("DELETE", `/api-keys/${revokedId}`);
    const { secret: expired, id: expiredId } = await make(other, { expiresAt: "2999-01-01T00:00:00Z" });
    await run(other, "UPDATE api_keys SET expires_at = ? WHERE id = ?", Date.now() - 1, expiredId);
    const left = await agency();
    const { secret: leaver } = await make(left);
    await run(left, "UPDATE users SET state = 'suspended' WHERE tenant_id = ?", left.tenant.id);

    expect((await ask(secret, "GET", "/creators")).status).toBe(200);
    const answers = new Map<string, unknown>();
    for (const [what, token] of Object.entries({
      empty: "",
      nonsense: "nonsense",
      "no secret": `${place}.${tenant}.${id}`,
      "an empty secret": `${place}.${tenant}.${id}.`,
      "one part too many": `${secret}.more`,
      "another prefix": secret.replace("ek_", "sk_"),
      "another secret": secret.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      "another key's id": `${place}.${tenant}.${newId("apiKey")}.${random}`,
      "another agency": `${place}.${home.tenant.id}.${id}.${random}`,
      "another region": secret.replace("ek_eu", "ek_us"),
      "no region": secret.replace("ek_eu", "ek_xx"),
      revoked,
      expired,
      "its person left": leaver,
    }))
      answers.set(what, await said(token));
    for (const [what, problem] of answers) expect([what, problem]).toEqual([what, answers.get("revoked")]);
    expect(answers.get("revoked")).toMatchObject({ status: 401, code: "not_signed_in" });
  });

  test("is revoked once: the time of it stays, and it stays in the list", async () => {
    const { id } = await make(home);
    expect((await home.browser.json("DELETE", `/api-keys/${id}`)).status).toBe(204);
    const first = (await listed(home, "?limit=200")).find((key) => key.id === id)?.revokedAt;
    expect(first).toMatch(/^\d{4}-.*Z$/);
    expect((await home.browser.json("DELETE", `/api-keys/${id}`)).status).toBe(204);
    expect((await listed(home, "?limit=200")).find((key) => key.id === id)?.revokedAt).toBe(first);
  });

  test("is not another agency's to revoke", async () => {
    const other = await agency();
    const { id, secret } = await make(other);
    expect(await refusal(await home.browser.json("DELETE", `/api-keys/${id}`))).toBe("404 not_found");
    expect((await ask(secret, "GET", "/me")).status).toBe(200);
    for (const nobodys of [newId("apiKey"), newId("creator"), "nonsense"])
      expect(await refusal(await home.browser.json("DELETE", `/api-keys/${nobodys}`))).toBe("404 not_found");
  });
});

test("openapi.json says where a key is enough, where it is not, and where nothing is asked for", async () => {
  const { security, components, paths } = await openApiDocument();
  expect(Object.keys(components.securitySchemes).sort()).toEqual(["key", "refresh", "session"]);
  expect(components.securitySchemes.key).toMatchObject({ type: "http", scheme: "bearer" });
  expect(security).toEqual([{ session: [] }, { key: [] }]);
  expect(paths["/api/v1/api-keys"]?.post?.security).toEqual([{ session: [] }]);
  expect(paths["/api/v1/auth/login"]?.post?.security).toEqual([]);
  expect(paths["/api/v1/creators"]?.get?.security).toBeUndefined();
});
