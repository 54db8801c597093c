import { type LiveSessionId, newId } from "../../../domain/ids.ts";
import type { Agency } from "./agency.ts";
import { run } from "./rows.ts";

/** A LIVE that is over, as its tracker would have left it in the database. */
export async function pastLive(home: Agency, creatorId: string, connectionId: string): Promise<LiveSessionId> {
  const id = newId("liveSession");
  const [startedAt, endedAt] = [Date.now() - 7_200_000, Date.now() - 3_600_000];
  await run(
    home,
    `INSERT INTO live_sessions (tenant_id, id, creator_id, connection_id, room_id, state, started_at, ended_at, duration_seconds,
       paused_seconds, diamonds, diamonds_before, diamonds_tracked, diamonds_recovered, witness_streak, witness_delta,
       witness_counter, confidence, confidence_reason, average_viewers, peak_viewers, coverage, minute_count, updated_at)
     VALUES (?, ?, ?, ?, ?, 'ended', ?, ?, 3600, 0, 1234, 0, 1234, 0, 1234, 1234, NULL, 'exact', 'Every gift was heard.',
       25.0, 40, 1.0, 60, ?)`,
    home.tenant.id,
    id,
    creatorId,
    connectionId,
    `7${id.slice(-12)}`,
    startedAt,
    endedAt,
    endedAt,
  );
  return id;
}
