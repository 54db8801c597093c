import { note, type TrackingNote } from "../hub/live-check.ts";
import type { LiveEnd, LiveReport } from "../hub/live-report.ts";
import type { LiveSession } from "../webcast/session.ts";
import type { Watch } from "./watch.ts";

/** Minutes on a wall card's sparkline. */
const RECENT_MINUTES = 30;

/** What the hub hears of a running session. */
export function reportOf(watch: Watch, session: LiveSession, trouble: TrackingNote | null): LiveReport {
  const summary = session.summary();
  // An end is told by itself, never by a report.
  const state = summary.state === "ended" ? "live" : summary.state;
  return {
    connectionId: watch.connectionId,
    creatorId: watch.creatorId,
    sessionId: watch.sessionId,
    tracking: trouble ?? note(state),
    item: {
      state,
      startedAt: new Date(summary.startedAt).toISOString(),
      diamonds: summary.diamonds,
      diamondsBefore: summary.diamondsBefore,
      diamondsTracked: summary.diamondsTracked,
      confidence: summary.confidence,
      viewers: session.totals().viewers,
      averageViewers: summary.averageViewers,
      peakViewers: summary.peakViewers,
      recent: session.recent(RECENT_MINUTES),
      at: new Date().toISOString(),
    },
    durationSeconds: summary.durationSeconds,
  };
}

/** What the hub hears at the end. */
export function endOf(watch: Watch, session: LiveSession): LiveEnd {
  const { diamonds, diamondsBefore, diamondsTracked, startedAt, durationSeconds: seconds } = session.summary();
  const figures = { diamonds, diamondsBefore, diamondsTracked, startedAt, seconds };
  return {
    connectionId: watch.connectionId,
    creatorId: watch.creatorId,
    session: watch.openedAt === null ? null : { sessionId: watch.sessionId, ...figures },
  };
}
