import { type Interval, union } from "./hours.ts";

/** Minutes of LIVE in a day that make it a valid LIVE day, unless the tenant set others. */
export const VALID_DAY_MINUTES = 60;

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar day of a moment in a time zone.
 * @param at ms since epoch
 * @param zone IANA name, `Asia/Dubai`
 * @returns `2026-11-30`
 * @throws RangeError for a zone that does not exist
 */
export function dayOf(at: number, zone: string): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(zone, format);
  }
  return format.format(at);
}

/**
 * The moment at which the day of `at` ends in a zone, ms since epoch. Sought rather than
 * reckoned: days have 23 to 25 hours, and in some zones midnight itself is skipped.
 */
export function endOfDay(at: number, zone: string): number {
  const day = dayOf(at, zone);
  let inside = at;
  let outside = at + DAY + DAY / 4;
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (dayOf(middle, zone) === day) inside = middle;
    else outside = middle;
  }
  return outside;
}

/** Milliseconds of each day, in the days' order; an overlap counts once. */
export function splitByDay(intervals: readonly Interval[], zone: string): Map<string, number> {
  const days = new Map<string, number>();
  for (const { from, to } of union(intervals)) {
    for (let at = from; at < to; ) {
      const until = Math.min(to, endOfDay(at, zone));
      const day = dayOf(at, zone);
      days.set(day, (days.get(day) ?? 0) + until - at);
      at = until;
    }
  }
  return days;
}

/** The days with enough LIVE in total. */
export const validDays = (days: ReadonlyMap<string, number>, validDayMinutes = VALID_DAY_MINUTES): string[] =>
  [...days].filter(([, ms]) => ms >= validDayMinutes * 60_000).map(([day]) => day);
