/**
 * What a person would call the browser that says this of itself. Browsers name each other: the
 * first that fits counts, so the ones that pass for others stand before them.
 */

const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|OPX|OPT)\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bYaBrowser\//, "Yandex Browser"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bVersion\/[\d.]+ .*Safari\//, "Safari"],
];

const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "Mac"],
  [/\bLinux\b/, "Linux"],
];

const first = (table: readonly [RegExp, string][], agent: string): string | undefined =>
  table.find(([sign]) => sign.test(agent))?.[1];

/** A `User-Agent` in plain words: "Chrome on Windows". Versions are left out: an update is no new device. */
export function deviceOf(agent: string | null): string {
  const [browser, system] = [first(BROWSERS, agent ?? ""), first(SYSTEMS, agent ?? "")];
  if (browser && system) return `${browser} on ${system}`;
  if (browser) return browser;
  return system ? `A browser on ${system}` : "Unknown device";
}
