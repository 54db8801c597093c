import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { runningOf } from "../../durable/tracker/running.ts";
import { WatchStore } from "../../durable/tracker/watch.ts";
import { type Agency, agency, until } from "../helpers/workerd/agency.ts";
import {
  consenting,
  counted,
  crash,
  fault,
  itemOf,
  roomState,
  sessionPage,
  sessionsOf,
  sessionThat,
  startRoom,
  storedSession,
  switchLive,
  type Tracked,
  targetOf,
  toRoom,
  trackerOf,
  trackingOf,
} from "../helpers/workerd/live.ts";

let staff: Agency;
beforeAll(async () => {
  staff = await agency();
});

const BUSY = { kind: "synthetic", tempo: 3, secondsAgo: 600 };

/** A LIVE of `account`'s that is tracked, with whatever `room` and faults the test wants. Each account is one test's. */
async function live(
  { onTestFinished }: TestContext,
  account: string,
  room: Record<string, unknown> = {},
): Promise<{ creator: Tracked; room: string }> {
  const creator = await consenting(staff, account);
  const roomId = await startRoom(account, { ...BUSY, ...room });
  onTestFinished(async () => {
    await switchLive(creator, false).catch(() => undefined);
    await toRoom(roomId, "end", { silent: true });
  });
  await switchLive(creator, true);
  return { creator, room: roomId };
}

const itemThat = (creator: Tracked, state: string) =>
  until(async () => {
    const item = await itemOf(creator);
    return item?.state === state ? item : null;
  });

const trackingThat = (creator: Tracked, state: string) =>
  until(async () => {
    const tracking = await trackingOf(creator);
    return tracking?.state === state ? tracking : null;
  });

const ended = (creator: Tracked) => sessionThat(creator, ({ state }) => state === "ended");

/** Something was given since. */
const moreThan = (creator: Tracked, diamonds: number) =>
  until(async () => ((await itemOf(creator))?.diamonds ?? 0) > diamonds);

/** Ends the LIVE and compares what was counted with what was really given. */
async function countedWell(creator: Tracked, room: string): Promise<void> {
  await counted(creator, room);
  const { truth } = await toRoom(room, "end");
  const session = await ended(creator);
  expect(session.diamonds).toBe(truth?.diamonds);
  expect(session.confidence).not.toBe("partial");
  expect(await sessionsOf(creator)).toHaveLength(1);
}

describe.concurrent("the line", () => {
  test("a socket that is cut is lost for a moment, then goes on where it was", async (context) => {
    const { creator, room } = await live(context, "mira.folds");
    const { diamonds, sessionId } = await itemThat(creator, "live");
    await toRoom(room, "cut");
    const lost = await itemThat(creator, "lost");
    expect(lost.sessionId).toBe(sessionId);
    expect((await trackingThat(creator, "lost")).reason).toMatch(/LIVE connection/);
    await itemThat(creator, "live");
    await moreThan(creator, diamonds);
    await countedWell(creator, room);
  });

  test("a socket that falls silent is given up and dialed again", async (context) => {
    const { creator, room } = await live(context, "noor.kitchenlab");
    await itemThat(creator, "live");
    await toRoom(room, "silence");
    await itemThat(creator, "lost");
    expect((await trackingThat(creator, "lost")).reason).toBe("The LIVE connection fell silent.");
    await itemThat(creator, "live");
    await countedWell(creator, room);
  });

  test("a tracker that died was cut off: what TikTok does not send again nobody vouches for", async (context) => {
    const { creator, room } = await live(context, "colossal.cooper", {
      tempo: 0.05,
      secondsAgo: 0,
      resume: false,
      heartbeatMs: 1_000,
      // A gift after the cut would bring a counter, which vouches.
      counters: false,
    });
    await itemThat(creator, "live");
    await until(async () => (await itemOf(creator))?.viewers);
    const { connections } = await roomState(room);
    await crash(trackerOf(creator));
    // Whoever looks brings it back. The wall still says what it was told before; the tracker knows about its line.
    await until(async () => (await sessionsOf(creator)).length === 1);
    await until(async () => (await roomState(room)).connections > connections);
    await sessionThat(creator, ({ state }) => state === "live");
    await toRoom(room, "end");
    expect(await ended(creator)).toMatchObject({
      confidence: "partial",
      confidenceReason: "The connection was cut, and nothing has confirmed since that no gift was missed.",
    });
  });

  test("garbage among the frames costs nothing", async (context) => {
    const { creator, room } = await live(context, "juno.loops", { garbageEvery: 2, batch: 3 });
    const { diamonds } = await itemThat(creator, "live");
    await moreThan(creator, diamonds);
    const { garbage, connections, wrongAcks } = await roomState(room);
    expect(garbage).toBeGreaterThan(0);
    expect({ connections, wrongAcks }).toEqual({ connections: 1, wrongAcks: 0 });
    await countedWell(creator, room);
  });

  test("a refused handshake blocks, and says so", async (context) => {
    await fault({ endpoint: "socket", kind: "refuse", account: "otto.kettlebell", times: 50 });
    const { creator } = await live(context, "otto.kettlebell");
    const asked = Date.now();
    const blocked = await trackingThat(creator, "blocked");
    expect(blocked.reason).toBe("TikTok refused the LIVE connection (DEVICE_BLOCKED).");
    expect(Math.abs(Date.parse(blocked.since ?? "") - asked)).toBeLessThan(10_000);
    expect(await itemOf(creator)).toBeUndefined();
    expect(await sessionsOf(creator)).toEqual([]);

    // A tracker that is evicted while it waits knows why when it is back.
    await crash(trackerOf(creator));
    const known = await runInDurableObject(trackerOf(creator), (_, { storage }) => new WatchStore(storage).load());
    expect(known && runningOf(known).trouble).toMatchObject({ state: "blocked", reason: blocked.reason });
  });

  test("a LIVE that may not be listened to any more is found over all the same", async (context) => {
    const { creator, room } = await live(context, "crowd.120");
    await itemThat(creator, "live");
    await fault({ endpoint: "socket", kind: "refuse", account: "crowd.120", times: 50 });
    await toRoom(room, "cut");
    await trackingThat(creator, "blocked");
    await toRoom(room, "end", { silent: true });
    await ended(creator);
    await until(async () => !(await itemOf(creator)), 5);
  });

  test("a push server that fails is dialed again", async (context) => {
    await fault({ endpoint: "socket", kind: "500", account: "zeynep.solders", times: 2 });
    const { creator, room } = await live(context, "zeynep.solders");
    await trackingThat(creator, "lost");
    await itemThat(creator, "live");
    await countedWell(creator, room);
  });
});

