/**
 * What is wrong with a handle in the words of the person who typed it, with a guess at what
 * was meant; null when the schema may judge.
 */
export function handleProblem(typed: string): string | null {
  const bare = typed.trim().replace(/^@/, "");
  if (!/\s/.test(bare)) return null;
  const guess = bare.replace(/[^\p{L}\p{N}_.]/gu, "").toLowerCase();
  return /^[a-z0-9_.]{2,24}$/.test(guess)
    ? `A handle has no spaces. Did you mean ${guess}?`
    : "A handle has 2 to 24 letters, digits, _ or . and no spaces";
}
