import { env } from "cloudflare:test";
import { Buffer } from "node:buffer";
import { beforeAll, describe, expect, test } from "vitest";
import { meSchema } from "../../../domain/records/account.ts";
import { hmacSha256 } from "../../../platform/hash.ts";
import { type Agency, addCreator, agency, Browser, invite, ORIGIN, unique } from "../../helpers/workerd/agency.ts";
import { inviteMember, mailedToken } from "../../helpers/workerd/members.ts";
import { signIn } from "../../helpers/workerd/people.ts";
import { rows } from "../../helpers/workerd/rows.ts";

const SESSION = "__Host-session";
const REFRESH = "__Host-refresh";

const statusOf = async (browser: Browser, path = "/me"): Promise<number> => (await browser.json("GET", path)).status;
const refreshed = async (browser: Browser): Promise<number> => (await browser.json("POST", "/auth/refresh")).status;

/** A browser that somebody put these cookies into. */
function holding(cookies: Iterable<readonly [string, string]>): Browser {
  const browser = new Browser();
  for (const [name, value] of cookies) browser.jar().set(name, value);
  return browser;
}

const sessionIdIn = (browser: Browser): string => browser.jar().get(SESSION)?.split(".")[2] ?? "";

/** The text with another letter of its alphabet at each place, one at a time. */
const changedAnywhere = (text: string): string[] =>
  [...text].map((letter, at) => text.slice(0, at) + (letter === "A" ? "B" : "A") + text.slice(at + 1));

describe("a session that somebody planted in a browser", () => {
  test("is not the one that its person signs in to, and shows the planter nothing", async () => {
    const [victim, attacker] = [await agency(), await agency()];
    const planted = holding(attacker.browser.jar());
    expect((await signIn(planted, victim.email)).status).toBe(200);
    expect(sessionIdIn(planted)).not.toBe(sessionIdIn(attacker.browser));
    expect(meSchema.parse(await planted.api("GET", "/me")).user.id).toBe(victim.user.id);
    for (const name of [SESSION, REFRESH]) expect(planted.jar().get(name)).not.toBe(attacker.browser.jar().get(name));
    // What they planted ended when somebody signed in over it.
    expect([await statusOf(attacker.browser), await refreshed(attacker.browser)]).toEqual([401, 401]);
  });

  test("of no person is given to none", async () => {
    const victim = await agency();
    const [region, tenant] = (victim.browser.jar().get(SESSION) ?? "").split(".");
    const wished = "se_00000000000000000000000000";
    const planted = holding([
      [SESSION, `${region}.${tenant}.${wished}.9999999999.x`],
      [REFRESH, `${region}.${tenant}.${wished}.chosen-by-the-attacker`],
    ]);
    expect((await signIn(planted, victim.email)).status).toBe(200);
    const stored = await rows(victim, "SELECT id FROM sessions WHERE tenant_id = ?", victim.tenant.id);
    expect(stored.map(({ id }) => id)).not.toContain(wished);
    expect(stored.map(({ id }) => id)).toContain(sessionIdIn(planted));
  });

  test("that is left by signing in again ends: no copy of it works on", async () => {
    const home = await agency();
    const browser = new Browser();
    await signIn(browser, home.email);
    const copy = holding(browser.jar());
    await signIn(browser, home.email);
    expect([await statusOf(copy), await refreshed(copy)]).toEqual([401, 401]);
    expect(await statusOf(browser)).toBe(200);
    expect(await statusOf(home.browser)).toBe(200);
  });
});

describe("a token that was copied", () => {
  test("opens nothing after signing out: neither cookie, and no socket", async () => {
    const { browser } = await agency();
    const copy = holding(browser.jar());
    await browser.json("POST", "/auth/logout");
    expect([await statusOf(copy), await refreshed(copy)]).toEqual([401, 401]);
    const upgrade = await holding(copy.jar()).fetch("/api/v1/live/socket", {
      headers: { Upgrade: "websocket", Origin: ORIGIN },
    });
    expect(upgrade.status).toBe(401);
  });

  test("is of one agency: with another's cookie beside it, it is that one's or nobody's", async () => {
    const [mine, theirs] = [await agency(), await agency("us")];
    const mixed = holding([
      [SESSION, mine.browser.jar().get(SESSION) ?? ""],
      [REFRESH, theirs.browser.jar().get(REFRESH) ?? ""],
    ]);
    expect(meSchema.parse(await mixed.api("GET", "/me")).tenant.id).toBe(mine.tenant.id);
    expect(await refreshed(mixed)).toBe(200);
    expect(meSchema.parse(await mixed.api("GET", "/me")).tenant.id).toBe(theirs.tenant.id);
    // Another session of the same agency, with the first one's secret.
    const second = new Browser();
    await signIn(second, mine.email);
    const [region, tenant, id] = (second.jar().get(REFRESH) ?? "").split(".");
    const secret = (mine.browser.jar().get(REFRESH) ?? "").split(".")[3];
    expect(await refreshed(holding([[REFRESH, `${region}.${tenant}.${id}.${secret}`]]))).toBe(401);
  });

  test("opens nothing once it has run out, though it bears our signature", async () => {
    const { browser } = await agency();
    const [region, tenant, session] = (browser.jar().get(SESSION) ?? "").split(".");
    const signed = (seconds: number): Browser => {
      const said = `${region}.${tenant}.${session}.${Math.floor(Date.now() / 1000) + seconds}`;
      const mac = hmacSha256(Buffer.from(env.SESSION_KEY, "base64"), `session\0${said}`);
      return holding([[SESSION, `${said}.${Buffer.from(mac).toString("base64url")}`]]);
    };
    expect(await statusOf(signed(60))).toBe(200);
    expect(await statusOf(signed(-1))).toBe(401);
  });

  test("as the one kind is no other kind", async () => {
    const { browser } = await agency();
    const [access = "", refresh = ""] = [browser.jar().get(SESSION), browser.jar().get(REFRESH)];
    expect(await statusOf(holding([[SESSION, refresh]]))).toBe(401);
    expect(await refreshed(holding([[REFRESH, access.split(".").slice(0, 4).join(".")]]))).toBe(401);
    for (const token of [access, refresh, `ek_${access}`, `ek_${refresh}`]) {
      const answer = await new Browser().json("GET", "/me", undefined, { Authorization: `Bearer ${token}` });
      expect(answer.status).toBe(401);
    }
  });
});

