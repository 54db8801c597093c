const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;

/**
 * How long to wait before dialing a LIVE room again, in ms: 1–2 s after the first failure,
 * twice as long after each further one, 30–60 s at most. The random half spreads the dials
 * of many rooms that fell together.
 * @param attempt failures since the last open socket, less one: 0 for the first
 * @param random uniform in [0, 1)
 */
export function nextDialDelay(attempt: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round((longest / 2) * (1 + random));
}
