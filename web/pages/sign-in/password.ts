/** `http.md`: 12–72 bytes; bcrypt reads no further. */
const MIN_BYTES = 12;
const MAX_BYTES = 72;

const bytesOf = (password: string): number => new TextEncoder().encode(password).length;

/** What is wrong with a new password; null when the server may judge. */
export function passwordProblem(password: string): string | null {
  const bytes = bytesOf(password);
  if (bytes < MIN_BYTES) return `A password has at least ${MIN_BYTES} characters. ${MIN_BYTES - bytes} to go.`;
  if (bytes > MAX_BYTES) return `A password has at most ${MAX_BYTES} bytes; this one has ${bytes}.`;
  return null;
}

export interface Strength {
  /** 0 too short or too long, 1 weak, 2 fair, 3 strong. */
  level: 0 | 1 | 2 | 3;
  words: string;
}

/** A rough measure while typing: how many different characters, and how long. */
export function strengthOf(password: string): Strength {
  if (password === "") return { level: 0, words: `At least ${MIN_BYTES} characters. A few words in a row are good.` };
  const problem = passwordProblem(password);
  if (problem) return { level: 0, words: problem };
  const different = new Set(password).size;
  if (different < 6) return { level: 1, words: "Weak: too few different characters." };
  if (different < 10 || password.length < 16) return { level: 2, words: "Fair. Longer is stronger." };
  return { level: 3, words: "Strong." };
}
