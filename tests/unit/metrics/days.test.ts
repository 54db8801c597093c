import { describe, expect, test } from "vitest";
import { dayOf, endOfDay, splitByDay, validDays } from "../../../domain/metrics/days.ts";

const interval = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) });
const minutes = (days: Map<string, number>) => Object.fromEntries([...days].map(([day, ms]) => [day, ms / 60_000]));

describe("valid LIVE days", () => {
  const late = interval("2026-09-01T23:30:00Z", "2026-09-02T00:45:00Z");

  test("a session over midnight gives each day its part", () => {
    const days = splitByDay([late], "UTC");
    expect(minutes(days)).toEqual({ "2026-09-01": 30, "2026-09-02": 45 });
    expect(validDays(days)).toEqual([]);
  });

  test("a day's sessions add up", () => {
    const days = splitByDay([late, interval("2026-09-02T10:00:00Z", "2026-09-02T10:20:00Z")], "UTC");
    expect(validDays(days)).toEqual(["2026-09-02"]);
  });

  test("the tenant may ask for less", () => {
    expect(validDays(splitByDay([late], "UTC"), 30)).toEqual(["2026-09-01", "2026-09-02"]);
  });

  test("exactly the minutes asked for are enough", () => {
    const days = splitByDay([interval("2026-09-01T10:00:00Z", "2026-09-01T11:00:00Z")], "UTC");
    expect(validDays(days)).toEqual(["2026-09-01"]);
  });

  test("an overlap counts once", () => {
    expect(minutes(splitByDay([late, late], "UTC"))).toEqual({ "2026-09-01": 30, "2026-09-02": 45 });
  });
});

describe("midnight is the tenant's", () => {
  test("the same session lies in one day in Dubai", () => {
    const session = interval("2026-09-01T23:30:00Z", "2026-09-02T00:45:00Z");
    expect(minutes(splitByDay([session], "Asia/Dubai"))).toEqual({ "2026-09-02": 75 });
  });

  test.each([
    ["Europe/Berlin", "2026-03-29", 23],
    ["Europe/Berlin", "2026-10-25", 25],
    ["America/New_York", "2026-11-01", 25],
    ["Asia/Kathmandu", "2026-09-01", 24],
    // The clock goes from 23:59 to 01:00: that day has no midnight.
    ["Africa/Cairo", "2026-04-24", 23],
    // The clock goes from 23:59 back to 23:00 of the same day.
    ["Africa/Cairo", "2026-10-29", 25],
    ["Australia/Lord_Howe", "2026-10-04", 23.5],
  ])("%s has %s with %d hours", (zone, day, hours) => {
    const noon = Date.parse(`${day}T12:00:00Z`);
    const start = endOfDay(noon - 86_400_000, zone);
    expect(dayOf(start, zone)).toBe(day);
    expect((endOfDay(start, zone) - start) / 3_600_000).toBe(hours);
    const week = { from: start - 3 * 86_400_000, to: start + 3 * 86_400_000 };
    expect(splitByDay([week], zone).get(day)).toBe(hours * 3_600_000);
  });

  test("a zone that does not exist is refused", () => {
    expect(() => dayOf(0, "Mars/Olympus")).toThrow(RangeError);
  });
});
