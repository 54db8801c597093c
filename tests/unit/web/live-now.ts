import type { LiveItem, LiveTotals, Tracking } from "../../../domain/live-message.ts";

/** What a dashboard may be told, with what a test does not care about filled in. */

export const AT = "2026-11-23T19:00:00.000Z";

export const liveItem = (creatorId: string, differs: Partial<LiveItem> = {}): LiveItem => ({
  creatorId,
  sessionId: `ls_of_${creatorId}`,
  displayName: `Creator ${creatorId}`,
  handle: null,
  avatarUrl: null,
  state: "live",
  startedAt: AT,
  diamonds: 100,
  diamondsBefore: 0,
  diamondsTracked: 100,
  confidence: "exact",
  viewers: 40,
  averageViewers: 38,
  peakViewers: 60,
  recent: [],
  at: AT,
  ...differs,
});

export const tracked = (creatorId: string, differs: Partial<Tracking> = {}): Tracking => ({
  creatorId,
  state: "waiting",
  reason: null,
  until: null,
  since: null,
  ...differs,
});

export const totalsOf = (diamondsToday: number): LiveTotals => ({ diamondsToday, secondsToday: 60, perMinute: [] });

export const snapshot = (items: LiveItem[], tracking: Tracking[] = []) => ({
  type: "snapshot" as const,
  at: AT,
  items,
  tracking,
  totals: totalsOf(0),
});
