import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthOf, STITCH_MS, stitched, streamedMs, union, without } from "../../../domain/metrics/hours.ts";

const HOUR = 3_600_000;
const at = (clock: string): number => Date.parse(`2026-09-01T${clock}:00Z`);
const interval = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe("hours streamed", () => {
  test("an hour in two sessions at once is one hour", () => {
    const sessions = [interval("10:00", "11:00"), interval("10:30", "12:00")];
    expect(streamedMs(sessions.map((session) => ({ ...session, pauses: [] })))).toBe(2 * HOUR);
  });

  test("pauses are taken off", () => {
    const pauses = [interval("10:15", "10:30"), interval("10:20", "10:45")];
    expect(streamedMs([{ ...interval("10:00", "11:00"), pauses }])).toBe(HOUR / 2);
  });

  test("a pause of one session does not stop another", () => {
    const paused = { ...interval("10:00", "11:00"), pauses: [interval("10:00", "11:00")] };
    expect(streamedMs([paused, { ...interval("10:30", "11:00"), pauses: [] }])).toBe(HOUR / 2);
  });

  test("reconnects within ten minutes are stitched", () => {
    const from = at("10:00");
    const parts = [
      { from, to: from + HOUR },
      { from: from + HOUR + STITCH_MS, to: from + 2 * HOUR },
    ];
    expect(stitched(parts)).toEqual([{ from, to: from + 2 * HOUR }]);
    expect(stitched([{ from, to: from + HOUR - 1 }, ...parts.slice(1)])).toHaveLength(2);
  });
});

test("a union is disjoint, in order and holds every moment of its parts and no other", () => {
  const part = fc.record({ from: fc.integer({ min: 0, max: 60 }), to: fc.integer({ min: 0, max: 60 }) });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(part, { maxLength: 4 }), (parts, holes) => {
      const inside = (time: number, list: typeof parts) => list.some(({ from, to }) => time >= from && time < to);
      const times = Array.from({ length: 61 }, (_, time) => time);
      const joined = union(parts);
      expect(lengthOf(joined)).toBe(times.filter((time) => inside(time, parts)).length);
      expect(joined.every(({ from }, index) => index === 0 || from > (joined[index - 1]?.to ?? from))).toBe(true);
      const rest = joined.flatMap((whole) => without(whole, holes));
      expect(lengthOf(rest)).toBe(times.filter((time) => inside(time, parts) && !inside(time, holes)).length);
    }),
  );
});
