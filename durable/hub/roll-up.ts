import { retainedSince } from "../../domain/retention.ts";
import type { TenantDb } from "../../platform/db/tenant-db.ts";
import { hoursOf } from "../webcast/hours.ts";
import { type CurveColumn, curveOf, packMinutes, type SessionMinute } from "../webcast/minutes.ts";
import { WireError } from "../webcast/wire.ts";

/** LIVEs whose minutes are old enough become LIVEs by the hour: all other figures of theirs stay. */

/** Curves that are read, and written in one transaction. */
export const ROLL_UP_PAGE = 50;
/** So many pages in one turn of the tenant's clock, which has other work too. */
const PAGES = 20;
const NEXT_TURN_MS = 60_000;

/** A curve by the minute, as it lies in its row. */
export interface MinuteCurve {
  id: string;
  updatedAt: number;
  curve: CurveColumn;
}

/**
 * Rolls up what is due, a bounded number of pages of it.
 * @returns when to go on, ms since epoch; null: nothing is left
 */
export async function rollUp(db: TenantDb, now = Date.now()): Promise<number | null> {
  for (let page = 0; page < PAGES; page++) {
    const { results } = await minuteCurves(db, now).all<MinuteCurve>();
    if (results.length > 0) await db.batch(results.map((row) => hourCurve(db, row)));
    if (results.length < ROLL_UP_PAGE) return null;
  }
  return now + NEXT_TURN_MS;
}

/** The page of the oldest that is due: a range of live_sessions_by_minute. Age is counted from a LIVE's start. */
export const minuteCurves = (db: TenantDb, now: number): D1PreparedStatement =>
  db.sql(
    `SELECT id, updated_at AS updatedAt, curve FROM live_sessions
     WHERE tenant_id = ?1 AND curve_step = 60 AND started_at < ?2 ORDER BY started_at LIMIT ?3`,
    retainedSince("liveMinutes", now),
    ROLL_UP_PAGE,
  );

/** Writes a row's hours if it still is as it was read. It only updates: a row that was purged meanwhile stays gone. */
export function hourCurve(db: TenantDb, { id, updatedAt, curve }: MinuteCurve): D1PreparedStatement {
  const hours = hoursIn(curve);
  return db.sql(
    `UPDATE live_sessions SET curve = ?4, curve_step = 3600, minute_count = ?5
     WHERE tenant_id = ?1 AND id = ?2 AND curve_step = 60 AND updated_at = ?3`,
    id,
    updatedAt,
    hours && packMinutes(hours, 3600),
    hours?.length ?? 0,
  );
}

/** A curve that nobody can read is none, and must not hold up the others. */
function hoursIn(curve: CurveColumn): SessionMinute[] | null {
  try {
    return hoursOf(curveOf(curve).minutes);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}
