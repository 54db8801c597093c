import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNested, readVarints } from "../../../simulator/live/wire.ts";
import type { Simulator } from "../../../simulator/server.ts";
import { getJson, postJson, start } from "./app.ts";
import { type Got, sign, type Watching, watch } from "./viewer.ts";

interface Row {
  method: string;
  msgId: string;
  roomId: string;
  payload: string;
}

const rowsOf = (file: string): Row[] =>
  readFileSync(new URL(`../../fixtures/live/${file}.jsonl`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

let simulator: Simulator;
let origin: string;
const open: Watching[] = [];

beforeAll(async () => {
  simulator = await start();
  ({ origin } = simulator);
});
afterAll(async () => {
  for (const { socket } of open) socket.terminate();
  await simulator.close();
});

const startRoom = async (room: object): Promise<string> => {
  const { status, body } = await postJson(`${origin}/_control/rooms`, room);
  expect({ status, body }).toMatchObject({ status: 201 });
  return String(body.roomId);
};

const stateOf = async (roomId: string): Promise<Record<string, unknown>> =>
  (await getJson(`${origin}/_control/rooms/${roomId}`)).body;

const enter = async (roomId: string, cursor?: string): Promise<Watching> => {
  const watching = watch(await sign(origin, roomId, cursor), roomId);
  open.push(watching);
  await watching.settled;
  return watching;
};

const until = (condition: () => boolean | Promise<boolean>): Promise<void> =>
  expect.poll(condition, { timeout: 4_000, interval: 10 }).toBe(true);

const done = (roomId: string) => until(async () => (await stateOf(roomId)).done === true);

/** What was got, without the end that the simulator adds. */
const recorded = (got: Got[]): string[] =>
  got
    .filter(({ payload }) => payload.length > 0)
    .map(({ method, msgId, payload }) => `${method} ${msgId} ${Buffer.from(payload).toString("base64")}`);

const rowLines = (rows: Row[]): string[] => rows.map(({ method, msgId, payload }) => `${method} ${msgId} ${payload}`);

describe("a recording, replayed", () => {
  it.each(["room-complete", "room-streaks", "room-pause", "room-end", "room-gap"])(
    "%s: every row arrives byte-identical, in order, gunzipped, and then the end",
    async (file) => {
      const roomId = await startRoom({ kind: "recording", handle: "host_a", file });
      const viewer = await enter(roomId);
      await done(roomId);
      const rows = rowsOf(file);
      await until(() => viewer.got.length >= rows.length);
      expect(recorded(viewer.got).slice(0, rows.length)).toEqual(rowLines(rows));
      expect(viewer.gzipped).toBeGreaterThan(0);
      expect(viewer.got.every(({ isHistory }) => !isHistory)).toBe(true);
      const { body } = await getJson(`${origin}/api-live/user/room/?aid=1988&sourceType=54&uniqueId=host_a`);
      expect(body.data).toMatchObject({ user: { roomId, status: 4 } });
      viewer.socket.terminate();
    },
  );

  it("names the recording's own host, and knows no room info unless told to", async () => {
    const recording = { kind: "recording", handle: "host_a", file: "room-complete" };
    const roomId = await startRoom(recording);
    const { body } = await getJson(`${origin}/api-live/user/room/?uniqueId=HOST_A`);
    expect(body.data).toMatchObject({ user: { id: "8984291549557886600", roomId, status: 2 } });
    const info = () => getJson(`${origin}/webcast/room/info/?aid=1988&room_id=${roomId}`);
    expect((await info()).body.data).toEqual({});
    await startRoom({ ...recording, roomInfo: { fanTicket: 32_983 } });
    expect((await info()).body.data).toMatchObject({ id_str: roomId, stats: { fan_ticket: 32_983 } });
  });

  it("answers the entry, the heartbeats, and counts the acks", async () => {
    const roomId = await startRoom({ kind: "recording", handle: "host_a", file: "room-complete" });
    const viewer = await enter(roomId);
    await done(roomId);
    await until(
      async () => Number((await stateOf(roomId)).acks) === viewer.heard.filter((type) => type === "msg").length,
    );
    expect(viewer.heard[0]).toBe("im_enter_room_resp");
    expect(viewer.heard).toContain("hb");
    expect(await stateOf(roomId)).toMatchObject({ wrongAcks: 0, sent: 216, connections: 1 });
  });

  it("after a cut gives back as history what was missed, each message once", async () => {
    const roomId = await startRoom({
      kind: "recording",
      handle: "host_a",
      file: "room-complete",
      cutAfterMessages: 100,
      cutLoses: 20,
    });
    const first = await enter(roomId);
    await until(() => first.closed);
    const second = await enter(roomId, first.cursor);
    await done(roomId);
    await until(() => first.got.length + second.got.length >= 216);
    const ids = [...first.got, ...second.got].map(({ msgId }) => msgId);
    expect(new Set(ids)).toEqual(new Set([...rowsOf("room-complete").map(({ msgId }) => msgId), ids.at(-1)]));
    expect(ids).toHaveLength(216);
    const history = second.got.filter(({ isHistory }) => isHistory);
    expect(history.length).toBeGreaterThanOrEqual(20);
    expect(second.got.at(-1)?.isHistory).toBe(false);
  });

  it("without resume gives back nothing of it", async () => {
    const roomId = await startRoom({
      kind: "recording",
      handle: "host_a",
      file: "room-complete",
      cutAfterMessages: 100,
      cutLoses: 20,
      resume: false,
    });
    const first = await enter(roomId);
    await until(() => first.closed);
    const second = await enter(roomId, first.cursor);
    await done(roomId);
    await until(() => second.got.length >= 96);
    expect(second.got).toHaveLength(96);
    expect(second.got.every(({ isHistory }) => !isHistory)).toBe(true);
  });

  it("falls silent with the socket open, and goes on with the next one", async () => {
    const roomId = await startRoom({
      kind: "recording",
      handle: "host_b",
      file: "room-streaks",
      silentAfterMessages: 50,
    });
    const first = await enter(roomId);
    await until(() => first.got.length === 50);
    expect(first.closed).toBe(false);
    first.socket.terminate();
    const second = await enter(roomId, first.cursor);
    await done(roomId);
    await until(() => first.got.length + second.got.length === 244);
  });

  it("shuffles, loses, repeats and soils the same way for the same seed", async () => {
    const play = async () => {
      const roomId = await startRoom({
        kind: "recording",
        handle: "host_a",
        file: "room-complete",
        otherRooms: "none",
        shuffleMs: 2_000,
        dropProbability: 0.15,
        dropFinals: true,
        duplicate: true,
        garbageEvery: 20,
        endMode: "none",
      });
      const viewer = await enter(roomId);
      await done(roomId);
      // The answers to the entry and to the heartbeat are no frames of the log's.
      const { frames } = await stateOf(roomId);
      await until(() => viewer.frames === Number(frames) + 2);
      const ids = viewer.got.map(({ msgId }) => msgId).filter((msgId) => msgId.length > 5);
      expect(viewer.garbage).toBeGreaterThan(0);
      expect(viewer.closed).toBe(false);
      viewer.socket.terminate();
      return ids;
    };
    const [ids, again] = [await play(), await play()];
    expect(again).toEqual(ids);
    expect(new Set(ids).size).toBeGreaterThan(140);
    expect(new Set(ids).size).toBeLessThan(205);
    expect(ids.length).toBe(2 * new Set(ids).size);
    const order = rowsOf("room-complete").map(({ msgId }) => msgId);
    const places = [...new Set(ids)].map((msgId) => order.indexOf(msgId));
    expect(places).not.toEqual(places.toSorted((a, b) => a - b));
  });

  it("keeps the recording's time, faster", async () => {
    const began = performance.now();
    const roomId = await startRoom({ kind: "recording", handle: "host_a", file: "room-complete", speed: 100 });
    const viewer = await enter(roomId);
    await done(roomId);
    await until(() => viewer.got.length === 216);
    expect(performance.now() - began).toBeGreaterThan(550);
  });
});

describe("the socket", () => {
  it("refuses with HTTP 200 and a reason what does not fit the signature", async () => {
    const roomId = await startRoom({ kind: "synthetic", handle: "host_c" });
    const signed = await sign(origin, roomId);
    const refusal = async (watching: Watching) => {
      await watching.settled;
      return watching.refused;
    };
    expect(await refusal(watch(signed, roomId, { "user-agent": "another" }))).toBe("DEVICE_BLOCKED");
    expect(await refusal(watch(signed, roomId, { cookie: "none=1" }))).toBe("INVALID_COOKIE");
    expect(await refusal(watch({ ...signed, internalExt: "" }, roomId))).toBe("INVALID_INTERNAL_EXT");
    expect(await refusal(watch({ ...signed, routeParams: {} }, roomId))).toBe("INVALID_SIGNATURE");
    expect(await refusal(watch(signed, "7300000000000000000"))).toBe("INVALID_ROOM");
    await postJson(`${origin}/_control/faults`, { endpoint: "socket", kind: "refuse", account: "host_c" });
    expect(await refusal(watch(signed, roomId))).toBe("DEVICE_BLOCKED");
  });

  it("closes on a viewer whose heart stopped, and never answers a WebSocket ping", async () => {
    const roomId = await startRoom({ kind: "synthetic", handle: "host_c", heartbeatMs: 60 });
    const viewer = await enter(roomId);
    let pongs = 0;
    viewer.socket.on("pong", () => {
      pongs += 1;
    });
    viewer.socket.ping();
    await until(() => viewer.closed);
    expect(pongs).toBe(0);
    expect(await stateOf(roomId)).toMatchObject({ heartbeats: 1, viewers: 0, status: 2 });
  });

  it("is signed for rooms that are LIVE only, and the signer says when to come back", async () => {
    const roomId = await startRoom({ kind: "synthetic", handle: "host_c" });
    const fault = { endpoint: "sign", kind: "429", retryAfter: 7 };
    await postJson(`${origin}/_control/faults`, fault);
    const limited = await fetch(`${origin}/webcast/rooms/${roomId}/connect`);
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await limited.json()).toHaveProperty("limit_label");
    await postJson(`${origin}/_control/rooms/${roomId}/end`, {});
    await expect(sign(origin, roomId)).rejects.toThrow("404");
  });
});

describe("a generated room", () => {
  const gifts = (got: Got[], roomId: string) =>
    got
      .filter(({ method, payload }) => {
        const common = readNested(payload, 1);
        return method === "WebcastGiftMessage" && common && readVarints(common).get(3) === roomId;
      })
      .map(({ payload }) => readVarints(payload));

  it("gives exactly the diamonds that it says it gave, and its counter trails them", async () => {
    let now = Date.now();
    const timed = await start({ clock: () => now });
    const answer = await postJson(`${timed.origin}/_control/rooms`, {
      kind: "synthetic",
      handle: "mira.folds",
      tempo: 5,
    });
    const roomId = String(answer.body.roomId);
    const viewer = watch(await sign(timed.origin, roomId), roomId);
    open.push(viewer);
    await viewer.settled;
    await until(() => viewer.heard.includes("im_enter_room_resp"));
    let counter = 0;
    for (let step = 0; step < 30; step++) {
      now += 2_000;
      await getJson(`${timed.origin}/_control/rooms/${roomId}`);
    }
    const truth = Object((await getJson(`${timed.origin}/_control/rooms/${roomId}`)).body.truth);
    const sum = () => gifts(viewer.got, roomId).reduce((total, gift) => total + Number(gift.get(3) ?? 0), 0);
    await until(() => sum() === truth.diamonds);
    expect(truth.diamonds).toBeGreaterThan(50);
    for (const { method, payload } of viewer.got) {
      const total = Number(readVarints(payload).get(6));
      if (method !== "WebcastLinkMicMethod" || Number.isNaN(total)) continue;
      expect(total).toBeGreaterThanOrEqual(counter);
      counter = total;
    }
    expect(counter).toBeLessThanOrEqual(truth.diamonds);
    const info = await getJson(`${timed.origin}/webcast/room/info/?room_id=${roomId}`);
    expect(info.body.data).toMatchObject({ status: 2, stats: { fan_ticket: truth.diamonds } });
    await timed.close();
  });

  it("that nobody watched, or that a restart forgot, catches up to the same state", async () => {
    let now = Date.now();
    const truthAfter = async (steps: number[]) => {
      now = Date.UTC(2026, 10, 24, 12);
      const timed = await start({ clock: () => now, liveAccounts: ["mira.folds", "juno.loops"] });
      const live = await getJson(`${timed.origin}/api-live/user/room/?uniqueId=juno.loops`);
      const { roomId } = Object(live.body.data).user;
      for (const step of steps) {
        now += step;
        await getJson(`${timed.origin}/_control/rooms/${roomId}`);
      }
      const { body } = await getJson(`${timed.origin}/_control/rooms/${roomId}`);
      await timed.close();
      return [roomId, body.truth];
    };
    const once = await truthAfter([600_000]);
    expect(await truthAfter([1_000, 99_000, 333, 499_667])).toEqual(once);
    expect(await truthAfter([600_000])).toEqual(once);
  });

  it("tells of each time that gifts were sent, and what they had come to by then", async () => {
    let now = Date.now();
    const timed = await start({ clock: () => now });
    const hosts = ["crowd.0", "crowd.9999"];
    for (const handle of hosts)
      await postJson(`${timed.origin}/_control/rooms`, { kind: "synthetic", handle, tempo: 10 });
    const sums: unknown[][] = [[], []];
    const given = async () => Object(await getJson(`${timed.origin}/_control/given`)).body.rooms;
    for (let step = 0; step < 5; step++) {
      now += 2_000;
      const { rooms } = Object((await getJson(`${timed.origin}/_control/rooms`)).body);
      for (const [index, { truth }] of rooms.entries()) sums[index]?.push({ at: now, diamonds: truth.diamonds });
    }
    const rooms = await given();
    expect(rooms).toHaveLength(hosts.length);
    for (const [index, room] of rooms.entries()) {
      expect(room.given).toMatchObject(sums[index] ?? []);
      for (const { gifts } of room.given) expect(gifts).toBeGreaterThan(0);
    }
    expect(
      (await postJson(`${timed.origin}/_control/rooms`, { kind: "synthetic", handle: "crowd.10000" })).status,
    ).toBe(404);
    await timed.close();
  });

  it("brings no gift before its quiet beginning is over", async () => {
    let now = Date.now();
    const timed = await start({ clock: () => now });
    const room = { kind: "synthetic", handle: "crowd.1", tempo: 20, quietSeconds: 10 };
    const { roomId } = (await postJson(`${timed.origin}/_control/rooms`, room)).body;
    const diamonds = async () =>
      Object((await getJson(`${timed.origin}/_control/rooms/${roomId}`)).body.truth).diamonds;
    now += 9_900;
    expect(await diamonds()).toBe(0);
    now += 5_000;
    expect(await diamonds()).toBeGreaterThan(0);
    await timed.close();
  });

  it("pauses, resumes and ends by control messages, and its status follows", async () => {
    const roomId = await startRoom({ kind: "synthetic", handle: "host_e" });
    const viewer = await enter(roomId);
    const status = async () => {
      const { body } = await getJson(`${origin}/api-live/user/room/?uniqueId=host_e`);
      return Object(body.data).user.status;
    };
    for (const [act, expected] of [
      ["pause", 3],
      ["resume", 2],
      ["end", 4],
    ] as const) {
      await postJson(`${origin}/_control/rooms/${roomId}/${act}`, {});
      expect(await status()).toBe(expected);
    }
    const controls = () => viewer.got.filter(({ method }) => method === "WebcastControlMessage");
    await until(() => controls().length === 3);
    expect(controls().map(({ payload }) => readVarints(payload).get(2))).toEqual(["1", "2", "3"]);
    const alive = await getJson(`${origin}/webcast/room/check_alive/?room_ids=${roomId},7300000000000000000`);
    expect(alive.body.data).toMatchObject([{ room_id_str: roomId, alive: false }, { alive: false }]);
  });
});
