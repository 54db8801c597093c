import { afterEach, describe, expect, it } from "vitest";
import { readNested, readVarints } from "../../../simulator/live/wire.ts";
import type { Simulator } from "../../../simulator/server.ts";
import { getJson, postJson, start } from "./app.ts";
import { type Got, sign, type Watching, watch } from "./viewer.ts";

/** A generated room of a simulator of its own, whose clock is the test's. */
interface Stage {
  simulator: Simulator;
  roomId: string;
  /** Lets so many seconds pass, a quarter at a time. */
  pass(seconds: number): Promise<void>;
  truth(): Promise<{ diamonds: number; unsent: number }>;
  act(name: string): Promise<void>;
  enter(cursor?: string): Promise<Watching>;
}

const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  expect.poll(condition, { timeout: 4_000, interval: 10 }).toBe(true);

async function stage(room: object): Promise<Stage> {
  let now = Date.UTC(2026, 10, 24, 12);
  const simulator = await start({ clock: () => now });
  const { origin } = simulator;
  const asked = { kind: "synthetic", handle: "mira.folds", tempo: 8, ...room };
  const roomId = String((await postJson(`${origin}/_control/rooms`, asked)).body.roomId);
  const state = async () => (await getJson(`${origin}/_control/rooms/${roomId}`)).body;
  closings.push(() => simulator.close());
  return {
    simulator,
    roomId,
    pass: async (seconds) => {
      for (let quarter = 0; quarter < 4 * seconds; quarter++) {
        now += 250;
        await state();
      }
    },
    truth: async () => Object((await state()).truth),
    act: async (name) => {
      expect((await postJson(`${origin}/_control/rooms/${roomId}/${name}`, {})).status).toBe(200);
    },
    enter: async (cursor) => {
      const viewer = watch(await sign(origin, roomId, cursor), roomId);
      await viewer.settled;
      await until(() => viewer.heard.includes("im_enter_room_resp"));
      return viewer;
    },
  };
}

const roomOf = ({ payload }: Got): string => readVarints(readNested(payload, 1) ?? new Uint8Array()).get(3) ?? "";

const giftsOf = (got: readonly Got[], roomId: string): Got[] =>
  got.filter((message) => message.method === "WebcastGiftMessage" && roomOf(message) === roomId);

/** Diamonds of the gifts, each message once. */
const sum = (gifts: readonly Got[]): number =>
  [...new Map(gifts.map((gift) => [gift.msgId, gift]))].reduce(
    (total, [, { payload }]) => total + Number(readVarints(payload).get(3) ?? 0),
    0,
  );

/** Everything that was said has been heard: a message that is made now comes after it. */
async function heardAll({ act, pass }: Stage, viewer: Watching): Promise<void> {
  await pass(3);
  const controls = () => viewer.got.filter(({ method }) => method === "WebcastControlMessage").length;
  const before = controls();
  await act("pause");
  await until(() => controls() > before);
}

const isTotal = ({ method, payload }: Got): boolean => method === "WebcastLinkMicMethod" && readVarints(payload).has(6);

describe("what befalls a generated room's messages", () => {
  it("changes nothing of what was given, and the account says what never got through", async () => {
    const mishaps = { dropProbability: 0.3, duplicateShare: 0.4, shuffleMs: 2_000 };
    const room = await stage(mishaps);
    const viewer = await room.enter();
    await room.pass(30);
    await room.act("calm");
    await heardAll(room, viewer);
    const gifts = giftsOf(viewer.got, room.roomId);
    const { diamonds, unsent } = await room.truth();
    expect(unsent).toBeGreaterThan(0);
    expect(sum(gifts)).toBe(diamonds - unsent);
    const ids = gifts.map(({ msgId }) => msgId);
    expect(new Set(ids).size).toBeLessThan(ids.length);
    const times = gifts.map(({ payload }) => Number(readVarints(readNested(payload, 1) ?? payload).get(4)));
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));

    const undisturbed = await stage({});
    await undisturbed.pass(30);
    expect((await undisturbed.truth()).diamonds).toBe(diamonds);
  });

  it("takes the last message of every streak, and nothing else", async () => {
    const room = await stage({ dropFinals: true });
    const viewer = await room.enter();
    await room.pass(20);
    await room.act("calm");
    await room.pass(6);
    await heardAll(room, viewer);
    const gifts = giftsOf(viewer.got, room.roomId);
    expect(gifts.filter(({ payload }) => readVarints(payload).get(9) === "1")).toEqual([]);
    expect(await room.truth()).toEqual({ diamonds: sum(gifts), unsent: 0 });
  });

  it("lets what was on its way at the end still come", async () => {
    const room = await stage({ shuffleMs: 60_000 });
    const viewer = await room.enter();
    await room.pass(10);
    await room.act("end");
    const { diamonds } = await room.truth();
    expect(diamonds).toBeGreaterThan(0);
    await until(() => sum(giftsOf(viewer.got, room.roomId)) === diamonds);
  });
});

