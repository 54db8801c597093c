import { beforeAll, describe, expect, test } from "vitest";
import { type Agency, agency, connect, until } from "../helpers/workerd/agency.ts";
import {
  consenting,
  counted,
  databaseOf,
  fault,
  hubOf,
  itemOf,
  roomState,
  sessionPage,
  sessionsOf,
  sessionThat,
  standingOf,
  startRoom,
  storageOf,
  switchLive,
  type Tracked,
  targetOf,
  toRoom,
  tracked,
  trackerOf,
  trackingOf,
} from "../helpers/workerd/live.ts";

/** Who decides that a LIVE is tracked: an active connection, staff's switch and the creator's consent. */

let staff: Agency;
beforeAll(async () => {
  staff = await agency();
});

const BUSY = { kind: "synthetic", tempo: 3, secondsAgo: 600 };
const onTheWall = (creator: Tracked) => until(() => itemOf(creator));
const offTheWall = (creator: Tracked) => until(async () => !(await itemOf(creator)), 5);
const ended = (creator: Tracked) => sessionThat(creator, ({ state }) => state === "ended");

/** What the creator does on the own page. */
const ownPage = (creator: Tracked, act: "live" | "disconnect", fields: [string, string][] = []) =>
  creator.creator.form(`${creator.page}/${act}`, fields);

