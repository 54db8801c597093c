import { createScheduledController, env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { RETENTION_DAYS } from "../../domain/retention.ts";
import { TIKTOK_SCOPES } from "../../domain/tiktok-fields.ts";
import { CRONS } from "../../worker/cron.ts";
import worker from "../../worker/index.ts";
import { LIVE_WORDING, TIKTOK_WORDING } from "../../worker/pages/consent-wording.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  type Choice,
  connect,
  consent,
  invite,
  ORIGIN,
  until,
} from "../helpers/workerd/agency.ts";
import { pageCode } from "../helpers/workerd/answers.ts";
import { connectionRow, rows, run } from "../helpers/workerd/rows.ts";
import { asked, connectAndSync, fault, storedOf, tiktokOf } from "../helpers/workerd/tiktok.ts";

let home: Agency;
/** Silence is given up after ten seconds: they pass beside the other tests. */
let silence: Promise<void>;
beforeAll(async () => {
  home = await agency();
  silence = afterFault(await agency(), "nothing", "wanderpiet");
  // Its failure is the last test's to tell.
  silence.catch(() => undefined);
});

const NOTHING = { connections: 0, consents: 0 };

/** A creator on the roster with an invite, and a browser of their own. */
async function invited(fields: Record<string, unknown> = {}, at = home) {
  const { id } = await addCreator(at.browser, fields);
  return { id, url: await invite(at.browser, id), creator: new Browser() };
}

/** What a browser sees at an address: status and code of the page. */
async function seen(browser: Browser, url: string): Promise<string> {
  const response = await browser.fetch(url);
  return pageCode(response, await response.text());
}

/** Back from TikTok: the answer of the callback. */
const arrive = async (creator: Browser, url: string, choice: Choice): Promise<Response> =>
  creator.fetch(await consent(creator, url, choice));

/** The exchange fails once: what the creator sees, and whether the same invite works after it. */
async function afterFault(at: Agency, kind: string, account: string): Promise<void> {
  const { id, url, creator } = await invited({}, at);
  await fault("token", kind, account, { delayMs: 50 });
  const answer = await arrive(creator, url, { account });
  const html = await answer.text();
  expect(pageCode(answer, html)).toBe("400 exchange_failed");
  expect(html).toContain(`href="${new URL(url).pathname}`);
  expect(await storedOf(at, id)).toEqual(NOTHING);
  expect((await arrive(creator, url, { account })).status).toBe(303);
}

