import type { LiveMinute, LiveSessionSummary } from "../../../domain/records/tiktok.ts";
import { type Curve, type CurveColumn, curveOf, type SessionMinute } from "../../../durable/webcast/minutes.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { STANDING } from "../tiktok/queries.ts";

export const SESSION_COLUMNS = `id, creator_id AS creatorId, room_id AS roomId, state, started_at AS startedAt, ended_at AS endedAt,
  duration_seconds AS durationSeconds, paused_seconds AS pausedSeconds, diamonds, diamonds_before AS diamondsBefore,
  diamonds_tracked AS diamondsTracked, diamonds_recovered AS diamondsRecovered, witness_streak AS streak, witness_delta AS delta,
  witness_counter AS counter, confidence, confidence_reason AS confidenceReason, average_viewers AS averageViewers,
  peak_viewers AS peakViewers, peak_at AS peakAt, coverage, updated_at AS updatedAt`;

export type SessionRow = Omit<
  LiveSessionSummary,
  "startedAt" | "endedAt" | "peakAt" | "updatedAt" | "diamondsByWitness"
> & {
  startedAt: number;
  endedAt: number | null;
  peakAt: number | null;
  updatedAt: number;
  streak: number;
  delta: number;
  counter: number | null;
};

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export const toSummary = ({ streak, delta, counter, ...row }: SessionRow): LiveSessionSummary => ({
  ...row,
  startedAt: iso(row.startedAt),
  endedAt: isoOrNull(row.endedAt),
  peakAt: isoOrNull(row.peakAt),
  updatedAt: iso(row.updatedAt),
  diamondsByWitness: { streak, delta, counter },
});

export const toMinute = (minute: SessionMinute): LiveMinute => ({ ...minute, at: iso(minute.at) });

/** Newest first: live_sessions_by_start. */
export const sessionsBefore = async (
  db: TenantDb,
  creatorId: string,
  before: { startedAt: number; id: string } | null,
  limit: number,
): Promise<SessionRow[]> =>
  (
    await db
      .sql(
        `SELECT ${SESSION_COLUMNS} FROM live_sessions WHERE ${STANDING}
           AND (started_at < ?3 OR (started_at = ?3 AND id < ?4)) ORDER BY started_at DESC, id DESC LIMIT ?5`,
        creatorId,
        before?.startedAt ?? Number.MAX_SAFE_INTEGER,
        before?.id ?? "",
        limit,
      )
      .all<SessionRow>()
  ).results;

export const findSession = async (db: TenantDb, id: string): Promise<({ row: SessionRow } & Curve) | null> => {
  const row = await db
    .sql(
      `SELECT ${SESSION_COLUMNS}, curve FROM live_sessions s WHERE tenant_id = ?1 AND id = ?2
         AND EXISTS (SELECT 1 FROM creators c WHERE c.tenant_id = ?1 AND c.id = s.creator_id AND c.deleted_at IS NULL)
         AND EXISTS (SELECT 1 FROM connections k WHERE k.tenant_id = ?1 AND k.id = s.connection_id AND k.ended_at IS NULL)`,
      id,
    )
    .first<SessionRow & { curve: CurveColumn }>();
  if (!row) return null;
  const { curve, ...summary } = row;
  return { row: summary, ...curveOf(curve) };
};
