import { type CreatorId, type LiveSessionId, newId } from "../../domain/ids.ts";
import { dayOf, splitByDay } from "../../domain/metrics/days.ts";
import { union, without } from "../../domain/metrics/hours.ts";
import type { TenantDb } from "../../platform/db/tenant-db.ts";
import { STANDS } from "../hub/context.ts";
import { type Curve, type CurveColumn, curveOf, packMinutes } from "../webcast/minutes.ts";
import type { LiveSession } from "../webcast/session.ts";
import type { WatchTarget } from "./watch.ts";

/** What a LIVE leaves in D1: one row a session, and what its days come to. */

const DAY_MS = 86_400_000;
/** The figures of a list look back so far. */
const FIGURES_DAYS = 28;

/**
 * The same room is one session: the id of the row that it has, or a new one. A room that was
 * tracked before has had `diamonds` already; 0 when it was not.
 */
export async function sessionOfRoom(
  db: TenantDb,
  creatorId: CreatorId,
  roomId: string,
): Promise<{ sessionId: LiveSessionId; diamonds: number }> {
  const row = await db
    .sql(
      "SELECT id AS sessionId, diamonds FROM live_sessions WHERE tenant_id = ?1 AND creator_id = ?2 AND room_id = ?3",
      creatorId,
      roomId,
    )
    .first<{ sessionId: LiveSessionId; diamonds: number }>();
  return row ?? { sessionId: newId("liveSession"), diamonds: 0 };
}

/**
 * Upserts the session's row, if its connection still stands.
 * @param knownStart the start that the row is known to hold: naming it again would write two index rows more
 */
export function sessionRow(
  db: TenantDb,
  target: WatchTarget,
  sessionId: LiveSessionId,
  session: LiveSession,
  knownStart: number | null,
): D1PreparedStatement {
  const summary = session.summary();
  const kept = new Set(["creator_id", "room_id", ...(knownStart === summary.startedAt ? ["started_at"] : [])]);
  const minutes = session.minutes();
  const columns = {
    creator_id: target.creatorId,
    room_id: target.roomId,
    state: summary.state,
    started_at: summary.startedAt,
    ended_at: summary.endedAt,
    duration_seconds: summary.durationSeconds,
    paused_seconds: summary.pausedSeconds,
    diamonds: summary.diamonds,
    diamonds_before: summary.diamondsBefore,
    diamonds_tracked: summary.diamondsTracked,
    diamonds_recovered: summary.diamondsRecovered,
    witness_streak: summary.diamondsByWitness.streak,
    witness_delta: summary.diamondsByWitness.delta,
    witness_counter: summary.diamondsByWitness.counter,
    confidence: summary.confidence,
    confidence_reason: summary.confidenceReason,
    average_viewers: summary.averageViewers,
    peak_viewers: summary.peakViewers,
    peak_at: summary.peakAt,
    coverage: summary.coverage,
    minute_count: minutes.length,
    curve: packMinutes(minutes),
    curve_step: 60,
    updated_at: Date.now(),
  };
  const names = Object.keys(columns);
  const marks = names.map((_, at) => `?${at + 5}`).join(", ");
  const updates = names.filter((column) => !kept.has(column)).map((column) => `${column} = excluded.${column}`);
  return db.sql(
    `INSERT INTO live_sessions (tenant_id, connection_id, id, ${names.join(", ")}) SELECT ?1, ?2, ?4, ${marks} WHERE ${STANDS}
     ON CONFLICT (tenant_id, creator_id, room_id) DO UPDATE SET connection_id = excluded.connection_id, ${updates.join(", ")}`,
    target.connectionId,
    target.generation,
    sessionId,
    ...Object.values(columns),
  );
}

type SessionForDays = {
  startedAt: number;
  endedAt: number | null;
  updatedAt: number;
  diamondsBefore: number;
  curve: CurveColumn;
};

/** Paused minutes are no LIVE time. */
const pausesOf = ({ minutes, step }: Curve) =>
  union(minutes.filter(({ state }) => state === "paused").map(({ at }) => ({ from: at, to: at + step * 1000 })));

/** Works out anew what the days that a session touched come to, from all sessions around them. */
export async function settleDays(
  db: TenantDb,
  target: WatchTarget,
  around: { from: number; to: number },
): Promise<void> {
  const zone =
    (await db.sql("SELECT metrics_time_zone AS zone FROM tenants WHERE id = ?1").first<{ zone: string }>())?.zone ??
    "UTC";
  const { results } = await db
    .sql(
      `SELECT started_at AS startedAt, ended_at AS endedAt, updated_at AS updatedAt, diamonds_before AS diamondsBefore, curve
       FROM live_sessions WHERE tenant_id = ?1 AND creator_id = ?2 AND started_at >= ?3 AND started_at <= ?4`,
      target.creatorId,
      around.from - 2 * DAY_MS,
      around.to + DAY_MS,
    )
    .all<SessionForDays>();

  const diamonds = new Map<string, number>();
  const add = (at: number, amount: number): void => {
    const day = dayOf(at, zone);
    diamonds.set(day, (diamonds.get(day) ?? 0) + amount);
  };
  const intervals = results.flatMap((row) => {
    const curve = curveOf(row.curve);
    add(row.startedAt, row.diamondsBefore);
    for (const minute of curve.minutes) add(minute.at, minute.diamonds);
    return without({ from: row.startedAt, to: row.endedAt ?? row.updatedAt }, pausesOf(curve));
  });
  const seconds = splitByDay(intervals, zone);

  const touched = new Set([dayOf(around.from, zone), dayOf(around.to, zone)]);
  for (let at = around.from; at < around.to; at += DAY_MS) touched.add(dayOf(at, zone));
  const days = [...touched].map((day) => [day, diamonds.get(day) ?? 0, Math.round((seconds.get(day) ?? 0) / 1000)]);
  await db.batch([
    db.sql(
      `INSERT INTO creator_days (tenant_id, creator_id, day, source, connection_id, diamonds, live_seconds, updated_at)
       SELECT ?1, ?4, d.value ->> 0, 'live', ?2, d.value ->> 1, d.value ->> 2, ?5 FROM json_each(?6) d WHERE ${STANDS}
       ON CONFLICT (tenant_id, creator_id, day, source) DO UPDATE SET connection_id = excluded.connection_id,
         diamonds = excluded.diamonds, live_seconds = excluded.live_seconds, updated_at = excluded.updated_at`,
      target.connectionId,
      target.generation,
      target.creatorId,
      Date.now(),
      JSON.stringify(days),
    ),
    figuresRow(db, target, zone),
  ]);
}

/** The list's LIVE figures of the last 28 days; null where nothing was tracked. */
function figuresRow(db: TenantDb, target: WatchTarget, zone: string): D1PreparedStatement {
  const days = "FROM creator_days d WHERE d.tenant_id = ?1 AND d.creator_id = ?4 AND d.source = 'live' AND d.day > ?5";
  return db.sql(
    `UPDATE creators SET diamonds_28d = (SELECT sum(d.diamonds) ${days}), live_seconds_28d = (SELECT sum(d.live_seconds) ${days}),
       last_live_at = (SELECT max(coalesce(s.ended_at, s.updated_at)) FROM live_sessions s WHERE s.tenant_id = ?1 AND s.creator_id = ?4)
     WHERE tenant_id = ?1 AND id = ?4 AND ${STANDS}`,
    target.connectionId,
    target.generation,
    target.creatorId,
    dayOf(Date.now() - FIGURES_DAYS * DAY_MS, zone),
  );
}
