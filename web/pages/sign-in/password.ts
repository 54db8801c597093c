import { PASSWORD_BYTES, passwordBytes, passwordProblem } from "../../../domain/password.ts";

export interface Strength {
  /** 0 not acceptable, 1 weak, 2 fair, 3 strong. */
  level: 0 | 1 | 2 | 3;
  words: string;
}

/** A rough measure while typing: how many different characters, and how long. */
export function strengthOf(password: string): Strength {
  if (password === "")
    return { level: 0, words: `At least ${PASSWORD_BYTES.least} characters. A few words in a row are good.` };
  const left = PASSWORD_BYTES.least - passwordBytes(password);
  if (left > 0) return { level: 0, words: `${left} more ${left === 1 ? "character" : "characters"}.` };
  const problem = passwordProblem(password);
  if (problem) return { level: 0, words: problem };
  const different = new Set(password).size;
  if (different < 6) return { level: 1, words: "Weak: too few different characters." };
  if (different < 10 || password.length < 16) return { level: 2, words: "Fair. Longer is stronger." };
  return { level: 3, words: "Strong." };
}
