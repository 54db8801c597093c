import type { LiveMinute } from "../../domain/records/tiktok.ts";

const MINUTE_MS = 60_000;
/** A hole longer than this is not filled minute by minute: the session ended and went on. */
const LONGEST_HOLE = 24 * 60;

/**
 * Where the drawing begins. A LIVE that was joined late has hours of nothing before it; drawn,
 * they would leave no room for what was seen.
 */
export function drawnFrom(minutes: readonly LiveMinute[]): number {
  const first = minutes.findIndex(({ state }) => state !== "gap");
  return first > (minutes.length - first) / 3 ? first : 0;
}

/** Every minute from the first to the last; one that was not written down is a gap. */
export function everyMinute(minutes: readonly LiveMinute[]): LiveMinute[] {
  const filled: LiveMinute[] = [];
  for (const minute of minutes) {
    const before = filled.at(-1);
    const start = Date.parse(minute.at);
    if (before) {
      const missing = Math.round((start - Date.parse(before.at)) / MINUTE_MS) - 1;
      for (let hole = missing; hole > 0 && missing < LONGEST_HOLE; hole--) {
        filled.push({ at: new Date(start - hole * MINUTE_MS).toISOString(), viewers: null, diamonds: 0, state: "gap" });
      }
    }
    filled.push(minute);
  }
  return filled;
}
