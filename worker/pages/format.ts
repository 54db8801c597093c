import type { Lang } from "./lang.ts";

/** Latin digits and the Gregorian calendar in Arabic too: what TikTok itself shows there. */
const LOCALES: Record<Lang, string> = { en: "en-GB", ar: "ar-u-nu-latn-ca-gregory" };

/** The forms of a counted noun; a language fills in those that it has. `#` is the number. */
export type PluralForms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** `counted("ar", 3, {few: "# أيام", other: "# يوم"})` → `3 أيام`. */
export function counted(lang: Lang, n: number, forms: PluralForms): string {
  const form = forms[new Intl.PluralRules(LOCALES[lang]).select(n)] ?? forms.other;
  return form.replace("#", number(lang, n));
}

/** A whole number with its thousands: `33,022`. */
export const number = (lang: Lang, n: number): string => new Intl.NumberFormat(LOCALES[lang]).format(n);

/** A calendar day in UTC: `3 December 2026`. `at` in ms since epoch. */
export const day = (lang: Lang, at: number): string =>
  new Intl.DateTimeFormat(LOCALES[lang], { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(
    at,
  );

/** A day within the coming weeks, so without its year: `3 Dec`. `at` in ms since epoch. */
export const soon = (lang: Lang, at: number): string =>
  new Intl.DateTimeFormat(LOCALES[lang], { day: "numeric", month: "short", timeZone: "UTC" }).format(at);

/** A moment in UTC, to the minute: `3 December 2026 at 14:05 UTC`. `at` in ms since epoch. */
export const moment = (lang: Lang, at: number): string =>
  new Intl.DateTimeFormat(LOCALES[lang], {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
    timeZoneName: "short",
  }).format(at);

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** How long ago, in the largest unit that fits: `4 minutes ago`. Both in ms since epoch. */
export function ago(lang: Lang, at: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat(LOCALES[lang], { numeric: "auto" });
  const elapsed = Math.max(0, now - at);
  const unit = UNITS.find(([, size]) => elapsed >= size);
  if (unit === undefined) return relative.format(0, "minute");
  const [name, size] = unit;
  return relative.format(-Math.floor(elapsed / size), name);
}

/** Seconds as hours and minutes: `2:23`. */
export function hoursMinutes(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/**
 * A name inside a sentence, whichever way it runs. The sentences are plain strings, so that
 * they can stand in `<title>` too; U+2068 and U+2069 do there what `<bdi>` does in markup.
 */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

/** A handle inside a sentence: always left to right, `@` first. */
export const atHandle = (handle: string): string => `\u2066@${handle}\u2069`;