describe.concurrent("a LIVE that is tracked", () => {
  test("stops with staff's switch, and ends its session with what was heard", async () => {
    const room = await startRoom("lipstick.ledger", BUSY);
    const creator = await tracked(staff, "lipstick.ledger");
    await onTheWall(creator);
    await counted(creator, room);
    const { diamonds } = await onTheWall(creator);
    expect(await switchLive(creator, false)).toEqual({ enabled: false, state: "off", source: "direct" });
    expect(await itemOf(creator)).toBeUndefined();
    const session = await ended(creator);
    expect(session.diamonds).toBeGreaterThanOrEqual(diamonds);
    await until(async () => (await roomState(room)).viewers === 0);
    expect((await storageOf(trackerOf(creator))).alarm).toBeNull();

    // The same room again is the same session, and what it had is not lost.
    await switchLive(creator, true);
    const again = await onTheWall(creator);
    expect(again.sessionId).toBe(session.id);
    expect(again.diamonds).toBeGreaterThanOrEqual(session.diamonds);
    await toRoom(room, "end", { silent: true });
  });

  test("stops when the creator takes the consent back on the own page, and starts with it again", async () => {
    await startRoom("couch.coop", BUSY);
    const creator = await tracked(staff, "couch.coop");
    const { sessionId } = await onTheWall(creator);
    expect((await ownPage(creator, "live", [["value", "off"]])).status).toBe(303);
    expect(await itemOf(creator)).toBeUndefined();
    expect((await trackingOf(creator))?.state).toBe("awaiting_consent");
    expect((await ended(creator)).id).toBe(sessionId);

    await ownPage(creator, "live", [["value", "on"]]);
    expect((await onTheWall(creator)).sessionId).toBe(sessionId);
    await switchLive(creator, false);
  });

  test("pauses while the creator is in the trash", async () => {
    await startRoom("page.ninety", BUSY);
    const creator = await tracked(staff, "page.ninety");
    await onTheWall(creator);
    await creator.staff.json("DELETE", `/creators/${creator.id}`);
    await offTheWall(creator);
    await creator.staff.api("POST", `/creators/${creator.id}/restore`);
    await onTheWall(creator);
    await switchLive(creator, false);
  });

  test("is never begun by an answer that comes after the creator's no", async () => {
    const room = await startRoom("moss.and.moor", BUSY);
    const creator = await consenting(staff, "moss.and.moor");
    // TikTok takes its time to say who is LIVE; meanwhile the consent is taken back.
    await fault({ endpoint: "room_info", kind: "slow", account: "moss.and.moor", delayMs: 1_500 });
    const asked = switchLive(creator, true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await ownPage(creator, "live", [["value", "off"]]);
    await asked;
    expect((await trackingOf(creator))?.state).toBe("awaiting_consent");
    expect(await trackerOf(creator).runningSession()).toBeNull();
    expect(await trackerOf(creator).watch(await targetOf(creator, "moss.and.moor", room))).toBe(false);
    expect((await roomState(room)).connections).toBe(0);
    await toRoom(room, "end", { silent: true });
  });
});

describe.concurrent("a creator who disconnects while LIVE", () => {
  test("leaves nothing, and nothing that was under way writes any more", async () => {
    const room = await startRoom("thread.count", BUSY);
    const creator = await tracked(staff, "thread.count");
    const { sessionId } = await onTheWall(creator);
    await sessionPage(creator.staff, sessionId);
    const target = await targetOf(creator, "thread.count", room);

    const gone = await creator.staff.api<{ deleted: { sessions: number } }>("DELETE", `/creators/${creator.id}/tiktok`);
    expect(gone.deleted.sessions).toBe(1);
    expect((await creator.staff.json("GET", `/live-sessions/${sessionId}`)).status).toBe(404);
    expect(await sessionsOf(creator)).toEqual([]);
    expect(await itemOf(creator)).toBeUndefined();
    expect(await trackingOf(creator)).toBeUndefined();
    expect(await storageOf(trackerOf(creator))).toEqual({ tables: [], alarm: null });
    await until(async () => (await roomState(room)).viewers === 0);

    // What comes late: the hub's order, a tracker's words.
    expect(await trackerOf(creator).watch(target)).toBe(false);
    const late = { connectionId: target.connectionId, creatorId: creator.id };
    const news = { state: "dialing", reason: null, until: null, since: null } as const;
    expect(await hubOf(creator.place).tracking(late, news)).toBeNull();
    const session = {
      sessionId: sessionId as never,
      startedAt: Date.now() - 5_000,
      diamonds: 5,
      diamondsBefore: 0,
      diamondsTracked: 5,
      seconds: 5,
    };
    expect(await hubOf(creator.place).ended({ ...late, session })).toBeNull();
    expect(await trackingOf(creator)).toBeUndefined();
    expect(await rowsOf(creator)).toEqual({ live_sessions: 0, creator_days: 0, snapshots: 0, videos: 0 });
    expect((await storageOf(trackerOf(creator))).tables).toEqual([]);
    await toRoom(room, "end", { silent: true });
  });

  test("a sync that is in flight writes no row", async () => {
    const creator = await consenting(staff, "dumpling.dispatch");
    await until(async () => ((await rowsOf(creator)).videos ?? 0) > 0);
    await fault({ endpoint: "user_info", kind: "slow", account: "dumpling.dispatch", delayMs: 1_200 });
    await fault({ endpoint: "video_list", kind: "slow", account: "dumpling.dispatch", delayMs: 600 });
    await creator.staff.api("POST", `/creators/${creator.id}/tiktok/sync`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await ownPage(creator, "disconnect");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await rowsOf(creator)).toEqual({ live_sessions: 0, creator_days: 0, snapshots: 0, videos: 0 });
    const after = await creator.staff.api<Record<string, unknown>>("GET", `/creators/${creator.id}/tiktok`);
    expect(after).toMatchObject({ status: "disconnected", profile: null, metrics: null, sync: null });
  });

  test("a renewed connection is not touched by what the old one left under way", async () => {
    const room = await startRoom("quiet.drums", BUSY);
    const before = await tracked(staff, "quiet.drums");
    await onTheWall(before);
    const old = await targetOf(before, "quiet.drums", room);
    await before.staff.api("DELETE", `/creators/${before.id}/tiktok`);

    await connect(before.staff, before.id, { account: "quiet.drums", live: true });
    await switchLive(before, true);
    const item = await onTheWall(before);
    expect((await standingOf(before)).connectionId).not.toBe(old.connectionId);
    expect(await trackerOf(before).watch(old)).toBe(false);
    expect((await onTheWall(before)).sessionId).toBe(item.sessionId);
    await switchLive(before, false);
    await toRoom(room, "end", { silent: true });
  });
});

async function rowsOf({ place, id }: Tracked): Promise<Record<string, number>> {
  const tables = ["live_sessions", "creator_days", "snapshots", "videos"];
  const counts = tables.map(
    (table) => `(SELECT count(*) FROM ${table} WHERE tenant_id = ?1 AND creator_id = ?2) AS ${table}`,
  );
  return (
    (await databaseOf(place)
      .sql(`SELECT ${counts.join(", ")}`, id)
      .first<Record<string, number>>()) ?? {}
  );
}
