import { expect, test } from "vitest";
import type { LiveMinute } from "../../../domain/records/tiktok.ts";
import { drawnFrom, everyMinute } from "../../../web/charts/minutes.ts";

const entry = (at: string, state: LiveMinute["state"] = "covered"): LiveMinute => ({
  at: `2026-11-${at}:00.000Z`,
  viewers: state === "covered" ? 10 : null,
  diamonds: 0,
  state,
});

test("what was not written down between two minutes is a gap of as many", () => {
  const whole = everyMinute([entry("23T19:00"), entry("23T19:03")], 60);
  expect(whole).toEqual([entry("23T19:00"), entry("23T19:01", "gap"), entry("23T19:02", "gap"), entry("23T19:03")]);
});

test("hours that follow each other have no gap between them, and a missing one is one gap", () => {
  const hours = [entry("23T19:00"), entry("23T20:00")];
  expect(everyMinute(hours, 3600)).toEqual(hours);
  expect(everyMinute([entry("23T19:00"), entry("23T21:00")], 3600)).toEqual([
    entry("23T19:00"),
    entry("23T20:00", "gap"),
    entry("23T21:00"),
  ]);
});

test("a hole of a day or more is not filled", () => {
  const parts = [entry("21T19:00"), entry("23T19:00")];
  expect(everyMinute(parts, 60)).toEqual(parts);
  expect(everyMinute(parts, 3600)).toEqual(parts);
});

test("the drawing begins where something was seen, when much was missed before", () => {
  const gaps = (many: number) => Array.from({ length: many }, () => entry("23T19:00", "gap"));
  const seen = [entry("23T19:00"), entry("23T19:01"), entry("23T19:02")];
  expect(drawnFrom([...gaps(1), ...seen])).toBe(0);
  expect(drawnFrom([...gaps(2), ...seen])).toBe(2);
  expect(drawnFrom(gaps(3))).toBe(0);
});
