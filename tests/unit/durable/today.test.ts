import { expect, test } from "vitest";
import { countDay, type DayCount, partOf } from "../../../durable/hub/today.ts";

const ZONE = "Asia/Dubai";
const MIDNIGHT = Date.parse("2026-11-24T00:00:00+04:00");
const MINUTE = 60_000;
const figures = (more: Partial<DayCount> = {}) => ({
  startedAt: MIDNIGHT - 180 * MINUTE,
  diamondsBefore: 30_000,
  diamondsTracked: 0,
  seconds: 190 * 60,
  ...more,
});

test("of a LIVE that began yesterday and is met today, only today's part counts", () => {
  const met = countDay(undefined, figures(), MIDNIGHT + 10 * MINUTE, ZONE);
  expect(partOf(met, "2026-11-24", ZONE)).toEqual({ diamonds: 0, seconds: 600 });
  const later = countDay(met, figures({ diamondsTracked: 70, seconds: 195 * 60 }), MIDNIGHT + 15 * MINUTE, ZONE);
  expect(partOf(later, "2026-11-24", ZONE)).toEqual({ diamonds: 70, seconds: 900 });
});

test("what was counted before midnight stays yesterday's", () => {
  const before = countDay(undefined, figures({ diamondsTracked: 500, seconds: 179 * 60 }), MIDNIGHT - MINUTE, ZONE);
  expect(partOf(before, "2026-11-23", ZONE)).toEqual({ diamonds: 30_500, seconds: 179 * 60 });
  const after = countDay(before, figures({ diamondsTracked: 520, seconds: 181 * 60 }), MIDNIGHT + MINUTE, ZONE);
  expect(partOf(after, "2026-11-24", ZONE)).toEqual({ diamonds: 20, seconds: 120 });
  expect(partOf(after, "2026-11-23", ZONE)).toEqual({ diamonds: 0, seconds: 0 });
});

test("a LIVE that began today counts with what was given before we joined", () => {
  const met = countDay(
    undefined,
    figures({ startedAt: MIDNIGHT + 5 * MINUTE, seconds: 300 }),
    MIDNIGHT + 10 * MINUTE,
    ZONE,
  );
  expect(partOf(met, "2026-11-24", ZONE)).toEqual({ diamonds: 30_000, seconds: 300 });
});
