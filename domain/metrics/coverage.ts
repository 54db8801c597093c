/** Below this a figure is marked "partial". */
export const PARTIAL_BELOW = 0.8;

/**
 * How much of a LIVE was seen, 0–1: covered time ÷ (session time − pauses).
 * A session without any time was not seen.
 */
export function coverageOf(coveredMs: number, sessionMs: number, pausedMs: number): number {
  const live = sessionMs - pausedMs;
  return live <= 0 ? 0 : Math.min(1, Math.max(0, coveredMs / live));
}

export const isPartial = (coverage: number): boolean => coverage < PARTIAL_BELOW;

/**
 * Average of a period of several sessions, each weighed by the time that it was seen:
 * Σ(average × covered) ÷ Σ covered. Null when nothing was seen.
 */
export function periodAverage(sessions: readonly { average: number | null; coveredMs: number }[]): number | null {
  let weighted = 0;
  let covered = 0;
  for (const { average, coveredMs } of sessions) {
    if (average === null) continue;
    weighted += average * coveredMs;
    covered += coveredMs;
  }
  return covered === 0 ? null : weighted / covered;
}
