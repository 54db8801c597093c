import { createScheduledController, env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { accountSchema } from "../../domain/records/account.ts";
import { type SignedInSession, sessionListSchema } from "../../domain/records/session.ts";
import { SESSION_HOURS, type TenantSecurity, tenantSecuritySchema } from "../../domain/records/tenant-security.ts";
import worker from "../../worker/index.ts";
import { type Agency, agency, Browser, until } from "../helpers/workerd/agency.ts";
import { refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { mailsTo, mailTo } from "../helpers/workerd/mail.ts";
import { join } from "../helpers/workerd/members.ts";
import { Device, provenAgo, signIn } from "../helpers/workerd/people.ts";
import { rows, run } from "../helpers/workerd/rows.ts";

const SESSION = "__Host-session";
const REFRESH = "__Host-refresh";
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const HOUR = 3_600_000;

const listed = async (browser: Browser): Promise<SignedInSession[]> =>
  sessionListSchema.parse(await browser.api("GET", "/me/sessions")).items;

const me = async (browser: Browser): Promise<number> => (await browser.json("GET", "/me")).status;

const refreshed = async (browser: Browser): Promise<number> => (await browser.json("POST", "/auth/refresh")).status;

async function device(of: Agency, ...about: ConstructorParameters<typeof Device>): Promise<Device> {
  const browser = new Device(...about);
  expect((await signIn(browser, of.email)).status).toBe(200);
  return browser;
}

/** Another browser of the same kind with the first one's refresh token: what a copy of it could do. */
function thief(of: Browser, agent: string): Device {
  const copy = new Device(agent);
  copy.jar().set(REFRESH, of.jar().get(REFRESH) ?? "");
  return copy;
}

describe("a person's sessions", () => {
  test("are told with device, place and time, the one used last first, and which of them asks", async () => {
    const home = await agency();
    const since = Date.now();
    const phone = await device(home, IPHONE, "198.51.100.9", "SE");
    const desk = await device(home, CHROME, "192.0.2.33");
    await phone.api("POST", "/auth/refresh");
    const [first, second, third, ...rest] = await listed(desk);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ device: "Safari on iPhone", ip: "198.51.100.9", country: "SE", current: false });
    expect(second).toMatchObject({ device: "Chrome on Windows", ip: "192.0.2.33", country: null, current: true });
    expect(third).toMatchObject({ device: "Unknown device", current: false });
    expect(Date.parse(first?.createdAt ?? "")).toBeGreaterThanOrEqual(since);
    expect(Date.parse(first?.lastSeenAt ?? "")).toBeGreaterThan(Date.parse(first?.createdAt ?? ""));
    expect((await listed(phone)).filter(({ current }) => current)).toEqual([{ ...first, current: true }]);
  });

  test("follow their browser to another place", async () => {
    const home = await agency();
    const train = await device(home, CHROME, "192.0.2.33", "DE");
    const arrived = new Device(CHROME, "203.0.113.5", "XX");
    for (const [name, value] of train.jar()) arrived.jar().set(name, value);
    await arrived.api("POST", "/auth/refresh");
    expect((await listed(arrived)).find(({ current }) => current)).toMatchObject({ ip: "203.0.113.5", country: null });
  });

  test("end one by one, from the next request on, and leave the list", async () => {
    const home = await agency();
    const phone = await device(home, IPHONE);
    const found = (await listed(home.browser)).find(({ device }) => device === "Safari on iPhone");
    expect((await home.browser.json("DELETE", `/me/sessions/${found?.id}`)).status).toBe(204);
    expect([await me(phone), await refreshed(phone)]).toEqual([401, 401]);
    expect((await listed(home.browser)).map(({ current }) => current)).toEqual([true]);
    expect((await home.browser.json("DELETE", `/me/sessions/${found?.id}`)).status).toBe(204);
  });

  test("end all but the one that asks", async () => {
    const home = await agency();
    const others = [await device(home, IPHONE), await device(home, CHROME)];
    expect((await home.browser.json("DELETE", "/me/sessions")).status).toBe(204);
    for (const other of others) expect([await me(other), await refreshed(other)]).toEqual([401, 401]);
    expect(await me(home.browser)).toBe(200);
    expect(await listed(home.browser)).toHaveLength(1);
  });

  test("may end themselves, and then take their cookies back", async () => {
    const { browser } = await agency();
    const [own] = await listed(browser);
    await browser.json("DELETE", `/me/sessions/${own?.id}`);
    for (const name of [SESSION, REFRESH]) expect(browser.jar().has(name)).toBe(false);
  });

  test("close what they had open", async () => {
    const home = await agency();
    const wall = await device(home, CHROME);
    const { webSocket: socket } = await wall.fetch("/api/v1/live/socket", {
      headers: { Upgrade: "websocket", Origin: "http://localhost:8787" },
    });
    if (!socket) throw new Error("No socket");
    const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
    socket.accept();
    await home.browser.json("DELETE", "/me/sessions");
    expect(await closed).toBe(4401);
  });

  test("are no colleague's to see or to end, and nobody's that there are not", async () => {
    const home = await agency();
    const other = await join(home, "admin");
    const [theirs] = await listed(other.browser);
    expect((await listed(home.browser)).map(({ id }) => id)).not.toContain(theirs?.id);
    for (const id of [theirs?.id, newId("session"), newId("creator"), "nonsense"])
      expect(await refusal(await home.browser.json("DELETE", `/me/sessions/${id}`))).toBe("404 not_found");
    await home.browser.json("DELETE", "/me/sessions");
    expect(await me(other.browser)).toBe(200);
  });
});

