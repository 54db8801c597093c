/** A report is answered with the time until the next one, ms: quick for few rooms, 2 s for a thousand. */
export const reportInterval = (rooms: number): number =>
  Math.round(Math.min(2_000, 250 + Math.max(0, rooms - 20) * 1.8));

/**
 * Dashboards are told this often, ms. A gift waits for its tracker's report and then for this: the second wait is
 * the shorter one, and rooms that report at different moments still share a frame.
 */
export const tickInterval = (rooms: number): number => Math.min(500, Math.max(100, reportInterval(rooms) / 4));
