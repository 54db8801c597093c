import { effect } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import type { LiveMessage, LiveMove } from "../../../domain/live-message.ts";
import {
  forgetLive,
  latestMessages,
  liveCount,
  liveItems,
  liveOf,
  movementOf,
  takeMessages,
  totals,
  tracking,
  viewersNow,
} from "../../../web/state/live.ts";
import { AT, liveItem, snapshot, totalsOf, tracked } from "./live-now.ts";

const later = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1000).toISOString();
const live = (...item: Parameters<typeof liveItem>): LiveMessage => ({ type: "live", ...liveItem(...item) });
const moved = (creatorId: string, changes: Partial<LiveMove>): LiveMove => ({ type: "moved", creatorId, ...changes });

beforeEach(forgetLive);

test("a move changes what it names and leaves the rest of the LIVE as it was", () => {
  takeMessages([snapshot([liveItem("a"), liveItem("b")])]);
  takeMessages([moved("a", { diamonds: 130, viewers: null, at: later(1) })]);
  expect(liveOf("a")).toEqual({ ...liveItem("a", { diamonds: 130, viewers: null, at: later(1) }), type: "live" });
  expect(liveOf("b")).toEqual(liveItem("b"));
});

test("a move of a creator whom no snapshot has named is ignored until one does", () => {
  takeMessages([moved("a", { diamonds: 130, at: later(1) })]);
  expect(liveOf("a")).toBeUndefined();
  expect(liveCount.value).toBe(0);
  takeMessages([snapshot([liveItem("a", { diamonds: 140 })]), moved("a", { diamonds: 150, at: later(2) })]);
  expect(liveOf("a")?.diamonds).toBe(150);
});

test("a move that comes after the end does not bring the LIVE back", () => {
  takeMessages([snapshot([liveItem("a")])]);
  takeMessages([
    { type: "ended", creatorId: "a", sessionId: "ls_of_a", diamonds: 100, at: later(1) },
    moved("a", { diamonds: 130, at: later(2) }),
  ]);
  expect(liveOf("a")).toBeUndefined();
});

test("a tick is one drawing, however much it says", () => {
  takeMessages([snapshot([liveItem("a"), liveItem("b")])]);
  const drawn: unknown[] = [];
  const stop = effect(() => {
    drawn.push([viewersNow.value, totals.value?.diamondsToday, tracking.value.size]);
  });
  takeMessages([
    moved("a", { viewers: 50, at: later(1) }),
    moved("b", { viewers: 60, at: later(1) }),
    { type: "tracking", ...tracked("c") },
    { type: "totals", at: later(1), ...totalsOf(900) },
  ]);
  stop();
  expect(drawn).toEqual([
    [80, 0, 0],
    [110, 900, 1],
  ]);
});

test("whoever listens hears every message of a tick, a move as the whole LIVE that it makes", () => {
  takeMessages([snapshot([liveItem("a")])]);
  const synced: LiveMessage = { type: "synced", creatorId: "x", at: later(1) };
  takeMessages([synced, moved("a", { diamonds: 130, at: later(1) }), moved("unknown", { diamonds: 1 })]);
  expect(latestMessages.value).toEqual([synced, live("a", { diamonds: 130, at: later(1) })]);
});

test("what rose stands beside the number; another LIVE of the same creator is no rise", () => {
  takeMessages([snapshot([liveItem("a")])]);
  expect(movementOf("a")).toBeNull();
  takeMessages([moved("a", { diamonds: 130, at: later(1) })]);
  expect(movementOf("a")?.by).toBe(30);
  takeMessages([moved("a", { viewers: 41, at: later(2) })]);
  expect(movementOf("a")?.by).toBe(30);
  takeMessages([moved("a", { sessionId: "ls_next", diamonds: 900, at: later(3) })]);
  expect(movementOf("a")?.by).toBe(30);
});

test("a frame that another overtook says nothing new", () => {
  takeMessages([live("a", { diamonds: 130, at: later(2) }), live("a", { diamonds: 120, at: later(1) })]);
  expect(liveOf("a")?.diamonds).toBe(130);
});

test("a snapshot is everything: who is not in it is not LIVE any more", () => {
  takeMessages([snapshot([liveItem("a"), liveItem("b")], [tracked("c"), tracked("d")])]);
  takeMessages([snapshot([liveItem("b"), liveItem("e")], [tracked("d")])]);
  expect(liveItems.value.map(({ creatorId }) => creatorId)).toEqual(["b", "e"]);
  expect([...tracking.value.keys()]).toEqual(["d"]);
});

test("a creator whose connection ended is nowhere any more", () => {
  takeMessages([snapshot([liveItem("a")], [tracked("a"), tracked("b")])]);
  takeMessages([{ type: "removed", creatorId: "a" }]);
  expect(liveOf("a")).toBeUndefined();
  expect(movementOf("a")).toBeNull();
  expect([...tracking.value.keys()]).toEqual(["b"]);
});