describe("a refresh token that comes back", () => {
  test("ends its session for everybody, and the person is told once", async () => {
    const home = await agency();
    const desk = await device(home, CHROME);
    const copied = thief(desk, CHROME);
    await desk.api("POST", "/auth/refresh");
    await run(home, "UPDATE sessions SET rotated_at = rotated_at - 10001 WHERE tenant_id = ?", home.tenant.id);
    expect(await refreshed(copied)).toBe(401);
    expect([await me(desk), await refreshed(desk), await refreshed(copied)]).toEqual([401, 401, 401]);
    expect(await me(home.browser)).toBe(200);
    const { text } = await mailTo(home.email, /ended one of your sessions/);
    expect(text).toContain("With: Chrome on Windows\nFrom: 192.0.2.7");
    expect((await mailsTo(home.email)).filter(({ subject }) => /ended one/.test(subject))).toHaveLength(1);
  });

  test("is let through for ten seconds from the very same browser, and from no other", async () => {
    const home = await agency();
    const [desk, phone] = [await device(home, CHROME), await device(home, IPHONE)];
    const [tab, copied] = [thief(desk, CHROME), thief(phone, CHROME)];
    await desk.api("POST", "/auth/refresh");
    await phone.api("POST", "/auth/refresh");
    expect(await refreshed(tab)).toBe(200);
    expect(await me(desk)).toBe(200);
    expect(await refreshed(copied)).toBe(401);
    expect(await me(phone)).toBe(401);
  });
});

describe("a refresh token that many tabs send at once", () => {
  test("is retired once: one tab gets the new pair, nobody is signed out, and no second session stands", async () => {
    const home = await agency();
    const desk = await device(home, CHROME);
    const tabs = Array.from({ length: 8 }, () => thief(desk, CHROME));
    const before = desk.jar().get(REFRESH);
    expect(await Promise.all(tabs.map(refreshed))).toEqual(tabs.map(() => 200));
    const [winner, ...others] = tabs.filter((tab) => tab.jar().get(REFRESH) !== before);
    expect(others).toEqual([]);
    if (!winner) throw new Error("Nobody got a new pair");
    expect([await me(winner), await refreshed(winner)]).toEqual([200, 200]);
    expect(await listed(winner)).toHaveLength(2);
  });

  test("leaves nothing to a copy of it: what the copy got, the next renewal of either ends for both", async () => {
    const home = await agency();
    const desk = await device(home, CHROME);
    const copied = thief(desk, CHROME);
    await Promise.all([refreshed(desk), refreshed(copied)]);
    await run(home, "UPDATE sessions SET rotated_at = rotated_at - 10001 WHERE tenant_id = ?", home.tenant.id);
    // One of them has the new token, the other the retired one.
    expect([await refreshed(desk), await refreshed(copied)].sort()).toContain(401);
    expect([await refreshed(desk), await refreshed(copied)]).toEqual([401, 401]);
  });
});

