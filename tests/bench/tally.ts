import * as z from "zod/mini";

/** What one class of objects did, as its storage and the platform's bill count. */
const objectsSchema = z.object({
  /** Calls by others, WebSocket messages apart. */
  calls: z.number(),
  /** Alarms that rang. */
  rung: z.number(),
  /** Messages that came over sockets that it accepted. */
  messages: z.number(),
  /** `setAlarm`, each of which is billed as a row written. */
  alarmsSet: z.number(),
  rowsRead: z.number(),
  /** Index rows are counted. */
  rowsWritten: z.number(),
  /** What lies in storage, at the latest tick with news; trackers only. */
  storedBytes: z.number(),
});
export type ObjectsTally = z.infer<typeof objectsSchema>;

/** What statements cost, as the databases counted; index rows are counted. */
const databaseSchema = z.object({
  statements: z.number(),
  rowsRead: z.number(),
  rowsReturned: z.number(),
  rowsWritten: z.number(),
});
export type DatabaseTally = z.infer<typeof databaseSchema>;

/** What the Worker of the LIVE bench did since it began. */
export const tallySchema = z.object({
  tracker: objectsSchema,
  hub: objectsSchema,
  /** What trackers and hubs asked of the regional databases. */
  d1: databaseSchema,
  /** Ticks of trackers that had news: each writes the journal once. */
  ticks: z.number(),
  /** Reports of running LIVEs to their hub. */
  reports: z.number(),
});
export type Tally = z.infer<typeof tallySchema>;

/** Rooms that are to be watched, of one tenant. */
export const watchSchema = z.object({
  tenantId: z.string(),
  rooms: z.array(z.object({ creatorId: z.string(), roomId: z.string() })),
});
export type Watch = z.infer<typeof watchSchema>;

/** What was done between two tallies; of what lies stored, how much it grew. */
export function between(before: Tally, after: Tally): Tally {
  const minus = <Of extends Record<string, number>>(later: Of, earlier: Of): Of =>
    Object.assign(
      { ...later },
      Object.fromEntries(Object.keys(later).map((key) => [key, (later[key] ?? 0) - (earlier[key] ?? 0)])),
    );
  return {
    tracker: minus(after.tracker, before.tracker),
    hub: minus(after.hub, before.hub),
    d1: minus(after.d1, before.d1),
    ticks: after.ticks - before.ticks,
    reports: after.reports - before.reports,
  };
}