describe.concurrent("the signer", () => {
  test("429 is waited for as long as it says", async (context) => {
    await fault({ endpoint: "sign", kind: "429", account: "wanderpiet", retryAfter: 4 });
    const began = Date.now();
    const { creator, room } = await live(context, "wanderpiet");
    const limited = await trackingThat(creator, "limited");
    const toldAt = Date.parse(limited.until ?? "") - 4_000;
    expect(toldAt).toBeGreaterThanOrEqual(began);
    expect(toldAt).toBeLessThanOrEqual(Date.now());
    expect(limited.reason).toMatch(/The LIVE signer asks to slow down/);
    await itemThat(creator, "live");
    await countedWell(creator, room);
  });

  test.for([
    ["402", "glowbyamara", /plan does not include/],
    ["403", "pixel.bastian", /refuses this app's key/],
    ["401", "margin.notes", /does not know this app's key/],
  ] as const)("%s blocks until somebody changes the configuration", async ([kind, account, sentence], context) => {
    await fault({ endpoint: "sign", kind, account, times: 50 });
    const { creator } = await live(context, account);
    expect((await trackingThat(creator, "blocked")).reason).toMatch(sentence);
  });

  test("500 is tried again", async (context) => {
    await fault({ endpoint: "sign", kind: "500", account: "rooftop.reem", times: 2 });
    const { creator, room } = await live(context, "rooftop.reem");
    expect((await trackingThat(creator, "lost")).reason).toMatch(/signer failed \(500\)/);
    await itemThat(creator, "live");
    await countedWell(creator, room);
  });
});

describe.concurrent("the end", () => {
  test("leaves the wall within 5 s, and its figures are stored within 15 s", async (context) => {
    const { creator, room } = await live(context, "clay.tomoko");
    await itemThat(creator, "live");
    await counted(creator, room);
    const { truth } = await toRoom(room, "end");
    await until(async () => !(await itemOf(creator)), 5);
    const stored = await until(async () => {
      const row = await storedSession(creator, room);
      return row?.state === "ended" ? row : null;
    }, 15);
    expect(stored.diamonds).toBe(truth?.diamonds);
    // The room is over for good, even while TikTok's status trails behind.
    expect(await trackerOf(creator).watch(await targetOf(creator, "clay.tomoko", room))).toBe(false);
  });

  test("that no message told is found by asking", async (context) => {
    const { creator, room } = await live(context, "sunday.paella");
    await itemThat(creator, "live");
    await toRoom(room, "end", { silent: true });
    await ended(creator);
    await until(async () => !(await itemOf(creator)), 5);
    expect((await trackingThat(creator, "waiting")).reason).toBeNull();
  });

  test("that no message told is found on a line that stays open, too", async (context) => {
    // Heartbeats are answered twice a second: the line never grows stale.
    const { creator, room } = await live(context, "brassneck.bea", { heartbeatMs: 1_000 });
    await itemThat(creator, "live");
    await toRoom(room, "end", { silent: true });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await roomState(room)).connections).toBe(1);
    await runDurableObjectAlarm(trackerOf(creator));
    await ended(creator);
  });

  test("of one LIVE is the beginning of the next: two rooms, two sessions", async (context) => {
    const { creator, room } = await live(context, "stairs.only");
    await itemThat(creator, "live");
    const next = await startRoom("stairs.only", BUSY);
    const sessions = await until(async () => {
      const all = await sessionsOf(creator);
      return all.length === 2 ? all : null;
    });
    expect(sessions.map(({ roomId }) => roomId).toSorted()).toEqual([room, next].toSorted());
    expect(sessions.find(({ roomId }) => roomId === room)?.state).toBe("ended");
    await toRoom(next, "end", { silent: true });
  });
});

describe.concurrent("what staff see", () => {
  test("a LIVE that was just opened has its place on the wall, in the list and a page of its own", async (context) => {
    const { creator, room } = await live(context, "debug.dalia");
    const { sessionId } = await itemThat(creator, "live");
    expect(await sessionPage(creator.staff, sessionId)).toMatchObject({ id: sessionId, roomId: room, state: "live" });
    expect((await sessionsOf(creator)).map(({ id }) => id)).toEqual([sessionId]);
  });

  test("a pause is a pause, and is no LIVE time", async (context) => {
    const { creator, room } = await live(context, "ferry.hours");
    await itemThat(creator, "live");
    await toRoom(room, "pause");
    const paused = await itemThat(creator, "paused");
    expect(paused.viewers).toBeNull();
    expect((await trackingOf(creator))?.state).toBe("paused");
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await toRoom(room, "resume");
    await itemThat(creator, "live");
    await toRoom(room, "end");
    expect((await ended(creator)).pausedSeconds).toBeGreaterThanOrEqual(1);
  });
});