describe("an invite", () => {
  test("is good for a week, and its page consumes nothing, however often it is read", async () => {
    const { id } = await addCreator(home.browser, { displayName: "Vela Nightjar", handle: "vela.nightjar" });
    const made = await home.browser.json("POST", `/creators/${id}/invites`);
    expect(made.status).toBe(201);
    const { url, expiresAt } = await made.json<{ url: string; expiresAt: string }>();
    expect(url).toMatch(new RegExp(`^${ORIGIN}/connect/eu\\.`));
    expect(Date.parse(expiresAt) - Date.now()).toBeCloseTo(RETENTION_DAYS.connectInvite * 86_400_000, -4);
    for (let time = 0; time < 3; time++) expect(await seen(new Browser(), url)).toBe("200 ");
    expect((await tiktokOf(home.browser, id)).status).toBe("invited");
    expect((await arrive(new Browser(), url, { account: "page.ninety" })).status).toBe(200);
  });

  test("shows who asks, what is seen, and LIVE as a choice that is not made yet", async () => {
    const { url } = await invited({ handle: "vela.two" });
    const html = await (await new Browser().fetch(url)).text();
    const live = /<input[^>]*name="live"[^>]*>/.exec(html)?.[0] ?? "";
    expect(live).toContain('type="checkbox"');
    expect(live).not.toContain("checked");
    for (const shown of ["Test Agency", "Olga Owner", "vela.two", "/privacy?", "/terms?", LIVE_WORDING.version])
      expect(html).toContain(shown);
    for (const sentence of TIKTOK_WORDING.en.never) expect(html).toContain(sentence);
    expect(html).not.toContain("<script");
  });

  test("sends the browser to TikTok with a state bound to it, and asks for the promised scopes", async () => {
    const { url, creator } = await invited();
    const left = await creator.form(url, []);
    expect(left.status).toBe(303);
    expect(left.headers.getSetCookie().join()).toMatch(/^__Host-connect=[^;]{40,};.*HttpOnly; Secure; SameSite=Lax/);
    const authorize = new URL(left.headers.get("Location") ?? "");
    expect(Object.fromEntries(authorize.searchParams)).toMatchObject({
      scope: TIKTOK_SCOPES.join(","),
      redirect_uri: `${ORIGIN}/oauth/tiktok/callback`,
      disable_auto_auth: "1",
      code_challenge: expect.stringMatching(/^[0-9a-f]{64}$/),
      code_challenge_method: "S256",
    });
    expect(authorize.searchParams.get("state")?.split(".").at(-1)?.length).toBeGreaterThanOrEqual(43);
  });

  test("is void once a newer one is made", async () => {
    const { id, url, creator } = await invited();
    const newer = await invite(home.browser, id);
    expect(await seen(creator, url)).toBe("410 invite_expired");
    expect((await creator.form(url, [])).status).toBe(410);
    expect(await seen(creator, newer)).toBe("200 ");
  });

  test("is used once", async () => {
    const { id, url, creator } = await invited();
    expect((await arrive(creator, url, { account: "page.ninety" })).status).toBe(303);
    for (const browser of [creator, new Browser()]) expect(await seen(browser, url)).toBe("410 invite_used");
    expect((await creator.form(url, [])).status).toBe(410);
    expect((await storedOf(home, id)).connections).toBe(1);
  });

  test("runs out", async () => {
    const { id, url, creator } = await invited();
    await run(home, "UPDATE invites SET expires_at = ? WHERE creator_id = ?", Date.now() - 1, id);
    expect(await seen(creator, url)).toBe("410 invite_expired");
    expect((await creator.form(url, [])).status).toBe(410);
    expect((await tiktokOf(home.browser, id)).invite).toBeNull();
  });

  test("is not to be guessed, and leads nowhere while its creator is in the trash", async () => {
    const { id, url, creator } = await invited();
    for (const token of ["x", "eu.a.b.c", `${url.split("/").at(-1)}x`, "%00", "a".repeat(3000), "..%2f..%2fapi"])
      expect(await seen(creator, `/connect/${token}`)).toBe("404 invite_unknown");
    await home.browser.json("DELETE", `/creators/${id}`);
    expect(await seen(creator, url)).toBe("404 invite_unknown");
    await home.browser.json("POST", `/creators/${id}/restore`);
    expect(await seen(creator, url)).toBe("200 ");
  });
});

