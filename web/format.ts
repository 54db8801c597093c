import { tenantTimeZone } from "./state/session.ts";

/** How numbers, days and clocks are written. Missing is always "—", never 0. */

export const MISSING = "—";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 4182640 → "4,182,640". */
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? MISSING : whole.format(value);

/** 1280000 → ["1.28", "M"], 862100 → ["862.1", "k"], 940 → ["940", ""]. */
export function compactParts(value: number): [number: string, unit: string] {
  const size = Math.abs(value);
  if (size >= 999_950) return [(value / 1e6).toFixed(size >= 99_995_000 ? 1 : 2), "M"];
  if (size >= 10_000) return [(value / 1e3).toFixed(1), "k"];
  return [whole.format(value), ""];
}

/** In running text and on axes: 862100 → "862.1 k", 420000 → "420 k". */
export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING;
  const [digits, unit] = compactParts(value);
  return unit ? `${digits.replace(/\.0+$/, "")} ${unit}` : digits;
}

/** A change with its sign; the minus is the typographic one. */
export const signed = (value: number): string =>
  value > 0 ? `+${whole.format(value)}` : value < 0 ? `−${whole.format(-value)}` : "±0";

/** Seconds as hours with one decimal: 171000 → "47.5". */
export const hours = (seconds: number): string => oneDigit.format(seconds / 3600);

/** A fraction in percent: 0.06409 → "6.4 %". */
export const percent = (fraction: number | null | undefined, digits = 1): string =>
  fraction === null || fraction === undefined ? MISSING : `${(fraction * 100).toFixed(digits)} %`;

/** How much was seen: never rounded up to all, nor down to nothing. */
export function coveragePercent(fraction: number): string {
  if (fraction > 0 && fraction < 0.01) return "< 1 %";
  return `${Math.floor(Math.min(1, fraction) * 100 + 1e-9)} %`;
}

/** 8580 s → "2 h 23 m", 2880 → "48 m", 30 → "30 s". */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds));
  const h = Math.floor(all / 3600);
  const m = Math.floor((all % 3600) / 60);
  if (h > 0) return `${h} h ${String(m).padStart(2, "0")} m`;
  return m > 0 ? `${m} m` : `${all} s`;
}

/** 4320 s → "1h 12m": as narrow as it gets, for a table cell. */
export function durationTight(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  return minutes >= 60 ? `${Math.floor(minutes / 60)}h ${minutes % 60}m` : `${minutes}m`;
}

/** The length of a video: 42 → "0:42". */
export const clip = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** British usage writes the ninth month with four letters; in a column all have three. */
const plainMonth = (written: string): string => written.replace("Sept", "Sep");

const formatters = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: string | number | Date, options: Intl.DateTimeFormatOptions): string {
  const zone = tenantTimeZone.value;
  const key = `${zone} ${JSON.stringify(options)}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
    formatters.set(key, formatter);
  }
  return plainMonth(formatter.format(new Date(at)).replace(",", ""));
}

/** "19:32". */
export const clock = (at: string | number | Date): string =>
  partsOf(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** "Mon 23 Nov". */
export const weekday = (at: string | number | Date): string =>
  partsOf(at, { weekday: "short", day: "numeric", month: "short" });
/** "14 Jan 2027". */
export const day = (at: string | number | Date): string =>
  partsOf(at, { day: "numeric", month: "short", year: "numeric" });
/** "1 Oct". */
export const shortDay = (at: string | number | Date): string => partsOf(at, { day: "numeric", month: "short" });
/** "Mon 23 Nov 2026". */
export const longDay = (at: string | number | Date): string => `${weekday(at)} ${partsOf(at, { year: "numeric" })}`;

/** A calendar day `2026-11-30` has no time zone: "30 Nov 2026". */
export const calendarDay = (date: string): string => plainMonth(calendar.format(new Date(`${date}T00:00:00Z`)));

const calendar = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** Whether both moments fall on one day of the tenant's clock. */
const sameDay = (a: string | number | Date, b: string | number | Date): boolean => day(a) === day(b);

/**
 * How long ago, as a person would say it: "just now", "4 min ago", "6 h ago", "Yesterday",
 * "6 days ago", then the day itself.
 * @param now ms since epoch
 */
export function ago(at: string, now: number): string {
  const passed = (now - Date.parse(at)) / 1000;
  if (passed < 45) return "just now";
  if (passed < 3_570) return `${Math.max(1, Math.round(passed / 60))} min ago`;
  if (passed < 86_400 && (passed < 43_200 || sameDay(at, now))) return `${Math.round(passed / 3600)} h ago`;
  if (sameDay(at, now - 86_400_000)) return "Yesterday";
  if (passed < 14 * 86_400) return `${Math.max(2, Math.round(passed / 86_400))} days ago`;
  return day(at);
}

/** "19:32" today, "24 Nov, 19:32" on another day. */
export const moment = (at: string | number, now: number): string =>
  sameDay(at, now) ? clock(at) : `${shortDay(at)}, ${clock(at)}`;

/** "as of 19:32" today, "as of 24 Nov, 19:32" before. */
export const asOf = (at: string | number, now: number): string => `as of ${moment(at, now)}`;

/** "1 creator", "342 creators". */
export const plural = (many: number, one: string, other = `${one}s`): string =>
  `${whole.format(many)} ${many === 1 ? one : other}`;

const regionNames = new Intl.DisplayNames("en", { type: "region" });

/** "AE" → "United Arab Emirates". */
export const countryName = (code: string): string => regionNames.of(code) ?? code;
