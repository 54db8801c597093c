import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { liveTracker } from "../../durable/kit/stubs.ts";
import { type Watch, WatchStore } from "../../durable/tracker/watch.ts";
import type { SessionInput } from "../../durable/webcast/inputs.ts";
import { LiveSession } from "../../durable/webcast/session.ts";

const ROOM = "7309128470994258694";
const BEGAN = 1_701_790_000_000;
const FRAMES = 1_000;

const place = { region: "eu", tenantId: newId("tenant") } as const;

const watch = (): Watch => ({
  place,
  creatorId: newId("creator"),
  connectionId: newId("connection"),
  generation: 1,
  username: "somebody",
  roomId: ROOM,
  createdAt: BEGAN,
  sessionId: newId("liveSession"),
  source: "direct",
  hadDiamonds: 0,
  openedAt: BEGAN,
  failures: 0,
  dialAt: null,
  hasRow: true,
  settlesAt: null,
  final: false,
});

/** A frame of a LIVE: viewers, and a rose from somebody new. */
const frame = (number: number): SessionInput[] => {
  const said = { roomId: ROOM, createTime: BEGAN + number * 2_000, isHistory: false };
  return [
    { kind: "viewers", ...said, viewers: 100 + (number % 7) },
    {
      kind: "gift",
      ...said,
      msgId: String(7_000_000_000_000_000_000n + BigInt(number)),
      streak: number,
      group: said.createTime,
      price: 1,
      repeat: 1,
      added: 1,
      host: 1,
      toHost: true,
    },
  ];
};

const changes = ({ sql }: DurableObjectStorage): number =>
  sql.exec<{ rows: number }>("SELECT total_changes() AS rows").one().rows;

test("a LIVE of hours is kept in few rows, one written a tick, and read back as it was, from any instance on", async () => {
  const heard = new LiveSession(ROOM);
  const kept = await runInDurableObject(liveTracker(env, place, newId("creator")), (_, { storage }) => {
    let store = new WatchStore(storage);
    store.begin(watch(), new Uint8Array(16));
    for (let number = 0; number < FRAMES; number++) {
      // Now and then another instance goes on where the last one was cut off.
      if (number % 170 === 0) {
        store = new WatchStore(storage);
        store.load();
      }
      const inputs = frame(number);
      for (const input of inputs) heard.apply(input);
      const before = changes(storage);
      store.append(inputs, `cursor-${number}`);
      expect(changes(storage) - before).toBe(1);
    }
    const rows = storage.sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM journal").one().rows;
    const known = new WatchStore(storage).load();
    storage.deleteAll();
    return { rows, cursor: known?.cursor, summary: known?.session.summary(), minutes: known?.session.minutes() };
  });
  expect(kept.rows).toBeLessThan(20);
  expect(kept.cursor).toBe(`cursor-${FRAMES - 1}`);
  expect(kept.summary).toEqual(heard.summary());
  expect(kept.summary?.diamonds).toBe(FRAMES);
  expect(kept.minutes).toEqual(heard.minutes());
});

test("a watch that was written before there were readers is this server's own", async () => {
  const known = await runInDurableObject(liveTracker(env, place, newId("creator")), (_, { storage }) => {
    const store = new WatchStore(storage);
    store.begin(watch(), new Uint8Array(16));
    storage.sql.exec("UPDATE watch SET watch = json_remove(watch, '$.source')");
    const found = new WatchStore(storage).load();
    storage.deleteAll();
    return found?.watch;
  });
  expect(known).toMatchObject({ roomId: ROOM, source: "direct" });
});