describe("a browser that comes with cookies which somebody else put there", () => {
  const sessionId = (browser: Browser): string | undefined => browser.jar().get(SESSION)?.split(".")[2];
  const whoIs = async (browser: Browser): Promise<string> =>
    accountSchema.parse(await browser.api("GET", "/me")).user.email;

  test("gets a session of its own by signing in, and the planted one learns nothing of it", async () => {
    const [attacker, victim] = [await agency(), await agency()];
    const browser = new Browser();
    for (const [name, value] of attacker.browser.jar()) browser.jar().set(name, value);
    expect((await signIn(browser, victim.email)).status).toBe(200);
    expect(sessionId(browser)).not.toBe(sessionId(attacker.browser));
    expect(browser.jar().get(REFRESH)).not.toBe(attacker.browser.jar().get(REFRESH));
    expect(await whoIs(browser)).toBe(victim.email);
    // What was planted ended when somebody signed in over it.
    expect([await me(attacker.browser), await refreshed(attacker.browser)]).toEqual([401, 401]);
    expect(await whoIs(browser)).toBe(victim.email);
  });

  test("of an earlier session of its own person gets a new one too: what was copied before opens nothing new", async () => {
    const home = await agency();
    const desk = await device(home, CHROME);
    const copied = thief(desk, CHROME);
    await desk.json("POST", "/auth/logout");
    desk.jar().set(REFRESH, copied.jar().get(REFRESH) ?? "");
    expect((await signIn(desk, home.email)).status).toBe(200);
    expect(desk.jar().get(REFRESH)).not.toBe(copied.jar().get(REFRESH));
    expect([await me(desk), await refreshed(copied), await me(desk)]).toEqual([200, 401, 200]);
  });

  test("is given no session under an id that was chosen for it", async () => {
    const home = await agency();
    const browser = new Browser();
    const chosen = newId("session");
    browser.jar().set(SESSION, `eu.${home.tenant.id}.${chosen}.9999999999.x`);
    browser.jar().set(REFRESH, `eu.${home.tenant.id}.${chosen}.chosen`);
    expect([await me(browser), await refreshed(browser)]).toEqual([401, 401]);
    browser.jar().set(SESSION, `eu.${home.tenant.id}.${chosen}.9999999999.x`);
    expect((await signIn(browser, home.email)).status).toBe(200);
    expect(await rows(home, "SELECT id FROM sessions WHERE id = ?", chosen)).toEqual([]);
    expect(sessionId(browser)).not.toBe(chosen);
  });
});

describe("a sign-in from somewhere new", () => {
  const told = async (home: Agency): Promise<number> =>
    (await mailsTo(home.email)).filter(({ subject }) => /new sign-in/.test(subject)).length;

  test("is told by mail, with what and where it was; a known device and country is not", async () => {
    const home = await agency();
    await device(home, CHROME, "192.0.2.33", "SE");
    const { text } = await mailTo(home.email, /new sign-in/);
    expect(text).toMatch(/When: \d{4}-\d\d-\d\d, \d\d:\d\d UTC\nWith: Chrome on Windows\nFrom: 192\.0\.2\.33, Sweden/);
    expect(text).toContain("http://localhost:8787/app/forgot");
    // The same device from another address of the same country, after an update.
    await device(home, CHROME.replace("142", "143"), "192.0.2.99", "SE");
    await device(home, IPHONE, "192.0.2.33", "SE");
    await until(async () => (await told(home)) === 2);
    await device(home, IPHONE, "192.0.2.33", "BR");
    await until(async () => (await told(home)) === 3);
  });

  test("is not told of the browser that registered", async () => {
    const home = await agency();
    await signIn(new Browser(), home.email);
    await device(home, CHROME);
    await mailTo(home.email, /new sign-in/);
    expect(await told(home)).toBe(1);
  });
});