describe("the account of what never got through", () => {
  it("has what was given while nobody watched, and what a viewer that was cut had not acknowledged", async () => {
    const room = await stage({ resume: false });
    const first = await room.enter();
    await room.pass(10);
    await until(async () => (await room.truth()).unsent === 0);
    const { diamonds } = await room.truth();
    await room.act("cut");
    await until(() => first.closed);
    await room.pass(10);
    const meanwhile = (await room.truth()).diamonds - diamonds;
    expect(meanwhile).toBeGreaterThan(0);
    const second = await room.enter(first.cursor);
    // It is deaf from here on: what it is sent it never acknowledges.
    second.socket.pause();
    await room.pass(10);
    expect((await room.truth()).unsent).toBe(meanwhile);
    second.socket.terminate();
    await until(async () => (await room.truth()).unsent > meanwhile);
    expect(await room.truth()).toMatchObject({ unsent: (await room.truth()).diamonds - diamonds });
  });

  it("forgives what is sent again and then acknowledged", async () => {
    const room = await stage({});
    const first = await room.enter();
    await room.pass(5);
    await room.act("cut");
    await until(() => first.closed);
    await room.pass(10);
    expect((await room.truth()).unsent).toBeGreaterThan(0);
    const second = await room.enter(first.cursor);
    await room.act("calm");
    await heardAll(room, second);
    const { diamonds, unsent } = await room.truth();
    expect(unsent).toBe(0);
    expect(sum(giftsOf([...first.got, ...second.got], room.roomId))).toBe(diamonds);
  });
});

describe("a generated room", () => {
  it("that calms down gives no more, and tells its total again and again", async () => {
    const room = await stage({});
    const viewer = await room.enter();
    await room.pass(20);
    await room.act("calm");
    const { diamonds } = await room.truth();
    expect(diamonds).toBeGreaterThan(0);
    await room.pass(10);
    expect((await room.truth()).diamonds).toBe(diamonds);
    await heardAll(room, viewer);
    const totals = viewer.got.filter(isTotal).map(({ payload }) => Number(readVarints(payload).get(6)));
    expect(totals.slice(-3)).toEqual([diamonds, diamonds, diamonds]);
    // A streak that calm broke off ends with what was given of it.
    const byStreak = Map.groupBy(giftsOf(viewer.got, room.roomId), ({ payload }) => readVarints(payload).get(11));
    for (const [group, gifts] of byStreak) {
      if (group === undefined) continue;
      const counts = gifts.map(({ payload }) => Number(readVarints(payload).get(5)));
      expect(counts.at(-1)).toBe(Math.max(...counts));
    }
  });

  it("without counters tells no total of TikTok's", async () => {
    const room = await stage({ counters: false });
    const viewer = await room.enter();
    await room.pass(20);
    await room.act("calm");
    await heardAll(room, viewer);
    expect(giftsOf(viewer.got, room.roomId).length).toBeGreaterThan(0);
    expect(viewer.got.filter(isTotal)).toEqual([]);
    expect(viewer.got.filter(({ method }) => method === "WebcastLinkMicFanTicketMethod")).toEqual([]);
  });

  it("can be full of other rooms' gifts and of pins, which are not given to it", async () => {
    const room = await stage({ otherRoomsGifts: true, pinnedOldGift: true });
    const viewer = await room.enter();
    await room.pass(10);
    await room.act("calm");
    await heardAll(room, viewer);
    const elsewhere = viewer.got.filter((got) => got.method === "WebcastGiftMessage" && roomOf(got) !== room.roomId);
    expect(elsewhere.length).toBeGreaterThan(5);
    expect(viewer.got.filter(({ method }) => method === "WebcastRoomPinMessage").length).toBeGreaterThan(5);
    expect((await room.truth()).diamonds).toBe(sum(giftsOf(viewer.got, room.roomId)));
  });

  it("can go on telling viewers after its end", async () => {
    const simulator = await start();
    closings.push(() => simulator.close());
    const asked = { kind: "synthetic", handle: "mira.folds", viewersAfterEnd: 60 };
    const roomId = String((await postJson(`${simulator.origin}/_control/rooms`, asked)).body.roomId);
    const viewer = watch(await sign(simulator.origin, roomId), roomId);
    await viewer.settled;
    await until(() => viewer.heard.includes("im_enter_room_resp"));
    await postJson(`${simulator.origin}/_control/rooms/${roomId}/end`, {});
    const after = () => {
      const end = viewer.got.findIndex(({ method }) => method === "WebcastControlMessage");
      return end < 0 ? [] : viewer.got.slice(end).filter(({ method }) => method === "WebcastRoomUserSeqMessage");
    };
    await until(() => after().length > 2);
  });

  it("can be cut every so many seconds, until it calms down", async () => {
    const simulator = await start();
    closings.push(() => simulator.close());
    const asked = { kind: "synthetic", handle: "mira.folds", cutEverySeconds: 1 };
    const roomId = String((await postJson(`${simulator.origin}/_control/rooms`, asked)).body.roomId);
    const enter = async (): Promise<Watching> => {
      const viewer = watch(await sign(simulator.origin, roomId), roomId);
      await viewer.settled;
      return viewer;
    };
    const first = await enter();
    await until(() => first.closed);
    const second = await enter();
    await until(() => second.closed);
    const third = await enter();
    await postJson(`${simulator.origin}/_control/rooms/${roomId}/calm`, {});
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(third.closed).toBe(false);
  });
});
