import { createScheduledController, env } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../domain/ids.ts";
import { accountSchema } from "../../domain/records/account.ts";
import { BCRYPT_COST } from "../../domain/retention.ts";
import { loginGate } from "../../durable/kit/stubs.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import worker from "../../worker/index.ts";
import { type Agency, agency, Browser, PASSWORD, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { rows, run } from "../helpers/workerd/rows.ts";

/** Of a password that nobody knows. */
const AT_FULL_COST = `$2b$${BCRYPT_COST}$C6UzMDM.H6dfI/f/IKcEeO9ZqPuLC2mHxQJqVJpxPAlbV5sx9g3yG`;
const SESSION = "__Host-session";
const REFRESH = "__Host-refresh";

const wanted = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  agency: "Test Agency",
  region: "eu",
  name: "Olga Owner",
  email: `owner.${unique()}@agency.example`,
  password: PASSWORD,
  ...more,
});

const register = (more?: Record<string, unknown>, browser = new Browser()): Promise<Response> =>
  browser.json("POST", "/auth/register", wanted(more));

const signIn = (email: string, password = PASSWORD, browser = new Browser()): Promise<Response> =>
  browser.json("POST", "/auth/login", { email, password });

const me = async (browser: Browser): Promise<number> => (await browser.json("GET", "/me")).status;

/** Another browser with some of the first one's cookies: what a copy of them could do. */
function copyOf(browser: Browser, ...names: string[]): Browser {
  const copy = new Browser();
  for (const name of names) copy.jar().set(name, browser.jar().get(name) ?? "");
  return copy;
}

let home: Agency;
beforeAll(async () => {
  home = await agency();
});

