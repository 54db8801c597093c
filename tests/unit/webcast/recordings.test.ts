import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RoomEvent } from "../../../durable/webcast/events.ts";
import type { RawMessage } from "../../../durable/webcast/frames.ts";
import { decodeEvents, encodeEvents } from "../../../durable/webcast/journal.ts";
import { LiveSession } from "../../../durable/webcast/session.ts";
import { eventsOf, oracle, type Recording, recording, runs, sessionOf } from "./recordings.ts";

/** The table of `live-protocol.md`: B, T, R, diamonds and confidence of each recorded LIVE. */
const TABLE: [Recording, string, number, number, number, number, string][] = [
  ["room-complete", "7309128470994258694", 32_983, 37, 2, 33_022, "reconciled"],
  ["room-streaks", "7289038229041367840", 2_844, 16, 4, 2_864, "reconciled"],
  ["room-gap", "7301028065916160774", 23_678, 148, 7_254, 31_080, "reconciled"],
  ["room-end", "7301028065916160774", 23_678, 147, 7_255, 31_080, "reconciled"],
  ["room-end", "7311980966648564481", 0, 1, 0, 1, "partial"],
  ["room-pause", "7300993857827228449", 0, 0, 0, 0, "partial"],
];

const figures = (session: LiveSession) => {
  const { diamonds, diamondsBefore, diamondsTracked, diamondsRecovered, diamondsByWitness, confidence } =
    session.summary();
  return { diamonds, diamondsBefore, diamondsTracked, diamondsRecovered, diamondsByWitness, confidence };
};

describe.each(TABLE)("%s, room %s", (name, room, before, tracked, recovered, diamonds, confidence) => {
  const witnesses = oracle[name]?.rooms[room]?.diamonds;
  const expected = {
    diamonds,
    diamondsBefore: before,
    diamondsTracked: tracked + recovered,
    diamondsRecovered: recovered,
    diamondsByWitness: {
      streak: witnesses?.maxPerStreak,
      delta: witnesses?.sumOfDeltas,
      counter: witnesses?.counterGain,
    },
    confidence,
  };
  const events = eventsOf(recording(name));

  test("as it came", () => {
    expect(figures(sessionOf(room, events))).toEqual(expected);
  });

  test("with every message twice", () => {
    expect(
      figures(
        sessionOf(
          room,
          events.flatMap((event) => [event, event]),
        ),
      ),
    ).toEqual(expected);
    expect(figures(sessionOf(room, [...events, ...events]))).toEqual(expected);
  });

  test.each([2_000, 10_000])("with messages up to %d ms out of order", (window) => {
    fc.assert(
      fc.property(shuffled(events, window), (order) => {
        expect(figures(sessionOf(room, order))).toEqual(expected);
      }),
      { numRuns: runs(10) },
    );
  });

  test("the figure never falls, and minutes add up to what was tracked", () => {
    fc.assert(
      fc.property(shuffled(events, 10_000), (order) => {
        const session = new LiveSession(room);
        let shown = 0;
        for (const event of order) {
          if (!session.apply(event)) continue;
          const totals = session.totals();
          expect(totals.diamonds).toBeGreaterThanOrEqual(shown);
          shown = totals.diamonds;
          const added = session.minutes().reduce((sum, minute) => sum + minute.diamonds, 0);
          expect(added).toBe(totals.diamondsTracked);
        }
      }),
      { numRuns: runs(2) },
    );
  });

  test("rebuilt from its journal anywhere on the way", () => {
    fc.assert(
      fc.property(shuffled(events, 2_000), fc.array(fc.nat(events.length), { maxLength: 4 }), (order, evictions) => {
        const whole = sessionOf(room, order);
        const rows: Uint8Array[] = [];
        let session = new LiveSession(room);
        for (const [index, event] of order.entries()) {
          if (evictions.includes(index)) session = sessionOf(room, rows.flatMap(decodeEvents));
          if (session.apply(event)) rows.push(encodeEvents([event]));
        }
        expect(session.summary()).toEqual(whole.summary());
        expect(session.minutes()).toEqual(whole.minutes());
        expect(sessionOf(room, rows.flatMap(decodeEvents)).summary()).toEqual(whole.summary());
      }),
      { numRuns: runs(3) },
    );
  });
});

test("RoomPin, Envelope and GiftBroadcast are never counted, whatever gift they embed", () => {
  const messages = recording("room-complete");
  const kinds = ["WebcastRoomPinMessage", "WebcastEnvelopeMessage", "WebcastGiftBroadcastMessage"];
  const gifts = messages.filter(({ method }) => method === "WebcastGiftMessage");
  const posing: RawMessage[] = kinds.flatMap((method) =>
    gifts.map((raw) => ({ ...raw, method, msgId: raw.msgId + 10n ** 18n })),
  );
  expect(figures(sessionOf("7309128470994258694", eventsOf([...messages, ...posing]))).diamonds).toBe(33_022);
});

test("another room's messages change nothing", () => {
  const session = new LiveSession("7309128470994258694");
  expect(eventsOf(recording("room-gap")).some((event) => session.apply(event))).toBe(false);
});

test("the viewers of the window are those of the oracle", () => {
  for (const [name, room] of TABLE) {
    const seen = oracle[name]?.rooms[room]?.viewers;
    const samples = eventsOf(recording(name)).flatMap((event) =>
      event.kind === "viewers" && event.roomId === room ? [event.viewers] : [],
    );
    if (!seen) continue;
    expect({ n: samples.length, min: Math.min(...samples), max: Math.max(...samples) }).toEqual(seen);
  }
});

test("after the end no viewers are sampled", () => {
  const { state, endedAt, peakViewers, averageViewers } = sessionOf(
    "7311980966648564481",
    eventsOf(recording("room-end")),
  ).summary();
  expect({ state, endedAt, peakViewers, averageViewers }).toEqual({
    state: "ended",
    endedAt: 1_702_459_757_912,
    peakViewers: null,
    averageViewers: null,
  });
});

test("the pause of the recording is in no figure", () => {
  const room = "7300993857827228449";
  const events = eventsOf(recording("room-pause"));
  const [pausedAt, resumedAt] = events.flatMap((event) => (event.kind === "control" ? [event.createTime] : []));
  expect(events.filter((event) => event.kind === "control").map((event) => event.action)).toEqual(["pause", "resume"]);
  const summary = sessionOf(room, events).summary();
  expect(summary.pausedSeconds).toBe(Math.floor(((resumedAt ?? 0) - (pausedAt ?? 0)) / 1000));
  expect(summary.state).toBe("live");
  expect(
    sessionOf(
      room,
      events.filter(({ createTime }) => createTime < (resumedAt ?? 0)),
    ).summary().state,
  ).toBe("paused");
});

test("the hole of 44 minutes is a hole in the curve too", () => {
  const minutes = sessionOf("7301028065916160774", eventsOf(recording("room-gap"))).minutes();
  const seen = minutes.flatMap(({ state }, index) => (state === "covered" ? [index] : []));
  expect(seen).toHaveLength(2);
  expect((seen[1] ?? 0) - (seen[0] ?? 0)).toBe(44);
});

/** An order of arrival in which each message is at most `window` ms late. */
function shuffled(events: readonly RoomEvent[], window: number): fc.Arbitrary<RoomEvent[]> {
  return fc.array(fc.nat(window), { minLength: events.length, maxLength: events.length }).map((lates) =>
    events
      .map((event, index) => ({ event, arrival: event.createTime + (lates[index] ?? 0) }))
      .toSorted((a, b) => a.arrival - b.arrival)
      .map(({ event }) => event),
  );
}
