import type { Figure } from "./figures.ts";
import type { Measured } from "./live-stage.ts";
import { OBJECT_GB, PRICES } from "./prices.ts";

const HOUR_SECONDS = 3_600;
const MONTH_HOURS = 730;
const GB = 1e9;

/** US dollars for an hour of one LIVE, by what they are paid for. */
export interface Cost {
  /** The tracker is in memory for as long as it listens. */
  tracker: number;
  /** The agency's hub is in memory for as long as any of its LIVEs runs: an equal part of it. */
  hub: number;
  rowsWritten: number;
  requests: number;
  rowsRead: number;
  storage: number;
}

/**
 * From what was seen of steady LIVEs, one viewer looking on; a beginning and an end write a few dozen rows more. What
 * TikTok sends is taken for messages that are billed, though the documentation speaks of sockets that were accepted.
 */
export function costOfAnHour({ rooms, seconds, frames, tally }: Measured): Cost {
  const { tracker, hub, d1 } = tally;
  /** Of one LIVE in an hour. */
  const hourly = (count: number): number => (count / rooms / seconds) * HOUR_SECONDS;
  const awake = HOUR_SECONDS * OBJECT_GB * PRICES.gbSecond;
  const written = tracker.rowsWritten + hub.rowsWritten + d1.rowsWritten + tracker.alarmsSet + hub.alarmsSet;
  const messages = (frames + hub.messages) / PRICES.messagesARequest;
  return {
    tracker: awake,
    hub: awake / rooms,
    rowsWritten: hourly(written) * PRICES.rowWritten,
    requests: hourly(tracker.calls + tracker.rung + hub.calls + hub.rung + messages) * PRICES.request,
    rowsRead: hourly(tracker.rowsRead + hub.rowsRead + d1.rowsRead) * PRICES.rowRead,
    // As if what the hour brought had lain there all the while.
    storage: ((hourly(tracker.storedBytes) / GB) * PRICES.gbMonth) / MONTH_HOURS,
  };
}

const PARTS: Record<keyof Cost, string> = {
  tracker: "its tracker in memory",
  hub: "its part of the hub in memory",
  rowsWritten: "rows written",
  requests: "requests",
  rowsRead: "rows read",
  storage: "storage",
};

/** @param what which LIVE: how many there are at once, and how busy they are */
export function costFigures(what: string, measured: Measured): Figure[] {
  const cost = costOfAnHour(measured);
  const of = { group: "LIVE cost", unit: "$", goal: null } as const;
  const parts = (Object.keys(PARTS) as (keyof Cost)[]).map((part) => ({
    ...of,
    what: `${what}: ${PARTS[part]}`,
    value: cost[part],
  }));
  const whole = Object.values(cost).reduce((sum, dollars) => sum + dollars, 0);
  return [{ ...of, what: `${what}: an hour`, value: whole }, ...parts];
}
