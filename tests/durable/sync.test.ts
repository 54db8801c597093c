import { env, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { PER_MINUTE } from "../../durable/api-budget.ts";
import { apiBudget } from "../../durable/kit/stubs.ts";
import { type Agency, agency, connect, simulator, until } from "../helpers/workerd/agency.ts";
import { crash, databaseOf, fault, hubOf } from "../helpers/workerd/live.ts";
import {
  calm,
  connectionOf,
  dueAt,
  pretend,
  requestsOf,
  ring,
  type Synced,
  syncAgain,
  synced,
  tiktokOf,
  videosOf,
} from "../helpers/workerd/sync.ts";

let staff: Agency;
beforeAll(async () => {
  staff = await agency("me");
});

const DAY = 86_400_000;
const snapshotsOf = async ({ place, id }: Synced) =>
  (
    await databaseOf(place)
      .sql("SELECT followers FROM snapshots WHERE tenant_id = ?1 AND creator_id = ?2", id)
      .all<{ followers: number }>()
  ).results;

describe("what a sync stores", () => {
  test("one snapshot a day: the day's last", async () => {
    const creator = await synced(staff, "mira.folds");
    const [first] = await snapshotsOf(creator);
    expect(first?.followers).toBe((await tiktokOf(creator)).metrics?.followers);
    await databaseOf(creator.place)
      .sql("UPDATE snapshots SET followers = 7 WHERE tenant_id = ?1 AND creator_id = ?2", creator.id)
      .run();
    await syncAgain(creator);
    expect(await snapshotsOf(creator)).toEqual([first]);
  });

  test("all videos at first, the recent ones between, all again after a week", async () => {
    const creator = await synced(staff, "noor.kitchenlab");
    const all = (await videosOf(creator)).length;
    expect(all).toBe((await tiktokOf(creator)).metrics?.videos);
    const pages = (during: () => Promise<unknown>) => requestsOf("noor.kitchenlab", "video_list", during);
    const recent = await pages(() => syncAgain(creator));
    await pretend(creator, { full_videos_at: Date.now() - 8 * DAY });
    const everything = await pages(() => syncAgain(creator));
    expect(recent.length).toBeLessThan(everything.length);
    expect(await videosOf(creator)).toHaveLength(all);
  });

  test("a video that was taken down is hidden when two full passes did not find it", async () => {
    const creator = await synced(staff, "juno.loops");
    const before = await videosOf(creator);
    await databaseOf(creator.place)
      .sql(
        `INSERT INTO videos (tenant_id, creator_id, created_at, id, connection_id, cover_at, seen_at)
         VALUES (?1, ?2, ?3, '7000000000000000001', ?4, ?3, ?3)`,
        creator.id,
        Date.now() - DAY,
        creator.connectionId,
      )
      .run();
    // A pass over the recent ones alone proves nothing.
    for (const full of [false, true, false]) {
      if (full) await pretend(creator, { full_videos_at: 0 });
      await syncAgain(creator);
      expect(await videosOf(creator)).toHaveLength(before.length + 1);
    }
    await pretend(creator, { full_videos_at: 0 });
    await syncAgain(creator);
    expect((await videosOf(creator)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });
});

describe("tokens", () => {
  test("one that is about to end is renewed once, however many want it", async () => {
    const creator = await synced(staff, "otto.kettlebell");
    const old = await connectionOf(creator);
    const videos = (await videosOf(creator)).slice(0, 5).map(({ id }) => id);
    await pretend(creator, { access_expires_at: Date.now() + 60_000 });
    await fault({ endpoint: "refresh", kind: "slow", account: "otto.kettlebell", delayMs: 300 });
    const refreshes = await requestsOf("otto.kettlebell", "refresh", () =>
      Promise.all([
        syncAgain(creator),
        hubOf(creator.place).freshCovers(creator.connectionId, videos),
        hubOf(creator.place).freshCovers(creator.connectionId, videos),
      ]),
    );
    expect(refreshes).toEqual([200]);
    const renewed = await connectionOf(creator);
    expect(renewed.refresh_token).not.toBe(old.refresh_token);
    expect(renewed.access_expires_at).toBeGreaterThan(Date.now() + 3_600_000);
    // The stored pair is the good one.
    await pretend(creator, { access_expires_at: 0 });
    await syncAgain(creator);
    expect((await tiktokOf(creator)).sync?.error).toBeNull();
  });

  test("one that TikTok refuses before its time is renewed, and the sync goes on", async () => {
    const creator = await synced(staff, "zeynep.solders");
    await simulator("POST", "/accounts/zeynep.solders/expire");
    const asked = await requestsOf("zeynep.solders", "user_info", () => syncAgain(creator));
    expect(asked).toEqual([401, 200]);
    expect(await tiktokOf(creator)).toMatchObject({ status: "active", sync: { error: null } });
  });

  test("a refresh that TikTok refuses for good ends the connection and deletes what came from it", async () => {
    const creator = await synced(staff, "wanderpiet");
    await pretend(creator, { access_expires_at: 0 });
    await fault({ endpoint: "refresh", kind: "error200", account: "wanderpiet" });
    await syncAgain(creator);
    expect(await tiktokOf(creator)).toMatchObject({ status: "revoked", profile: null, metrics: null, sync: null });
    expect(await videosOf(creator)).toEqual([]);
    expect(await connectionOf(creator)).toMatchObject({
      end_reason: "revoked_at_tiktok",
      revoked: "true",
      open_id: null,
    });
  });

  test("an authorization that was removed at TikTok is found at the next sync", async () => {
    const creator = await synced(staff, "glowbyamara");
    await simulator("POST", "/accounts/glowbyamara/remove", { reason: 1 });
    await syncAgain(creator);
    expect((await tiktokOf(creator)).status).toBe("revoked");
  });

  test("a refresh token that ran out of its own days expires the connection, which waits 30 days to be renewed", async () => {
    const creator = await synced(staff, "pixel.bastian");
    const videos = await videosOf(creator);
    await pretend(creator, { access_expires_at: 0, refresh_expires_at: Date.now() - 1 });
    await fault({ endpoint: "refresh", kind: "refuse", account: "pixel.bastian" });
    await syncAgain(creator);
    expect((await tiktokOf(creator)).status).toBe("expired");
    expect(await videosOf(creator)).toEqual(videos);
    const { purge_due_at: due } = await connectionOf(creator);
    expect(Math.abs(Number(due) - Date.now() - 30 * DAY)).toBeLessThan(60_000);
    expect(await dueAt(creator, "expire", creator.connectionId)).toBe(due);
    expect(await dueAt(creator, "sync", creator.connectionId)).toBeNull();

    await connect(creator.staff, creator.id, { account: "pixel.bastian" });
    await until(async () => (await tiktokOf(creator)).status === "active");
    expect(await connectionOf(creator)).toMatchObject({ status: "active", purge_due_at: null, ended_at: null });
    expect(await dueAt(creator, "expire", creator.connectionId)).toBeNull();
    expect(await videosOf(creator)).toEqual(videos);
  });

  test("nobody renewed it: it is purged", async () => {
    const creator = await synced(staff, "margin.notes");
    await pretend(creator, { access_expires_at: 0, refresh_expires_at: Date.now() - 1 });
    await fault({ endpoint: "refresh", kind: "refuse", account: "margin.notes" });
    await syncAgain(creator);
    await ring(creator, "expire", creator.connectionId);
    expect((await tiktokOf(creator)).status).toBe("disconnected");
    expect(await connectionOf(creator)).toMatchObject({ end_reason: "expired", username: null, refresh_token: null });
    expect(await videosOf(creator)).toEqual([]);
  });

  test("a creator who connects anew while the old grant dies keeps everything", async () => {
    const creator = await synced(staff, "rooftop.reem");
    await simulator("POST", "/accounts/rooftop.reem/expire");
    await fault({ endpoint: "user_info", kind: "slow", account: "rooftop.reem", delayMs: 1_500 });
    const running = syncAgain(creator);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await connect(creator.staff, creator.id, { account: "rooftop.reem" });
    await fault({ endpoint: "refresh", kind: "refuse", account: "rooftop.reem" });
    await running;
    await until(async () => (await tiktokOf(creator)).sync?.error === null);
    expect((await tiktokOf(creator)).status).toBe("active");
    expect((await connectionOf(creator)).ended_at).toBeNull();
  });
});

describe("when TikTok does not do", () => {
  test.for([
    ["user_info", "429", "clay.tomoko", "TikTok asks this app to slow down. It will try again by itself in a minute."],
    ["user_info", "500", "sunday.paella", "TikTok did not answer properly. It will be tried again by itself."],
    ["video_list", "html", "brassneck.bea", "TikTok did not answer properly. It will be tried again by itself."],
    ["video_list", "nothing", "stairs.only", "TikTok did not answer properly. It will be tried again by itself."],
  ] as const)("%s %s is said plainly, loses nothing and passes", async ([endpoint, kind, account, sentence]) => {
    const creator = await synced(staff, account);
    const before = { tiktok: await tiktokOf(creator), videos: await videosOf(creator) };
    await fault({ endpoint, kind, account, delayMs: 100 });
    await syncAgain(creator);
    const after = await tiktokOf(creator);
    expect(after.sync?.error).toBe(sentence);
    expect({ ...after, sync: null }).toEqual({ ...before.tiktok, sync: null });
    expect(await videosOf(creator)).toEqual(before.videos);
    // Tried again in a minute or so, not in six hours.
    const next = ((await dueAt(creator, "sync", creator.connectionId)) ?? 0) - Date.now();
    expect(next).toBeGreaterThan(30_000);
    expect(next).toBeLessThan(80_000);

    await calm(endpoint);
    await syncAgain(creator);
    expect((await tiktokOf(creator)).sync?.error).toBeNull();
    expect(((await dueAt(creator, "sync", creator.connectionId)) ?? 0) - Date.now()).toBeGreaterThan(4 * 3_600_000);
  });

  test("a 429 to one stops the whole app for a while", async () => {
    const [one, other] = [await synced(staff, "debug.dalia"), await synced(staff, "ferry.hours")];
    await fault({ endpoint: "user_info", kind: "429", account: "debug.dalia" });
    await syncAgain(one);
    const asked = await requestsOf("ferry.hours", "user_info", () => syncAgain(other));
    expect(asked).toEqual([]);
    expect((await tiktokOf(other)).sync?.error).toBeNull();
    const next = ((await dueAt(other, "sync", other.connectionId)) ?? 0) - Date.now();
    expect(next).toBeGreaterThan(20_000);
    expect(next).toBeLessThan(40_000);
    await calm("user_info");
  });

  test("a budget that is spent is no error: the sync comes later", async () => {
    const creator = await synced(staff, "lipstick.ledger");
    await runInDurableObject(apiBudget(env, "video_list"), (_, { storage }) => {
      const second = Math.floor(Date.now() / 1000);
      storage.sql.exec("INSERT OR REPLACE INTO spent VALUES (?, ?)", second, PER_MINUTE.video_list);
    });
    const asked = await requestsOf("lipstick.ledger", "video_list", () => syncAgain(creator));
    expect(asked).toEqual([]);
    expect((await tiktokOf(creator)).sync?.error).toBeNull();
    const next = ((await dueAt(creator, "sync", creator.connectionId)) ?? 0) - Date.now();
    expect(next).toBeGreaterThan(50_000);
    expect(next).toBeLessThan(65_000);
    await calm("video_list");
  });

  test("sync now is once a minute, also for a hub that was just born", async () => {
    const creator = await synced(staff, "couch.coop");
    const ask = () => creator.staff.json("POST", `/creators/${creator.id}/tiktok/sync`);
    expect((await ask()).status).toBe(202);
    await crash(hubOf(creator.place));
    const second = await ask();
    expect(second.status).toBe(429);
    expect(Number(second.headers.get("Retry-After"))).toBeGreaterThan(50);
  });
});
