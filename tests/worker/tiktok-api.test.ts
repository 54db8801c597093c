import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { ENGAGEMENT_VIDEOS, engagementRate } from "../../domain/metrics/engagement.ts";
import { disconnectedSchema, followersOfDaySchema, videoSchema } from "../../domain/records/tiktok.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  connect,
  invite,
  simulator,
  until,
} from "../helpers/workerd/agency.ts";
import { refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { pastLive } from "../helpers/workerd/live-session.ts";
import { connectionRow, rows, run } from "../helpers/workerd/rows.ts";
import { asked, connectAndSync, storedOf, tiktokOf } from "../helpers/workerd/tiktok.ts";

let home: Agency;
/** A creator who is connected and synced, and whom no test ends. */
let standing: { id: string; page: string };

beforeAll(async () => {
  home = await agency();
  const { id } = await addCreator(home.browser, { displayName: "Catrìona Mossgill" });
  const { page } = await connectAndSync(home, id, { account: "moss.and.moor" });
  standing = { id, page };
});

const itemsOf = async <T extends z.ZodMiniType>(path: string, item: T): Promise<z.output<T>[]> =>
  z.object({ items: z.array(item) }).parse(await home.browser.api("GET", path)).items;

describe("the state of a connection", () => {
  test("goes from none over invited to active and disconnected, and back to invited", async () => {
    const { id } = await addCreator(home.browser);
    const none = await tiktokOf(home.browser, id);
    expect(none).toMatchObject({ status: "none", profile: null, metrics: null, sync: null, invite: null, scopes: [] });
    const url = await invite(home.browser, id);
    const invited = await tiktokOf(home.browser, id);
    expect(invited).toMatchObject({ status: "invited", profile: null, metrics: null, sync: null });
    expect(Date.parse(invited.invite?.expiresAt ?? "")).toBeGreaterThan(Date.now());
    expect(url).toContain("/connect/");

    await connectAndSync(home, id, { account: "page.ninety" });
    const active = await tiktokOf(home.browser, id);
    expect(active).toMatchObject({
      status: "active",
      profile: { username: "page.ninety", displayName: "Iñaki Noventa" },
      sync: { error: null },
      invite: null,
      disconnectedAt: null,
    });
    expect(active.scopes).toHaveLength(4);
    expect(Date.parse(active.renewBy ?? "") - Date.now()).toBeGreaterThan(170 * 86_400_000);
    expect(Date.parse(active.sync?.nextAt ?? "")).toBeGreaterThan(Date.now() + 4 * 3_600_000);
    expect(JSON.stringify(active)).not.toMatch(/token|act\.|rft\./i);

    await home.browser.api("DELETE", `/creators/${id}/tiktok`);
    const gone = await tiktokOf(home.browser, id);
    expect(gone).toMatchObject({ status: "disconnected", profile: null, metrics: null, sync: null, scopes: [] });
    expect(Date.parse(gone.disconnectedAt ?? "")).toBeLessThanOrEqual(Date.now());
    await invite(home.browser, id);
    expect((await tiktokOf(home.browser, id)).status).toBe("invited");
  });

  test("stands on the roster's row too, with the figures of the last sync", async () => {
    const [{ figures } = { figures: null }] = (
      await home.browser.api<{ items: { id: string; figures: Record<string, unknown> }[] }>(
        "GET",
        "/creators?q=mossgill",
      )
    ).items;
    const tiktok = await tiktokOf(home.browser, standing.id);
    expect(figures).toMatchObject({
      connection: "active",
      followers: tiktok.metrics?.followers,
      avatarUrl: tiktok.profile?.avatarUrl,
      asOf: tiktok.metrics?.asOf,
    });
    expect(tiktok.metrics?.followers).toBeGreaterThan(100_000);
  });

  test("holds numbers beyond 2³¹ and accounts that share next to nothing", async () => {
    const [big, bare] = [await addCreator(home.browser), await addCreator(home.browser)];
    await connectAndSync(home, big.id, { account: "colossal.cooper" });
    await connectAndSync(home, bare.id, { account: "blank.slate" });
    expect((await tiktokOf(home.browser, big.id)).metrics?.likes).toBeGreaterThan(2 ** 33);
    const none = await tiktokOf(home.browser, bare.id);
    expect(none.metrics).toMatchObject({ engagementRate: null, engagementVideos: 0, videos: 0 });
    expect(await itemsOf(`/creators/${bare.id}/videos`, videoSchema)).toEqual([]);
  });
});

describe("sync now", () => {
  test("starts once a minute, and the last sync moves", async () => {
    const { id } = await addCreator(home.browser);
    await connectAndSync(home, id, { account: "page.ninety" });
    const before = (await connectionRow(home, id)).last_sync_at;
    const sync = () => home.browser.json("POST", `/creators/${id}/tiktok/sync`);
    const first = await sync();
    expect([first.status, await first.json()]).toEqual([202, { status: "started" }]);
    const second = await sync();
    expect(Number(second.headers.get("Retry-After"))).toBeGreaterThan(50);
    expect(Number(second.headers.get("Retry-After"))).toBeLessThanOrEqual(60);
    expect(await refusal(second)).toBe("429 synced_recently");
    await until(async () => Number((await connectionRow(home, id)).last_sync_at) > Number(before));
  });

  test("wants a connection that is active", async () => {
    const { id } = await addCreator(home.browser);
    const sync = async () => refusal(await home.browser.json("POST", `/creators/${id}/tiktok/sync`));
    expect(await sync()).toBe("409 not_connected");
    await connect(home.browser, id, { account: "page.ninety" });
    await home.browser.api("DELETE", `/creators/${id}/tiktok`);
    expect(await sync()).toBe("409 not_connected");
    expect(await refusal(await home.browser.json("DELETE", `/creators/${id}/tiktok`))).toBe("409 not_connected");
  });
});

describe("videos and followers", () => {
  test("videos have the promised fields and no other, newest first, as many as asked", async () => {
    const strict = z.strictObject(videoSchema.shape);
    const all = await itemsOf(`/creators/${standing.id}/videos?limit=200`, strict);
    expect(all.length).toBeGreaterThan(ENGAGEMENT_VIDEOS);
    const times = all.map(({ createdAt }) => Date.parse(createdAt));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    for (const { id, coverUrl } of all) {
      expect(id).toMatch(/^\d{16,20}$/);
      expect(coverUrl).toMatch(/^http/);
    }
    expect((await itemsOf(`/creators/${standing.id}/videos?limit=3`, strict)).map(({ id }) => id)).toEqual(
      all.slice(0, 3).map(({ id }) => id),
    );
    for (const query of ["limit=0", "limit=201", "limit=x", "sort=views"])
      expect(await refusedFields(await home.browser.json("GET", `/creators/${standing.id}/videos?${query}`))).toEqual([
        query.split("=")[0],
      ]);
  });

  test("the engagement rate is that of the latest twenty videos", async () => {
    const videos = await itemsOf(`/creators/${standing.id}/videos?limit=200`, videoSchema);
    const expected = engagementRate(videos.map((video) => ({ ...video, createdAt: Date.parse(video.createdAt) })));
    const { metrics } = await tiktokOf(home.browser, standing.id);
    expect(expected.rate).toBeGreaterThan(0);
    expect(metrics).toMatchObject({ engagementRate: expected.rate, engagementVideos: expected.videos });
  });

  test("followers are one a day, oldest first, of as many days as asked", async () => {
    const { id: connectionId } = await connectionRow(home, standing.id);
    const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    for (const days of [100, 89, 2])
      await run(
        home,
        "INSERT INTO snapshots (tenant_id, creator_id, day, connection_id, followers, taken_at) VALUES (?, ?, ?, ?, ?, 0)",
        home.tenant.id,
        standing.id,
        dayAgo(days),
        connectionId,
        1000 - days,
      );
    const path = `/creators/${standing.id}/followers`;
    const days = async (query = "") => (await itemsOf(path + query, followersOfDaySchema)).map(({ date }) => date);
    expect(await days()).toEqual([dayAgo(89), dayAgo(2), dayAgo(0)]);
    expect(await days("?days=3")).toEqual([dayAgo(2), dayAgo(0)]);
    expect(await days("?days=1")).toEqual([dayAgo(0)]);
    expect(await days("?days=101")).toEqual([dayAgo(100), dayAgo(89), dayAgo(2), dayAgo(0)]);
    for (const query of ["days=0", "days=1096", "days=x", "from=2026-01-01"])
      expect(await refusedFields(await home.browser.json("GET", `${path}?${query}`))).toEqual([query.split("=")[0]]);
  });
});

describe("the LIVE switch", () => {
  const put = (id: string, body: unknown) => home.browser.json("PUT", `/creators/${id}/live-tracking`, body);

  test("wants a connection, and a body that says which", async () => {
    const { id } = await addCreator(home.browser);
    expect(await refusal(await put(id, { enabled: true }))).toBe("409 not_connected");
    expect(await (await put(id, { enabled: false })).json()).toEqual({
      enabled: false,
      state: "off",
      source: "direct",
    });
    for (const body of [{}, { enabled: "yes" }, { enabled: true, force: true }])
      expect((await refusedFields(await put(id, body)))[0]).toMatch(/enabled|force/);
  });

  test("waits for the creator's consent, runs with it, and stops without it", async () => {
    const { id } = await addCreator(home.browser);
    const { creator, page } = await connect(home.browser, id, { account: "tiny.gym.tala" });
    const state = async () => (await tiktokOf(home.browser, id)).live;
    expect(await (await put(id, { enabled: true })).json()).toEqual({
      enabled: true,
      state: "awaiting_consent",
      source: "direct",
    });
    expect(await state()).toMatchObject({ enabled: true, state: "awaiting_consent", consent: null });

    const given = await creator.form(`${page}/live`, [["value", "on"]]);
    expect([given.status, given.headers.get("Location")]).toEqual([303, expect.stringContaining("notice=live_on")]);
    const running = await until(async () => {
      const now = await state();
      return now.state === "waiting" ? now : null;
    });
    expect(running.consent?.wording).toMatch(/^live-/);
    // Ticking twice is one consent.
    await creator.form(`${page}/live`, [["value", "on"]]);
    const consents = await rows(home, "SELECT 1 FROM consents WHERE creator_id = ? AND kind = 'live'", id);
    expect(consents).toHaveLength(1);

    await creator.form(`${page}/live`, [["value", "off"]]);
    expect(await state()).toMatchObject({ enabled: true, state: "awaiting_consent", consent: null });
    const [withdrawn] = await rows(
      home,
      "SELECT withdrawn_at AS at FROM consents WHERE creator_id = ? AND kind = 'live'",
      id,
    );
    expect(withdrawn?.at).toEqual(expect.any(Number));
    expect(await (await put(id, { enabled: false })).json()).toEqual({
      enabled: false,
      state: "off",
      source: "direct",
    });
  });
});

describe("the creator's own page", () => {
  test("says what is stored, counted, and in both languages", async () => {
    const { id } = await addCreator(home.browser);
    const { creator, page, connection } = await connectAndSync(home, id, { account: "page.ninety" });
    await pastLive(home, id, String(connection.id));
    const videos = await rows(home, "SELECT 1 FROM videos WHERE tenant_id = ? AND creator_id = ?", home.tenant.id, id);
    const response = await creator.fetch(page);
    const html = await response.text();
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    for (const shown of ["Iñaki Noventa", "Test Agency", `${videos.length} videos`, "1 LIVE", "60 minutes"])
      expect([shown, html.includes(shown)]).toEqual([shown, true]);
    expect(html).not.toMatch(/<script|act\.|rft\.|v1\.test\./);
    expect(await (await creator.fetch(`${page}?lang=ar`)).text()).toContain('dir="rtl"');
  });

  test("ends the connection, and then shows the proof of what was deleted", async () => {
    const { id } = await addCreator(home.browser);
    const { creator, page, connection } = await connectAndSync(home, id, { account: "lipstick.ledger", live: true });
    const sessionId = await pastLive(home, id, String(connection.id));
    expect((await home.browser.json("GET", `/live-sessions/${sessionId}`)).status).toBe(200);
    const revoked = await asked("revoke", "lipstick.ledger");

    const left = await creator.form(`${page}/disconnect`, []);
    expect([left.status, left.headers.get("Location")]).toEqual([303, expect.stringMatching(/^\/c\//)]);
    expect(await asked("revoke", "lipstick.ledger")).toBe(revoked + 1);
    const [row] = await rows(home, "SELECT * FROM connections WHERE id = ?", connection.id);
    expect(row).toMatchObject({ status: "disconnected", end_reason: "creator", open_id: null, username: null });
    const html = await (await creator.fetch(page)).text();
    expect(html).toContain(String(row?.certificate_id));
    expect(html).not.toContain("lipstick.ledger");
    expect(await refusal(await home.browser.json("GET", `/live-sessions/${sessionId}`))).toBe("404 not_found");
    expect((await tiktokOf(home.browser, id)).status).toBe("disconnected");
    const [certificate] = (
      await env.DIRECTORY.prepare("SELECT * FROM certificates WHERE id = ?").bind(row?.certificate_id).all()
    ).results;
    expect(certificate).toMatchObject({ connection_id: connection.id, reason: "creator" });
    expect(JSON.parse(String(certificate?.counts))).toMatchObject({ sessions: 1, minutes: 60, snapshots: 1 });

    // A page of an earlier connection has no say over a later one.
    await connect(home.browser, id, { account: "lipstick.ledger" });
    await creator.form(`${page}/disconnect`, []);
    await creator.form(`${page}/live`, [["value", "on"]]);
    expect(await tiktokOf(home.browser, id)).toMatchObject({ status: "active", live: { consent: null } });
  });

  test("takes forms from itself alone", async () => {
    const before = await tiktokOf(home.browser, standing.id);
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: "http://localhost:8787", "Sec-Fetch-Site": "cross-site" },
    ])
      for (const [path, body] of [
        ["/live", "value=on"],
        ["/disconnect", ""],
      ]) {
        const sent = await new Browser().fetch(standing.page + path, {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
          body: body ?? "",
        });
        expect(await refusal(sent)).toBe("403 cross_origin");
      }
    expect(await tiktokOf(home.browser, standing.id)).toEqual(before);
  });

  test("is 404 for a link that we did not make", async () => {
    for (const token of ["x", "eu.a.b.c", standing.page.slice(3, -1), `${standing.page.slice(3)}x`]) {
      expect((await new Browser().fetch(`/c/${token}`)).status).toBe(404);
      expect((await new Browser().form(`/c/${token}/disconnect`, [])).status).toBe(404);
    }
  });
});

describe("disconnecting", () => {
  test("answers what was deleted, and nothing that came from TikTok is left", async () => {
    const { id } = await addCreator(home.browser, { displayName: "Stays Here" });
    const { connection } = await connectAndSync(home, id, { account: "quiet.drums" });
    await pastLive(home, id, String(connection.id));
    const videos = await rows(home, "SELECT 1 FROM videos WHERE creator_id = ?", id);
    const answer = disconnectedSchema.parse(await home.browser.api("DELETE", `/creators/${id}/tiktok`));
    expect(answer).toEqual({
      status: "disconnected",
      revoked: true,
      deleted: { videos: videos.length, snapshots: 1, sessions: 1, minutes: 60 },
    });
    for (const table of ["videos", "snapshots", "live_sessions", "creator_days"])
      expect(await rows(home, `SELECT 1 FROM ${table} WHERE creator_id = ?`, id)).toEqual([]);
    for (const path of ["videos", "followers", "live-sessions"])
      expect(await home.browser.api("GET", `/creators/${id}/${path}`)).toMatchObject({ items: [] });
    const creator = await home.browser.api<{ displayName: string; figures: object }>("GET", `/creators/${id}`);
    expect(creator).toMatchObject({
      displayName: "Stays Here",
      figures: { connection: "disconnected", avatarUrl: null, followers: null, asOf: null, liveTracking: false },
    });
    const known = await env.DIRECTORY.prepare("SELECT 1 FROM accounts WHERE connection_id = ?")
      .bind(connection.id)
      .all();
    expect(known.results).toEqual([]);
    expect(await storedOf(home, id)).toMatchObject({ connections: 1 });
  });

  test("of a token that TikTok ended long ago is as good as revoked", async () => {
    const { id } = await addCreator(home.browser);
    await connectAndSync(home, id, { account: "couch.coop" });
    await simulator("POST", "/accounts/couch.coop/remove", { reason: 1 });
    const answer = disconnectedSchema.parse(await home.browser.api("DELETE", `/creators/${id}/tiktok`));
    expect(answer.revoked).toBe(true);
  });
});