describe("the way back from TikTok", () => {
  test("is refused with a state that is wrong, used, another browser's or too old, and stores nothing", async () => {
    const { id, url, creator } = await invited();
    const back = new URL(await consent(creator, url, { account: "page.ninety" }));
    const with_ = (state: string) => {
      const forged = new URL(back);
      forged.searchParams.set("state", state);
      return forged.href;
    };
    const state = back.searchParams.get("state") ?? "";
    for (const forged of ["", "nonsense", `${state}x`, state.replace(/^eu/, "us"), "eu.x.y"])
      expect([forged, await seen(creator, with_(forged))]).toEqual([forged, "400 state_invalid"]);
    expect(await seen(new Browser(), back.href)).toBe("400 state_invalid");
    const stranger = new Browser();
    await stranger.form(url, []);
    expect(await seen(stranger, back.href)).toBe("400 state_invalid");
    await run(home, "UPDATE oauth_trips SET created_at = created_at - 600001 WHERE tenant_id = ?", home.tenant.id);
    expect(await seen(creator, back.href)).toBe("400 state_invalid");
    expect(await storedOf(home, id)).toEqual(NOTHING);
    // The invite is unharmed by all of it.
    expect((await arrive(creator, url, { account: "page.ninety" })).status).toBe(303);
  });

  test("works once: what failed cannot be tried again with the same state", async () => {
    const { id, url, creator } = await invited();
    const back = await consent(creator, url, { account: "page.ninety", deny: true });
    expect(await seen(creator, back)).toBe("403 denied");
    expect(await seen(creator, back)).toBe("400 state_invalid");
    expect(await storedOf(home, id)).toEqual(NOTHING);
  });

  test("leads to the creator's own page again when it is reloaded, an hour later too", async () => {
    const { id, url, creator } = await invited();
    const back = await consent(creator, url, { account: "page.ninety" });
    const first = (await creator.fetch(back)).headers.get("Location");
    expect(first).toMatch(/^\/c\/eu\./);
    await run(home, "UPDATE oauth_trips SET created_at = created_at - 3600000 WHERE tenant_id = ?", home.tenant.id);
    const again = await creator.fetch(back);
    expect([again.status, again.headers.get("Location")]).toEqual([303, first]);
    expect((await storedOf(home, id)).connections).toBe(1);
  });

  test("of two tabs at once, connects one account once", async () => {
    const { id, url, creator } = await invited();
    const tabs = [
      await consent(creator, url, { account: "page.ninety" }),
      await consent(creator, url, { account: "page.ninety" }),
    ];
    const answers = await Promise.all(tabs.map((back) => creator.fetch(back)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect(await storedOf(home, id)).toEqual({ connections: 1, consents: 1 });
  });

  test("after a no says so, and the invite still works", async () => {
    const { id, url, creator } = await invited();
    const denied = await arrive(creator, url, { account: "page.ninety", deny: true });
    const html = await denied.text();
    expect(pageCode(denied, html)).toBe("403 denied");
    expect(html).toContain(new URL(url).pathname);
    expect(await storedOf(home, id)).toEqual(NOTHING);
    expect((await arrive(creator, url, { account: "page.ninety" })).status).toBe(303);
  });

  test.each(TIKTOK_SCOPES)("without %s names it, stores nothing and lets the token go", async (scope) => {
    const { id, url, creator } = await invited();
    const revoked = await asked("revoke", "brassneck.bea");
    const answer = await arrive(creator, url, { account: "brassneck.bea", without: [scope] });
    const html = await answer.text();
    expect(pageCode(answer, html)).toBe("403 scope_missing");
    for (const other of TIKTOK_SCOPES) expect(html.includes(`>${other}<`)).toBe(other === scope);
    expect(await storedOf(home, id)).toEqual(NOTHING);
    expect(await asked("revoke", "brassneck.bea")).toBe(revoked + 1);
    expect(await seen(creator, url)).toBe("200 ");
  });

  test.each(["500", "429", "html", "error200", "refuse"])(
    "when the exchange answers %s there is a way back, and the invite still works",
    (kind) => afterFault(home, kind, "ferry.hours"),
  );

  test("with an error that is not a no, or with nothing at all, connects nobody", async () => {
    for (const [query, code] of [
      ["error=server_error", "400 exchange_failed"],
      ["errCode=10013&error_type=param_error", "400 exchange_failed"],
      ["code=made-up&scopes=user.info.basic", "400 exchange_failed"],
      ["", "403 denied"],
    ] as const) {
      const { id, url, creator } = await invited();
      const state = new URL((await creator.form(url, [])).headers.get("Location") ?? "").searchParams.get("state");
      expect(await seen(creator, `/oauth/tiktok/callback?state=${state}&${query}`)).toBe(code);
      expect(await storedOf(home, id)).toEqual(NOTHING);
    }
  });

  test.each([
    ["void", "voided_at = 1", "410 invite_expired"],
    ["too old", "expires_at = 1", "410 invite_expired"],
    ["used", "used_at = 1", "410 invite_used"],
  ])(
    "with an invite that became %s meanwhile connects nobody, and costs no connection that stands",
    async (_what, set, code) => {
      const { id, url, creator } = await invited();
      await connect(home.browser, id, { account: "page.ninety" });
      const standing = await connectionRow(home, id);
      const next = await invite(home.browser, id);
      const back = await consent(creator, next, { account: "blank.slate" });
      await run(home, `UPDATE invites SET ${set} WHERE creator_id = ?`, id);
      expect(await seen(creator, back)).toBe(code);
      expect((await connectionRow(home, id)).id).toBe(standing.id);
      expect(url).not.toBe(next);
    },
  );
});

describe("the account that came back", () => {
  test("connects at once when it is the roster's handle, in any case, or when the roster has none", async () => {
    for (const handle of ["Stairs.Only", undefined]) {
      const { id, url, creator } = await invited(handle ? { handle } : {});
      const answer = await arrive(creator, url, { account: "stairs.only" });
      expect([answer.status, answer.headers.get("Location")]).toEqual([303, expect.stringMatching(/^\/c\//)]);
      expect(await tiktokOf(home.browser, id)).toMatchObject({
        status: "active",
        profile: { username: "stairs.only" },
      });
    }
  });

  /** A creator of another handle than the account that consented: the page that asks, and its form. */
  async function asks(handle: string) {
    const { id, url, creator } = await invited({ handle });
    const answer = await arrive(creator, url, { account: "margin.notes" });
    const html = await answer.text();
    const state = /name="confirm" value="([^"]*)"/.exec(html)?.[1] ?? "";
    const action = `${new URL(url).pathname}/confirm`;
    expect(html).toContain(`action="${action}"`);
    const confirm = (browser = creator, shown = state) => browser.form(action, [["confirm", shown]]);
    return { id, url, creator, status: answer.status, html, confirm };
  }

  test("is asked about when the roster names another, and nothing is connected until the creator says yes", async () => {
    const { id, status, html, confirm } = await asks("someone.else");
    expect(status).toBe(200);
    expect(html).toContain("someone.else");
    expect(html).toContain("margin.notes");
    expect(await storedOf(home, id)).toEqual(NOTHING);
    expect((await tiktokOf(home.browser, id)).status).toBe("invited");
    const confirmed = await confirm();
    expect([confirmed.status, confirmed.headers.get("Location")]).toEqual([303, expect.stringMatching(/^\/c\//)]);
    expect(await tiktokOf(home.browser, id)).toMatchObject({
      status: "active",
      profile: { username: "margin.notes" },
    });
    // Twice leads where once led, and connects nothing more.
    const twice = await confirm();
    expect(twice.headers.get("Location")).toBe(confirmed.headers.get("Location"));
    expect(await storedOf(home, id)).toEqual({ connections: 1, consents: 1 });
  });

  test("is confirmed by the browser that brought it, in time, and by nobody else", async () => {
    const { id, confirm, url } = await asks("somebody.else");
    const code = async (answer: Promise<Response>) => pageCode(await answer, await (await answer).text());
    expect(await code(confirm(new Browser()))).toBe("400 state_invalid");
    const stranger = new Browser();
    await stranger.form(url, []);
    expect(await code(confirm(stranger))).toBe("400 state_invalid");
    expect(await code(confirm(undefined, "nonsense"))).toBe("400 state_invalid");
    await run(home, "UPDATE oauth_trips SET created_at = created_at - 600001 WHERE tenant_id = ?", home.tenant.id);
    expect(await code(confirm())).toBe("400 state_invalid");
    expect(await storedOf(home, id)).toEqual(NOTHING);
  });

  test("is given back by the cron when the creator never answers, and the invite still works", async () => {
    const { id, url, creator, confirm } = await asks("no.answer");
    const pending = () =>
      rows(home, "SELECT 1 FROM oauth_trips WHERE tenant_id = ? AND pending_grant IS NOT NULL", home.tenant.id);
    const repair = () =>
      worker.scheduled(createScheduledController({ cron: CRONS.repair, scheduledTime: new Date() }), env);
    await repair();
    expect((await pending()).length).toBeGreaterThan(0);
    const revoked = await asked("revoke", "margin.notes");
    await run(home, "UPDATE oauth_trips SET created_at = created_at - 600001 WHERE tenant_id = ?", home.tenant.id);
    await repair();
    expect(await pending()).toEqual([]);
    expect(await asked("revoke", "margin.notes")).toBeGreaterThan(revoked);
    const late = await confirm();
    expect(pageCode(late, await late.text())).toBe("400 state_invalid");
    expect(await storedOf(home, id)).toEqual(NOTHING);
    expect(await seen(creator, url)).toBe("200 ");
  });

  test("is not guessed at when TikTok does not say whose it is, and the token is let go", async () => {
    const { id, url, creator } = await invited({ handle: "debug.dalia" });
    await fault("user_info", "500", "debug.dalia");
    const revoked = await asked("revoke", "debug.dalia");
    const answer = await arrive(creator, url, { account: "debug.dalia" });
    expect(pageCode(answer, await answer.text())).toBe("400 exchange_failed");
    expect(await storedOf(home, id)).toEqual(NOTHING);
    expect(await asked("revoke", "debug.dalia")).toBe(revoked + 1);
    expect((await arrive(creator, url, { account: "debug.dalia" })).status).toBe(303);
  });
});

describe("what the creator agreed to", () => {
  const consents = (creatorId: string) =>
    rows(
      home,
      "SELECT kind, wording, withdrawn_at AS withdrawn FROM consents WHERE tenant_id = ? AND creator_id = ? ORDER BY granted_at, kind DESC",
      home.tenant.id,
      creatorId,
    );
  const tiktok = { kind: "tiktok", wording: TIKTOK_WORDING.version, withdrawn: null };
  const live = { kind: "live", wording: LIVE_WORDING.version, withdrawn: null };

  test("is kept with the wording that was on the page: TikTok always, LIVE when it was ticked", async () => {
    for (const [ticked, expected] of [
      [false, [tiktok]],
      [true, [tiktok, live]],
    ] as const) {
      const { id } = await addCreator(home.browser);
      await connect(home.browser, id, { account: "page.ninety", live: ticked });
      expect(await consents(id)).toEqual(expected);
      const shown = await tiktokOf(home.browser, id);
      // Consent enables nothing: that is the agency's switch.
      expect(shown.live).toMatchObject({ enabled: false, state: "off" });
      expect(shown.live.consent?.wording ?? null).toBe(ticked ? LIVE_WORDING.version : null);
    }
  });

  test("is asked for anew by each connection", async () => {
    const { id } = await addCreator(home.browser);
    await connect(home.browser, id, { account: "page.ninety", live: true });
    await connect(home.browser, id, { account: "page.ninety" });
    expect(await consents(id)).toEqual([
      { ...tiktok, withdrawn: expect.any(Number) },
      { ...live, withdrawn: expect.any(Number) },
      tiktok,
    ]);
  });
});

describe("connecting again", () => {
  test("with the same account renews what stands and keeps every figure", async () => {
    const { id } = await addCreator(home.browser);
    const first = await connectAndSync(home, id, { account: "page.ninety" });
    const videos = await home.browser.api<{ items: unknown[] }>("GET", `/creators/${id}/videos`);
    expect(videos.items.length).toBeGreaterThan(10);
    const second = await connectAndSync(home, id, { account: "page.ninety" });
    expect(second.page).toBe(first.page);
    expect(second.connection.id).toBe(first.connection.id);
    expect(second.connection.access_token).not.toBe(first.connection.access_token);
    const kept = await home.browser.api<{ items: unknown[] }>("GET", `/creators/${id}/videos`);
    expect(kept.items).toHaveLength(videos.items.length);
  });

  test("with another account replaces the first, and deletes what came of it", async () => {
    const { id } = await addCreator(home.browser);
    const first = await connectAndSync(home, id, { account: "page.ninety" });
    const second = await connectAndSync(home, id, { account: "blank.slate" });
    expect(second.connection.id).not.toBe(first.connection.id);
    expect(await tiktokOf(home.browser, id)).toMatchObject({ status: "active", profile: { username: "blank.slate" } });
    expect((await home.browser.api<{ items: unknown[] }>("GET", `/creators/${id}/videos`)).items).toEqual([]);
    const [old] = await rows(home, "SELECT * FROM connections WHERE id = ?", first.connection.id);
    expect(old).toMatchObject({ status: "disconnected", end_reason: "replaced", open_id: null, access_token: null });
    expect(old?.purged_at).toEqual(expect.any(Number));
    const gone = await (await first.creator.fetch(first.page)).text();
    expect(gone).toContain(String(old?.certificate_id));
  });

  test("is open to two agencies with one account, and each is on its own", async () => {
    const other = await agency("us");
    const [mine, theirs] = [await addCreator(home.browser), await addCreator(other.browser)];
    await connect(home.browser, mine.id, { account: "page.ninety" });
    await connect(other.browser, theirs.id, { account: "page.ninety" });
    await home.browser.api("DELETE", `/creators/${mine.id}/tiktok`);
    expect((await tiktokOf(home.browser, mine.id)).status).toBe("disconnected");
    const synced = await until(async () => {
      const tiktok = await tiktokOf(other.browser, theirs.id);
      return tiktok.sync?.lastAt ? tiktok : null;
    });
    expect(synced).toMatchObject({ status: "active", profile: { username: "page.ninety" } });
  });

  test("is possible after a disconnection", async () => {
    const { id } = await addCreator(home.browser);
    await connect(home.browser, id, { account: "page.ninety" });
    await home.browser.api("DELETE", `/creators/${id}/tiktok`);
    const url = await invite(home.browser, id);
    expect((await tiktokOf(home.browser, id)).status).toBe("invited");
    expect((await arrive(new Browser(), url, { account: "page.ninety" })).status).toBe(303);
    expect((await tiktokOf(home.browser, id)).status).toBe("active");
  });
});

test("when the exchange says nothing at all there is a way back too", () => silence);
