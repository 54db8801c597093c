import type { CurveStep, LiveMinute } from "../../domain/records/tiktok.ts";

/** A hole longer than this is not filled entry by entry: the session ended and went on. */
const LONGEST_HOLE_MS = 24 * 3_600_000;

/**
 * Where the drawing begins. A LIVE that was joined late has hours of nothing before it; drawn,
 * they would leave no room for what was seen.
 */
export function drawnFrom(minutes: readonly LiveMinute[]): number {
  const first = minutes.findIndex(({ state }) => state !== "gap");
  return first > (minutes.length - first) / 3 ? first : 0;
}

/** Every minute, or hour, from the first to the last; one that was not written down is a gap. `step` in seconds. */
export function everyMinute(minutes: readonly LiveMinute[], step: CurveStep): LiveMinute[] {
  const stepMs = step * 1000;
  const filled: LiveMinute[] = [];
  for (const minute of minutes) {
    const before = filled.at(-1);
    const start = Date.parse(minute.at);
    if (before) {
      const missing = Math.round((start - Date.parse(before.at)) / stepMs) - 1;
      for (let hole = missing; hole > 0 && missing * stepMs < LONGEST_HOLE_MS; hole--) {
        filled.push({ at: new Date(start - hole * stepMs).toISOString(), viewers: null, diamonds: 0, state: "gap" });
      }
    }
    filled.push(minute);
  }
  return filled;
}
