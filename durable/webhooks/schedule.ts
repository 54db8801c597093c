import { jittered } from "../clock.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** ms after each failure until the next attempt: the schedule of the scheme's own guide, three days and some hours in all. */
const WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

export const MOST_ATTEMPTS = WAITS_MS.length + 1;

/** A server that asks for more patience than this does not get it. */
const MOST_PATIENCE_MS = 24 * HOUR_MS;

/** An address at which every attempt failed for so long is switched off. */
export const FAILING_MS = 5 * 24 * HOUR_MS;

/**
 * ms until the attempt after `attempts` that failed, ± 20 %; null: that was the last one.
 * @param retryAfterSeconds what the server asked for; never sooner than the schedule
 */
export function waitAfter(
  attempts: number,
  retryAfterSeconds: number | null,
  random: () => number = Math.random,
): number | null {
  const wait = WAITS_MS[attempts - 1];
  if (wait === undefined) return null;
  return Math.max(Math.round(jittered(wait, random)), Math.min((retryAfterSeconds ?? 0) * SECOND_MS, MOST_PATIENCE_MS));
}
