import type { CreatorId } from "../../../domain/ids.ts";
import type { LiveSession, LiveSessionSummary } from "../../../domain/records/tiktok.ts";
import { liveTracker } from "../../../durable/kit/stubs.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { WorkerEnv } from "../../env.ts";
import { findSession, sessionsBefore, toMinute, toSummary } from "./queries.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** A running session comes from its tracker: D1 is up to a minute behind. */
async function runningOf(env: WorkerEnv, db: TenantDb, creatorId: string): Promise<LiveSession | null> {
  const running = await liveTracker(env, db, creatorId as CreatorId).runningSession();
  if (!running) return null;
  const { sessionId, summary, minutes } = running;
  const { coveredMs, ...figures } = summary;
  return {
    ...figures,
    id: sessionId,
    creatorId,
    startedAt: iso(summary.startedAt),
    endedAt: summary.endedAt === null ? null : iso(summary.endedAt),
    peakAt: summary.peakAt === null ? null : iso(summary.peakAt),
    updatedAt: iso(summary.updatedAt),
    minutes: minutes.map(toMinute),
    step: 60,
  };
}

/** A creator's LIVEs, newest first, the running one included and fresh. */
export async function sessionsOf(
  env: WorkerEnv,
  db: TenantDb,
  creatorId: string,
  before: { startedAt: number; id: string } | null,
  limit: number,
): Promise<LiveSessionSummary[]> {
  const [rows, running] = await Promise.all([
    sessionsBefore(db, creatorId, before, limit),
    before ? null : runningOf(env, db, creatorId),
  ]);
  const stored = rows.map(toSummary);
  if (!running) return stored;
  const { minutes, step, ...summary } = running;
  const others = stored.filter((session) => session.id !== summary.id);
  return [summary, ...others].sort((one, other) => other.startedAt.localeCompare(one.startedAt)).slice(0, limit);
}

/** One LIVE with its minutes; null when it is not there, not the tenant's, or deleted. */
export async function sessionWithMinutes(env: WorkerEnv, db: TenantDb, id: string): Promise<LiveSession | null> {
  const found = await findSession(db, id);
  if (!found) return null;
  const running = found.row.state === "ended" ? null : await runningOf(env, db, found.row.creatorId);
  return running?.id === id
    ? running
    : { ...toSummary(found.row), minutes: found.minutes.map(toMinute), step: found.step };
}
