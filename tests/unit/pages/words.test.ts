import { describe, expect, test } from "vitest";
import { ago, counted, hoursMinutes } from "../../../worker/pages/format.ts";
import { pickLang } from "../../../worker/pages/lang.ts";
import { ar } from "../../../worker/pages/words/ar.ts";
import { DAYS } from "../../../worker/pages/words/days.ts";
import { en } from "../../../worker/pages/words/en.ts";

/** Every word's path with what stands there; a list's length counts, a function's words are tried. */
function wordsIn(value: unknown, path: string): [path: string, word: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return wordsIn(value(...Array.from({ length: value.length }, () => "1")), path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => wordsIn(inner, `${path}.${key}`));
}

const { counts: enCounts, days: enDays, ...enWords } = en;
const { counts: arCounts, days: arDays, ...arWords } = ar;

describe("the two languages", () => {
  test("have the same words, and none is empty", () => {
    const english = wordsIn(enWords, "");
    const arabic = wordsIn(arWords, "");
    expect(arabic.map(([path]) => path)).toEqual(english.map(([path]) => path));
    for (const [path, word] of [...english, ...arabic]) expect(word, path).not.toBe("");
  });

  test("Arabic is Arabic wherever it has a word", () => {
    const latin = wordsIn(arWords, "").filter(([, word]) => !/[\u0600-\u06ff]/.test(word));
    // What is left are example figures.
    expect(latin.map(([path]) => path).filter((path) => !path.startsWith(".home.origin.rows"))).toEqual([]);
  });

  test("count in each language's own forms", () => {
    expect([enDays(1), enDays(30), enDays(1_095)]).toEqual(["1 day", "30 days", "1,095 days"]);
    expect([arDays(7), arDays(30), arDays(100)]).toEqual(["7 أيام", "30 يومًا", "100 يوم"]);
    expect(counted("ar", 2, DAYS.ar)).toBe("يومين");
    expect(counted("en", 1, enCounts.videos)).toBe("1 video");
    expect(counted("ar", 342, arCounts.videos)).toBe("342 مقطعًا");
  });
});

test("a page's language: asked for, then the browser's, then English", () => {
  expect(pickLang("ar", "en-GB")).toBe("ar");
  expect(pickLang("fr", "fr-FR,ar-AE;q=0.8,en;q=0.5")).toBe("ar");
  expect(pickLang(null, null)).toBe("en");
});

test("times read the way people say them", () => {
  expect(ago("en", 0, 240_000)).toBe("4 minutes ago");
  expect(ago("en", 0, 20_000)).toBe("this minute");
  expect(ago("en", 0, 90_000_000)).toBe("yesterday");
  expect(hoursMinutes(8_580)).toBe("2:23");
});