describe("a token of which one letter was changed, whichever it is,", () => {
  let home: Agency;
  beforeAll(async () => {
    home = await agency();
  });

  test("is no access cookie", async () => {
    const token = home.browser.jar().get(SESSION) ?? "";
    for (const forged of changedAnywhere(token)) {
      const answer = await statusOf(holding([[SESSION, forged]]));
      expect([forged, answer]).toEqual([forged, 401]);
    }
    expect(await statusOf(holding([[SESSION, token]]))).toBe(200);
  });

  test("is no refresh cookie", async () => {
    const token = home.browser.jar().get(REFRESH) ?? "";
    const named = token.lastIndexOf(".");
    // Where it names its session: nobody's, and that session stands.
    for (const forged of changedAnywhere(token).filter((_, at) => at <= named)) {
      const answer = await refreshed(holding([[REFRESH, forged]]));
      expect([forged, answer]).toEqual([forged, 401]);
    }
    expect(await statusOf(home.browser)).toBe(200);
    // In its secret, each on a session of its own: a made-up one ends what it was tried on.
    for (const at of [named + 1, named + 20, token.length - 1]) {
      const owner = await agency();
      const own = owner.browser.jar().get(REFRESH) ?? "";
      expect(await refreshed(holding([[REFRESH, changedAnywhere(own)[at] ?? ""]]))).toBe(401);
      expect(await statusOf(owner.browser)).toBe(401);
    }
  });

  test("is no API key", async () => {
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "P", role: "viewer" });
    const asked = async (token: string): Promise<number> =>
      (await new Browser().json("GET", "/me", undefined, { Authorization: `Bearer ${token}` })).status;
    for (const forged of changedAnywhere(secret)) expect([forged, await asked(forged)]).toEqual([forged, 401]);
    expect(await asked(secret)).toBe(200);
  });

  test("is no link to an invitation, nor to TikTok", async () => {
    const email = `waiting.${unique()}@agency.example`;
    await inviteMember(home.browser, { email, role: "viewer" });
    const invitation = await mailedToken(email);
    const { id } = await addCreator(home.browser);
    const connect = new URL(await invite(home.browser, id)).pathname.split("/").at(-1) ?? "";
    const links: [token: string, path: (token: string) => string][] = [
      [invitation, (token) => `/api/v1/auth/invitations/${token}`],
      [connect, (token) => `/connect/${token}`],
    ];
    for (const [token, path] of links) {
      expect((await new Browser().fetch(path(token))).status).toBe(200);
      for (const forged of changedAnywhere(token))
        expect([forged, (await new Browser().fetch(path(forged))).status]).toEqual([forged, 404]);
    }
  });
});

describe("twenty tabs that renew one session at once", () => {
  test("go on with one family of tokens, and nobody is signed out", async () => {
    const { browser, ...home } = await agency();
    const tabs = Array.from({ length: 20 }, () => holding(browser.jar()));
    const answers = await Promise.all(tabs.map((tab) => tab.json("POST", "/auth/refresh")));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const winners = tabs.filter((_, at) => (answers[at]?.headers.getSetCookie().length ?? 0) > 0);
    expect(winners).toHaveLength(1);
    const [winner = browser] = winners;
    // A tab that asks a moment later with what it had is one of them, and ends nothing.
    expect(await refreshed(holding(browser.jar()))).toBe(200);
    // One jar, as in a browser: everybody has the winner's cookies from here on.
    expect(await refreshed(winner)).toBe(200);
    expect(await statusOf(winner)).toBe(200);
    const stored = await rows(
      { ...home, browser },
      "SELECT revoked_at FROM sessions WHERE tenant_id = ?",
      home.tenant.id,
    );
    expect(stored).toEqual([{ revoked_at: null }]);
  });
});
