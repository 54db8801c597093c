import { describe, expect, test } from "vitest";
import { estimate } from "../../../web/pages/sign-in/estimate.ts";
import { strengthOf } from "../../../web/pages/sign-in/password.ts";

/** What is said once the estimator is there. */
const said = (password: string, about: readonly string[] = []) => strengthOf(password, estimate(password, about));

describe("a new password", () => {
  test("is first told what the server would refuse it for", () => {
    expect(said("abc")).toEqual({ level: 0, words: "9 more characters." });
    expect(said("elevenchars")).toEqual({ level: 0, words: "1 more character." });
    expect(said("password1234").level).toBe(0);
    expect(said("ü".repeat(40)).words).toMatch(/at most 72 bytes/);
  });

  test("is told nothing of how good it is while that is not known", () => {
    expect(strengthOf("murky lantern oxbow", null)).toEqual({ level: 0, words: "Long enough." });
  });

  test.each(["aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "sunshine2026", "qwertyuiop[]", "jennifer1987"])(
    "that a program guesses soon is weak, and is told why: %s",
    (password) => {
      const { level, words } = said(password);
      expect(level).toBe(1);
      expect(words).toMatch(/^Weak\. .+[.!?]$/);
    },
  );

  test("that is neither is told what always helps", () => {
    expect(said("marsa nine marsa")).toEqual({ level: 2, words: "Fair. Longer is stronger." });
  });

  test("of a few words in a row is strong, without a capital, a digit or a sign", () => {
    expect(said("murky lantern oxbow fidget")).toEqual({ level: 3, words: "Strong." });
  });

  test("made of the person's own name, address or agency is worth less than it looks", () => {
    const about = ["Quillan Ostrevik", "q.ostrevik@marsa-nine.example", "Marsa Nine Talent"];
    for (const password of ["quillanostrevik", "q.ostrevik@marsa-nine.example", "marsa nine talent"]) {
      const [stranger, own] = [estimate(password, []).level, estimate(password, about).level];
      expect([password, own < stranger]).toEqual([password, true]);
    }
  });
});
