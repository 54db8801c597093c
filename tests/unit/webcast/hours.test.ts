import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hoursOf } from "../../../durable/webcast/hours.ts";
import { curveOf, packMinutes, type SessionMinute } from "../../../durable/webcast/minutes.ts";
import { eventsOf, recording, runs, sessionOf } from "./recordings.ts";

const HOUR = 3_600_000;
/** 19:00 of a day. */
const SEVEN = Date.UTC(2026, 10, 23, 19);

/** Minutes one after the other from `from` on: how many, and what each of them is. */
const minutes = (from: number, ...stretches: [many: number, each: Partial<SessionMinute>][]): SessionMinute[] =>
  stretches
    .flatMap(([many, each]) => Array.from({ length: many }, () => each))
    .map((each, index) => ({ at: from + index * 60_000, viewers: null, diamonds: 0, state: "gap", ...each }));

const covered = (viewers: number, diamonds = 0): Partial<SessionMinute> => ({ state: "covered", viewers, diamonds });
const paused: Partial<SessionMinute> = { state: "paused" };
const gap: Partial<SessionMinute> = { state: "gap" };

describe("minutes as hours", () => {
  test("are hours of the clock, whenever the LIVE began and ended", () => {
    const from = SEVEN + 47 * 60_000;
    expect(hoursOf(minutes(from, [13, covered(10, 1)], [60, covered(20, 2)], [5, covered(30, 3)]))).toEqual([
      { at: SEVEN, viewers: 10, diamonds: 13, state: "covered" },
      { at: SEVEN + HOUR, viewers: 20, diamonds: 120, state: "covered" },
      { at: SEVEN + 2 * HOUR, viewers: 30, diamonds: 15, state: "covered" },
    ]);
  });

  test("viewers are weighed by the covered minutes alone: 100 for ten of them, 10 for twenty, is 40", () => {
    expect(hoursOf(minutes(SEVEN, [10, covered(100)], [10, gap], [20, covered(10)], [20, gap]))[0]?.viewers).toBe(40);
    expect(hoursOf(minutes(SEVEN, [1, covered(1)], [2, covered(2)]))[0]?.viewers).toBe(1.7);
    expect(hoursOf(minutes(SEVEN, [60, gap]))[0]?.viewers).toBeNull();
    // Seen for less than half of it, so the minute itself counts as a pause.
    expect(hoursOf(minutes(SEVEN, [30, { state: "paused", viewers: 90 }]))[0]?.viewers).toBeNull();
  });

  test.each([
    ["covered", [31, covered(1)], [29, gap]],
    ["covered", [30, gap], [30, covered(1)]],
    ["paused", [10, covered(1)], [30, paused], [20, gap]],
    ["paused", [30, gap], [30, paused]],
    ["gap", [20, covered(1)], [19, paused], [21, gap]],
  ] as [string, ...[number, Partial<SessionMinute>][]][])(
    "the state is %s where most of the hour was",
    (state, ...of) => {
      expect(hoursOf(minutes(SEVEN, ...of))[0]?.state).toBe(state);
    },
  );

  test("a gift that fell into a gap is still counted", () => {
    expect(hoursOf(minutes(SEVEN, [59, gap], [1, { state: "gap", diamonds: 7 }]))[0]).toMatchObject({
      diamonds: 7,
      state: "gap",
    });
  });

  test("no minutes, no hours", () => {
    expect(hoursOf([])).toEqual([]);
  });

  const minute = fc.record({
    viewers: fc.option(
      fc.nat(5_000_000).map((tenths) => tenths / 10),
      { nil: null },
    ),
    diamonds: fc.oneof(fc.constant(0), fc.nat(10_000_000)),
    state: fc.constantFrom("covered" as const, "paused" as const, "gap" as const),
  });

  test("add up to the same diamonds, without a hole, and come back as they were packed", () => {
    fc.assert(
      fc.property(fc.nat(40_000_000), fc.array(minute, { minLength: 1, maxLength: 400 }), (first, list) => {
        const whole = list.map((one, index) => ({ at: (first + index) * 60_000, ...one }));
        const hours = hoursOf(whole);
        const total = (curve: SessionMinute[]) => curve.reduce((sum, { diamonds }) => sum + diamonds, 0);
        expect(total(hours)).toBe(total(whole));
        const start = Math.floor((whole[0]?.at ?? 0) / HOUR) * HOUR;
        expect(hours.map(({ at }) => at)).toEqual(hours.map((_, index) => start + index * HOUR));
        expect(hours).toHaveLength(Math.floor((whole.at(-1)?.at ?? 0) / HOUR) - start / HOUR + 1);
        expect(curveOf(packMinutes(hours, 3600).buffer)).toEqual({ step: 3600, minutes: hours });
      }),
      { numRuns: runs(40) },
    );
  });
});

test("a packed curve says by itself how long its entries are", () => {
  const whole = sessionOf("7301028065916160774", eventsOf(recording("room-gap"))).minutes();
  expect(curveOf(packMinutes(whole).buffer)).toEqual({ step: 60, minutes: whole });
  expect(curveOf(packMinutes(hoursOf(whole), 3600).buffer)).toEqual({ step: 3600, minutes: hoursOf(whole) });
  expect(curveOf(null)).toEqual({ step: 60, minutes: [] });
});
