import { expect, test } from "vitest";
import { readFrame } from "../../../web/live-frame.ts";
import { AT, liveItem, snapshot } from "./live-now.ts";

const read = (frame: unknown) => readFrame(JSON.stringify(frame));

test("a tick brings its number and its messages in their order", () => {
  const moved = { type: "moved", creatorId: "a", diamonds: 7, at: AT };
  expect(read({ type: "tick", tick: 12, at: AT, messages: [snapshot([liveItem("a")]), moved] })).toEqual({
    tick: 12,
    messages: [snapshot([liveItem("a")]), moved],
  });
});

test("a tick with nothing in it is still answered", () => {
  expect(read({ type: "tick", tick: 3, at: AT, messages: [] })).toEqual({ tick: 3, messages: [] });
});

test("a message of a newer server is skipped, and the rest of its tick is kept", () => {
  const ended = { type: "ended", creatorId: "a", sessionId: "ls_1", diamonds: 7, at: AT };
  expect(read({ type: "tick", tick: 4, at: AT, messages: [{ type: "fireworks" }, ended, 5] })).toEqual({
    tick: 4,
    messages: [ended],
  });
});

test("a single message, as a server without ticks sends it, wants no answer", () => {
  const live = { type: "live", ...liveItem("a") };
  expect(read(live)).toEqual({ tick: null, messages: [live] });
});

test("what is no frame says nothing", () => {
  for (const text of ["", "{", "null", "[]", "7", '{"type":"tick"}', '{"type":"tick","tick":"x","messages":[]}'])
    expect(readFrame(text)).toEqual({ tick: null, messages: [] });
});
