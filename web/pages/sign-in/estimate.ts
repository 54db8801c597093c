import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english, translations } from "@zxcvbn-ts/language-en";
import type { Strength } from "./password.ts";

/** The lists that passwords are held against weigh more than the rest of the app: only `estimate.worker.ts` imports this. */
const estimator = new ZxcvbnFactory({
  dictionary: { ...common, ...english },
  graphs: adjacencyGraphs,
  translations,
});

/** By the guesses that a program would take: below a million, a hundred million, ten thousand million, and above. */
const RATINGS = [
  { level: 1, name: "Weak" },
  { level: 1, name: "Weak" },
  { level: 1, name: "Weak" },
  { level: 2, name: "Fair" },
  { level: 3, name: "Strong" },
] as const;

/** Where the estimator has nothing to say that this password lacks. */
const ALWAYS = "Longer is stronger";

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/**
 * How hard a password is to guess, and what would better it. It goes nowhere to be looked at.
 * @param about what is known of the person: their name, address and agency make bad passwords
 */
export function estimate(password: string, about: readonly string[]): Strength {
  const words = about.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2);
  const { score, feedback } = estimator.check(password, [...about, ...words]);
  const { level, name } = RATINGS[score];
  const advice = feedback.warning ?? feedback.suggestions[0] ?? ALWAYS;
  return { level, words: level < 3 ? `${name}. ${sentence(advice)}` : `${name}.` };
}
