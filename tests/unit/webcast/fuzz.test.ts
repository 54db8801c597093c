import fc from "fast-check";
import { expect, test } from "vitest";
import type { RoomEvent } from "../../../durable/webcast/events.ts";
import { decodeFetchResult, decodePushFrame, type RawMessage } from "../../../durable/webcast/frames.ts";
import { decodeMessage } from "../../../durable/webcast/messages.ts";
import { factsOfId } from "../../../durable/webcast/room-facts.ts";
import { WireError } from "../../../durable/webcast/wire.ts";
import { eventOf, fetchResult, pushFrame } from "./by-protobuf.ts";
import { byTheRules } from "./by-the-rules.ts";
import { framesWith, packings, strokes } from "./mutations.ts";
import { hash, RECORDINGS, recording, runs, sessionOf } from "./recordings.ts";

/** Real messages, broken in every way we could think of: never a throw, and never another number than protobuf's own. */

const recorded = RECORDINGS.map(recording);
/** So many messages of a recording make a case. */
const SLICE = 120;
const DAY = 86_400_000;

/** What our decoder takes a frame for; null when it refuses it. */
function decoded(bytes: Uint8Array) {
  try {
    const frame = decodePushFrame(bytes);
    return { frame, result: decodeFetchResult(frame.payload) };
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return null;
  }
}

/** What is accepted of the frames, each message as protobuf's own rules read it. */
function accepted(frames: readonly Uint8Array[]): { raw: RawMessage; event: RoomEvent }[] {
  return frames.flatMap((bytes) => {
    const ours = decoded(bytes);
    if (ours === null) return [];
    const frame = pushFrame(bytes);
    expect(plain(ours.frame)).toEqual(plain(frame));
    const result = fetchResult(frame.payload);
    expect({ ...ours.result, messages: ours.result.messages.map(plain) }).toEqual({
      ...result,
      messages: result.messages.map(plain),
    });
    return result.messages.flatMap((raw) => {
      const event = decodeMessage(raw, hash);
      if (event === null) return [];
      const independent = eventOf(raw);
      expect(event).toEqual(independent);
      return independent === null ? [] : [{ raw, event: independent }];
    });
  });
}

const plain = <Holder extends { payload: Uint8Array }>(holder: Holder) => ({
  ...holder,
  payload: Buffer.from(holder.payload).toString("base64"),
});

/** Of events in the order of their arrival those that a session of the room may take: its room's, and of its time. */
function ofRoom(roomId: string, events: readonly RoomEvent[]): RoomEvent[] {
  let joined = Number.POSITIVE_INFINITY;
  return events.filter((event) => {
    if (event.roomId !== roomId) return false;
    if (Number.isFinite(joined) && Math.abs(event.createTime - joined) > 14 * DAY) return false;
    if (!event.isHistory && event.kind !== "control") joined = Math.min(joined, event.createTime);
    return true;
  });
}

test("whatever befalls a frame: no throw but a refusal, and no number that protobuf does not say", () => {
  fc.assert(
    fc.property(fc.nat(RECORDINGS.length - 1), fc.nat(10_000), strokes, packings, (which, offset, struck, packing) => {
      const whole = recorded[which] ?? [];
      const from = offset % Math.max(1, whole.length - SLICE);
      const messages = whole.slice(from, from + SLICE);
      const frames = framesWith(messages, struck, packing);
      const events = accepted(frames).map(({ event }) => event);

      const roomId = events[0]?.roomId ?? "0";
      const session = sessionOf(roomId, events);
      // The end takes the figure that was shown back to what was reckoned.
      session.apply({ kind: "end", reason: "finished", at: Date.UTC(2099, 0) });
      const { diamonds, diamondsBefore, diamondsTracked, diamondsRecovered } = session.summary();
      const rules = byTheRules(ofRoom(roomId, events), factsOfId(roomId).createTime, null);
      const near = (one: number, other: number) => Math.abs(one - other) <= Math.abs(other) * 1e-9 + 1e-6;
      expect({ diamonds, diamondsBefore, counted: diamondsTracked - diamondsRecovered, diamondsRecovered }).toSatisfy(
        (ours: Record<string, number>) =>
          near(ours.diamonds ?? 0, rules.diamonds) &&
          near(ours.diamondsBefore ?? 0, rules.before ?? 0) &&
          near(ours.counted ?? 0, rules.tracked) &&
          near(ours.diamondsRecovered ?? 0, rules.recovered),
        JSON.stringify(rules),
      );
    }),
    { numRuns: runs(200) },
  );
});

test("whole frames are accepted whole, by both readings", () => {
  for (const messages of recorded) {
    const taken = accepted(framesWith(messages, [], { perFrame: 7, even: true, named: true })).map(
      ({ raw }) => raw.msgId,
    );
    const meant = messages.filter((raw) => decodeMessage(raw, hash) !== null).map(({ msgId }) => msgId);
    expect(taken).toEqual(meant);
  }
});
