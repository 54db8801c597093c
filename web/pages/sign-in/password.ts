import { PASSWORD_BYTES, passwordBytes, passwordProblem } from "../../../domain/password.ts";

export interface Strength {
  /** 0 not acceptable or not known yet, 1 weak, 2 fair, 3 strong. */
  level: 0 | 1 | 2 | 3;
  words: string;
}

/**
 * What is said of a new password while it is typed: first why the server would refuse it, then how good it is.
 * @param estimated null while that is not known
 */
export function strengthOf(password: string, estimated: Strength | null): Strength {
  if (password === "")
    return { level: 0, words: `At least ${PASSWORD_BYTES.least} characters. A few words in a row are good.` };
  const left = PASSWORD_BYTES.least - passwordBytes(password);
  if (left > 0) return { level: 0, words: `${left} more ${left === 1 ? "character" : "characters"}.` };
  const problem = passwordProblem(password);
  return problem ? { level: 0, words: problem } : (estimated ?? { level: 0, words: "Long enough." });
}