describe("the agency's limits", () => {
  const USUAL = {
    idleHours: SESSION_HOURS.idle.usual,
    absoluteHours: SESSION_HOURS.absolute.usual,
    requireTotp: false,
  };
  const change = (home: Agency, wanted: unknown) => home.browser.json("PATCH", "/tenant/security", wanted);
  const ends = async (home: Agency): Promise<number[]> =>
    (await rows(home, "SELECT expires_at AS at FROM sessions WHERE tenant_id = ? ORDER BY id", home.tenant.id)).map(
      ({ at }) => Number(at),
    );

  test("are two weeks unused and ninety days in all, until somebody who may changes them", async () => {
    const home = await agency();
    expect(tenantSecuritySchema.parse(await home.browser.api("GET", "/tenant/security"))).toEqual(USUAL);
    expect(USUAL).toMatchObject({ idleHours: 14 * 24, absoluteHours: 90 * 24 });
    const wanted: Partial<TenantSecurity> = { idleHours: 8, absoluteHours: 24 };
    expect(await (await change(home, wanted)).json()).toEqual({ ...USUAL, ...wanted });
    expect(await home.browser.api("GET", "/tenant/security")).toEqual({ ...USUAL, ...wanted });
  });

  test("hold for a session that stands: it ends when it was unused for too long", async () => {
    const home = await agency();
    const before = Date.now();
    await change(home, { idleHours: 2 });
    const [end = 0] = await ends(home);
    expect(end).toBeGreaterThan(before - 60_000 + 2 * HOUR);
    expect(end).toBeLessThanOrEqual(Date.now() + 2 * HOUR);
    await run(
      home,
      "UPDATE sessions SET rotated_at = rotated_at - ? WHERE tenant_id = ?",
      HOUR + 60_000,
      home.tenant.id,
    );
    await change(home, { idleHours: 1 });
    expect([await me(home.browser), await refreshed(home.browser)]).toEqual([401, 401]);
  });

  test("end a session however much it is used", async () => {
    const home = await agency();
    await change(home, { idleHours: 10, absoluteHours: 24 });
    await run(home, "UPDATE sessions SET created_at = created_at - ? WHERE tenant_id = ?", 23 * HOUR, home.tenant.id);
    expect(await refreshed(home.browser)).toBe(200);
    const [end = 0] = await ends(home);
    expect(end).toBeGreaterThan(Date.now());
    expect(end).toBeLessThanOrEqual(Date.now() + HOUR);
    await run(home, "UPDATE sessions SET created_at = created_at - ? WHERE tenant_id = ?", HOUR, home.tenant.id);
    await refreshed(home.browser);
    expect(await me(home.browser)).toBe(401);
  });

  test("are taken whole, within bounds, and idle no longer than living", async () => {
    const home = await agency();
    for (const [wanted, fields] of [
      [{ idleHours: 0 }, ["idleHours"]],
      [{ idleHours: 721 }, ["idleHours"]],
      [{ idleHours: 1.5, absoluteHours: "1" }, ["absoluteHours", "idleHours"]],
      [{ absoluteHours: 8761 }, ["absoluteHours"]],
      [{ idleHours: 48, absoluteHours: 24 }, ["idleHours"]],
      [{ absoluteHours: 24 }, ["idleHours"]],
      [{ requireTotp: "yes" }, ["requireTotp"]],
      [{ forever: true }, ["forever"]],
    ] as const)
      expect((await refusedFields(await change(home, wanted))).sort()).toEqual(fields);
    expect(await home.browser.api("GET", "/tenant/security")).toEqual(USUAL);
  });

  test("are for owners and admins, who showed lately that it is still them", async () => {
    const home = await agency();
    for (const [role, status] of [
      ["admin", 200],
      ["manager", 403],
      ["viewer", 403],
    ] as const) {
      const { browser } = await join(home, role);
      const answers = [
        await browser.json("GET", "/tenant/security"),
        await browser.json("PATCH", "/tenant/security", { idleHours: 100 }),
      ];
      expect([role, answers.map((answer) => answer.status)]).toEqual([role, [status, status]]);
    }
    await provenAgo(home, 10 * 60_000 + 1);
    expect(await refusal(await change(home, { idleHours: 1 }))).toBe("403 step_up_required");
  });
});

test("the daily cron deletes sessions that ended half a year ago, and links of mails that ran out", async () => {
  const home = await agency();
  const longAgo = await device(home, IPHONE);
  const old = (await listed(longAgo)).find(({ current }) => current)?.id;
  await mailTo(home.email, /Confirm your e-mail/);
  await run(home, "UPDATE sessions SET expires_at = ? WHERE id = ?", Date.now() - 181 * 24 * HOUR, old);
  await run(
    home,
    "UPDATE mail_links SET expires_at = ? WHERE tenant_id = ?",
    Date.now() - 8 * 24 * HOUR,
    home.tenant.id,
  );
  await worker.scheduled(createScheduledController({ cron: "17 3 * * *", scheduledTime: new Date() }), env);
  const left = await rows(home, "SELECT id FROM sessions WHERE tenant_id = ?", home.tenant.id);
  expect(left.map(({ id }) => id)).toEqual((await listed(home.browser)).map(({ id }) => id));
  expect(left).toHaveLength(1);
  expect(await rows(home, "SELECT id FROM mail_links WHERE tenant_id = ?", home.tenant.id)).toEqual([]);
});