describe("registering", () => {
  test("answers 201 with user and tenant, and signs the owner in with two locked cookies", async () => {
    const browser = new Browser();
    const email = `  Owner.${unique()}@Agency.Example `;
    const response = await register({ email, region: "me" }, browser);
    expect(response.status).toBe(201);
    const account = accountSchema.parse(await response.json());
    expect(account.user).toMatchObject({ name: "Olga Owner", email: email.trim().toLowerCase() });
    expect(account.tenant).toMatchObject({ name: "Test Agency", region: "me" });

    const cookies = response.headers.getSetCookie();
    expect(cookies.map((cookie) => cookie.split("=")[0]).sort()).toEqual([REFRESH, SESSION]);
    for (const cookie of cookies) {
      const attributes = cookie.split("; ").slice(1);
      expect(attributes).toEqual(expect.arrayContaining(["Path=/", "HttpOnly", "Secure", "SameSite=Lax"]));
      expect(cookie).not.toMatch(/domain=/i);
    }
    expect(await me(browser)).toBe(200);
  });

  test.each([
    ["11 bytes", "abcdefghijk"],
    ["73 bytes", `${"abcdefghi ".repeat(7)}xyz`],
    ["more than 72 bytes though 40 characters", "ü".repeat(40)],
    ["on the list of common ones", "Password1234"],
    ["absent", undefined],
  ])("refuses a password of %s and names the field", async (_what, password) => {
    expect(await refusedFields(await register({ password }))).toEqual(["password"]);
  });

  test("takes a password of exactly 72 bytes; whoever types more after it does not get in", async () => {
    const password = "ab".repeat(36);
    const email = `owner.${unique()}@agency.example`;
    expect((await register({ email, password })).status).toBe(201);
    expect((await signIn(email, password)).status).toBe(200);
    expect(await refusal(await signIn(email, `${password}c`))).toBe("401 wrong_credentials");
  });

  test("names every field that is wrong, and refuses one that does not exist", async () => {
    const fields = await refusedFields(
      await register({ agency: " ", name: "", email: "nobody", region: "mars", role: "owner" }),
    );
    expect(fields.sort()).toEqual(["agency", "email", "name", "region", "role"]);
  });

  test("refuses an address that has an account, in any spelling and any region", async () => {
    const problem = await problemOf(await register({ email: ` ${home.email.toUpperCase()} `, region: "us" }));
    expect(problem).toMatchObject({ status: 409, code: "email_taken" });
    expect(problem.errors?.map(({ path }) => path)).toEqual(["email"]);
  });

  test("of two registrations of one address at once, one wins", async () => {
    const email = `owner.${unique()}@agency.example`;
    const answers = await Promise.all([register({ email }), register({ email, region: "us" })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

describe("signing in", () => {
  test("says the same of a wrong password as of an address that nobody has, after the same work", async () => {
    const took: Record<string, number> = {};
    const said: unknown[] = [];
    const known = await agency();
    // At the cost of production, which other tests do without (`quick-bcrypt.ts`).
    await run(known, "UPDATE users SET password_hash = ? WHERE id = ?", AT_FULL_COST, known.user.id);
    for (const email of [known.email, `nobody.${unique()}@agency.example`]) {
      for (let round = 0; round < 2; round++) {
        const began = performance.now();
        const { requestId, ...problem } = await problemOf(await signIn(email, "wrong horse, wrong battery"));
        // The quicker of two: what else this machine does meanwhile is not what is compared.
        took[email] = Math.min(took[email] ?? Number.POSITIVE_INFINITY, performance.now() - began);
        said.push(problem);
      }
    }
    expect(said[0]).toMatchObject({ status: 401, code: "wrong_credentials" });
    for (const problem of said) expect(problem).toEqual(said[0]);
    // A hash is nearly all of the time of either; without one, an answer takes a few milliseconds.
    const [one = 0, other = 0] = Object.values(took);
    expect(Math.min(one, other)).toBeGreaterThan(50);
    expect(Math.max(one, other) / Math.min(one, other)).toBeLessThan(3);
  });

  test.each(["an account", "nobody"])(
    "after ten tries in fifteen minutes an address of %s waits, right password or not",
    async (whose) => {
      const email = whose === "nobody" ? `nobody.${unique()}@agency.example` : (await agency()).email;
      const gate = loginGate(env, blindIndex(env.BLIND_INDEX_KEY, "email", email));
      for (let attempt = 0; attempt < 9; attempt++) expect(await gate.attempt()).toEqual({ open: true });
      expect(await refusal(await signIn(email, "the tenth, and wrong"))).toBe("401 wrong_credentials");
      const refused = await signIn(email);
      expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(14 * 60);
      expect(Number(refused.headers.get("Retry-After"))).toBeLessThanOrEqual(15 * 60);
      expect(await refusal(refused)).toBe("429 too_many_attempts");
      expect(await refusal(await signIn(email.toUpperCase()))).toBe("429 too_many_attempts");
      // The window slides: once its quarter of an hour is over, an old try counts no more.
      expect(await gate.attempt(Date.now() + 15 * 60_000 + 1)).toEqual({ open: true });
    },
  );

  test("clears the count when the password was right", async () => {
    const gate = loginGate(env, blindIndex(env.BLIND_INDEX_KEY, "email", home.email));
    await gate.succeeded();
    for (let attempt = 0; attempt < 9; attempt++) await gate.attempt();
    expect((await signIn(home.email)).status).toBe(200);
    for (let attempt = 0; attempt < 10; attempt++) expect(await gate.attempt()).toEqual({ open: true });
    expect((await gate.attempt()).open).toBe(false);
    await gate.succeeded();
  });

  test("gives each sign-in a session of its own", async () => {
    const [first, second] = [new Browser(), new Browser()];
    await signIn(home.email, PASSWORD, first);
    await signIn(` ${home.email.toUpperCase()} `, PASSWORD, second);
    await first.json("POST", "/auth/logout");
    expect(await me(first)).toBe(401);
    expect(await me(second)).toBe(200);
  });
});

describe("the limit by address", () => {
  const from = (ip: string, more: Partial<typeof env>): Promise<Response> =>
    Promise.resolve(
      worker.fetch(
        new Request("http://localhost:8787/api/v1/auth/login", {
          method: "POST",
          headers: { "CF-Connecting-IP": ip, Origin: "http://localhost:8787", "Content-Type": "application/json" },
          body: "not JSON",
        }),
        { ...env, ...more },
        { waitUntil() {}, passThroughOnException() {}, props: {} },
      ),
    );
  const tries = async (ip: string, more: Partial<typeof env>): Promise<Response[]> => {
    const answers: Response[] = [];
    for (let attempt = 0; attempt < 31; attempt++) answers.push(await from(ip, more));
    return answers;
  };

  test("lets thirty tries a minute through, and is lifted on loopback only", async () => {
    const limited = await tries("192.0.2.1", { RATE_LIMITS: "on" });
    expect(limited.slice(0, 30).map(({ status }) => status)).toEqual(Array(30).fill(400));
    expect(limited[30]?.status).toBe(429);
    expect(limited[30]?.headers.get("Retry-After")).toBe("60");
    const abroad = await tries("192.0.2.2", { RATE_LIMITS: "off", PUBLIC_URL: "https://crm.example" });
    expect(abroad[30]?.status).toBe(429);
    const lifted = await tries("192.0.2.3", { RATE_LIMITS: "off" });
    expect(lifted[30]?.status).toBe(400);
  });
});

describe("a session", () => {
  test("is renewed by its refresh token, which works once", async () => {
    const { browser } = await agency();
    const before = browser.jar().get(REFRESH);
    const old = copyOf(browser, REFRESH);
    const renewed = await browser.json("POST", "/auth/refresh");
    expect(renewed.status).toBe(200);
    accountSchema.parse(await renewed.json());
    expect(browser.jar().get(REFRESH)).not.toBe(before);
    expect(await me(browser)).toBe(200);

    // Two tabs at once: the slower one is let through, and gets nothing that the quicker one did not.
    const sibling = await old.json("POST", "/auth/refresh");
    expect(sibling.status).toBe(200);
    expect(sibling.headers.getSetCookie()).toEqual([]);
    expect(await me(browser)).toBe(200);
  });

  test("ends for everybody when a retired refresh token comes back after the grace", async () => {
    const owner = await agency();
    const copied = copyOf(owner.browser, REFRESH);
    await owner.browser.json("POST", "/auth/refresh");
    await run(owner, "UPDATE sessions SET rotated_at = rotated_at - 10001 WHERE tenant_id = ?", owner.tenant.id);
    expect(await refusal(await copied.json("POST", "/auth/refresh"))).toBe("401 not_signed_in");
    expect(await me(owner.browser)).toBe(401);
    expect(await refusal(await owner.browser.json("POST", "/auth/refresh"))).toBe("401 not_signed_in");
  });

  test("ends too when the token that comes back is two renewals old", async () => {
    const owner = await agency();
    const copied = copyOf(owner.browser, REFRESH);
    await owner.browser.json("POST", "/auth/refresh");
    await owner.browser.json("POST", "/auth/refresh");
    expect(await refusal(await copied.json("POST", "/auth/refresh"))).toBe("401 not_signed_in");
    expect(await me(owner.browser)).toBe(401);
  });

  test("is not renewed after its refresh token ran out", async () => {
    const owner = await agency();
    await run(owner, "UPDATE sessions SET expires_at = ? WHERE tenant_id = ?", Date.now() - 1, owner.tenant.id);
    expect(await refusal(await owner.browser.json("POST", "/auth/refresh"))).toBe("401 not_signed_in");
  });

  test.each([
    ["both cookies", [SESSION, REFRESH]],
    ["the refresh cookie alone", [REFRESH]],
  ])("ends at once on signing out with %s, and the cookies are taken back", async (_what, names) => {
    const { browser } = await agency();
    const leaving = copyOf(browser, ...names);
    const response = await leaving.json("POST", "/auth/logout");
    expect(response.status).toBe(200);
    expect(leaving.jar().size).toBe(0);
    expect(await me(browser)).toBe(401);
    expect((await browser.json("POST", "/auth/refresh")).status).toBe(401);
  });

  test("signing out without a session is no error", async () => {
    expect((await new Browser().json("POST", "/auth/logout")).status).toBe(200);
  });

  test("dies with its row and with its user, from the next request on", async () => {
    const [revoked, dismissed] = [await agency(), await agency("us")];
    await run(revoked, "UPDATE sessions SET revoked_at = ? WHERE tenant_id = ?", Date.now(), revoked.tenant.id);
    await run(dismissed, "UPDATE users SET state = 'suspended' WHERE tenant_id = ?", dismissed.tenant.id);
    for (const { browser } of [revoked, dismissed]) {
      expect(await me(browser)).toBe(401);
      expect((await browser.json("POST", "/auth/refresh")).status).toBe(401);
    }
    expect(await refusal(await signIn(dismissed.email))).toBe("401 wrong_credentials");
  });

  test("is only believed as we signed it", async () => {
    const token = home.browser.jar().get(SESSION) ?? "";
    const [region = "", tenant = "", session = "", expires = "", signature = ""] = token.split(".");
    const foreign = (await agency("us")).browser.jar().get(SESSION)?.split(".") ?? [];
    const forged = {
      "another region": ["us", tenant, session, expires, signature],
      "another tenant": [region, foreign[1], session, expires, signature],
      "another session": [region, tenant, foreign[2], expires, signature],
      "a longer life": [region, tenant, session, String(Number(expires) + 3600), signature],
      "no signature": [region, tenant, session, expires, ""],
      "another signature": [region, tenant, session, expires, foreign[4]],
      "a run-out life": [region, tenant, session, "1", signature],
      nonsense: ["x"],
    };
    for (const [what, parts] of Object.entries(forged)) {
      const browser = new Browser();
      browser.jar().set(SESSION, parts.join("."));
      expect([what, await me(browser)]).toEqual([what, 401]);
    }
    expect(await me(copyOf(home.browser, SESSION))).toBe(200);
  });

  test("leaves no secret in its row", async () => {
    const secret = home.browser.jar().get(REFRESH)?.split(".")[3] ?? "";
    const stored = JSON.stringify(await rows(home, "SELECT * FROM sessions WHERE tenant_id = ?", home.tenant.id));
    expect(secret.length).toBeGreaterThan(40);
    expect(stored).toContain(home.browser.jar().get(REFRESH)?.split(".")[2]);
    expect(stored).not.toContain(secret);
  });
});

describe("a registration that was cut between its two steps", () => {
  const repair = () =>
    worker.scheduled(createScheduledController({ cron: "*/5 * * * *", scheduledTime: new Date() }), env);
  const entryOf = (hash: string) =>
    env.DIRECTORY.prepare("SELECT state FROM emails WHERE email_hash = ?").bind(hash).first<{ state: string }>();

  test("is finished by the cron when its region has the owner", async () => {
    const cut = await agency("us");
    const hash = blindIndex(env.BLIND_INDEX_KEY, "email", cut.email);
    await env.DIRECTORY.prepare("UPDATE emails SET state = 'pending', created_at = ? WHERE email_hash = ?")
      .bind(Date.now() - 11 * 60_000, hash)
      .run();
    await repair();
    expect(await entryOf(hash)).toEqual({ state: "active" });
    expect((await signIn(cut.email)).status).toBe(200);
  });

  /** What the first step leaves when the second never happened. */
  async function halfWay(minutesAgo: number): Promise<{ email: string; hash: string; tenantId: string }> {
    const email = `cut.${unique()}@agency.example`;
    const [hash, tenantId, at] = [
      blindIndex(env.BLIND_INDEX_KEY, "email", email),
      newId("tenant"),
      Date.now() - minutesAgo * 60_000,
    ];
    await env.DIRECTORY.batch([
      env.DIRECTORY.prepare("INSERT INTO emails VALUES (?, 'eu', ?, ?, 'pending', ?)").bind(
        hash,
        tenantId,
        newId("user"),
        at,
      ),
      env.DIRECTORY.prepare("INSERT INTO tenant_places VALUES (?, 'eu', ?)").bind(tenantId, at),
    ]);
    return { email, hash, tenantId };
  }

  test("is undone by the cron when it has not, and the address is free again", async () => {
    const { email, hash, tenantId } = await halfWay(11);
    await repair();
    expect(await entryOf(hash)).toBeNull();
    const place = await env.DIRECTORY.prepare("SELECT 1 FROM tenant_places WHERE tenant_id = ?").bind(tenantId).first();
    expect(place).toBeNull();
    expect((await register({ email })).status).toBe(201);
  });

  test("is left alone while it may still be under way, and does not lock its address for long", async () => {
    const [fresh, older] = [await halfWay(0), await halfWay(2)];
    await repair();
    expect(await entryOf(fresh.hash)).toEqual({ state: "pending" });
    expect(await refusal(await register({ email: fresh.email }))).toBe("409 email_taken");
    expect((await register({ email: older.email })).status).toBe(201);
  });

  test("signs nobody in", async () => {
    const { email } = await halfWay(1);
    expect(await refusal(await signIn(email))).toBe("401 wrong_credentials");
  });
});

test("the daily cron drops what only its age makes useless, and finds nothing overdue in a healthy tenant", async () => {
  const keys = ["fresh", "stale"];
  for (const [at, key] of keys.entries()) {
    const age = at * 25 * 3_600_000;
    await run(
      home,
      "INSERT INTO idempotency_keys VALUES (?, ?, ?, '', 201, '', ?)",
      ...[home.tenant.id, home.user.id, key, Date.now() - age],
    );
  }
  const warned = vi.spyOn(console, "warn");
  await worker.scheduled(createScheduledController({ cron: "17 3 * * *", scheduledTime: new Date() }), env);
  expect(warned).not.toHaveBeenCalled();
  const kept = await rows(home, "SELECT key FROM idempotency_keys WHERE tenant_id = ?", home.tenant.id);
  expect(kept).toEqual([{ key: "fresh" }]);
});
