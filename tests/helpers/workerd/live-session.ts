import { type LiveSessionId, newId } from "../../../domain/ids.ts";
import { packMinutes, type SessionMinute } from "../../../durable/webcast/minutes.ts";
import type { Agency } from "./agency.ts";
import { run } from "./rows.ts";

/** A LIVE of an hour that is over, as its tracker would have left it in the database; without a curve unless given one. */
export async function pastLive(
  home: Agency,
  creatorId: string,
  connectionId: string,
  startedAt = Date.now() - 7_200_000,
  minutes: readonly SessionMinute[] | null = null,
): Promise<LiveSessionId> {
  const id = newId("liveSession");
  const endedAt = startedAt + 3_600_000;
  await run(
    home,
    `INSERT INTO live_sessions (tenant_id, id, creator_id, connection_id, room_id, state, started_at, ended_at, duration_seconds,
       paused_seconds, diamonds, diamonds_before, diamonds_tracked, diamonds_recovered, witness_streak, witness_delta,
       witness_counter, confidence, confidence_reason, average_viewers, peak_viewers, coverage, minute_count, updated_at, curve)
     VALUES (?, ?, ?, ?, ?, 'ended', ?, ?, 3600, 0, 1234, 0, 1234, 0, 1234, 1234, NULL, 'exact', 'Every gift was heard.',
       25.0, 40, 1.0, ?, ?, ?)`,
    home.tenant.id,
    id,
    creatorId,
    connectionId,
    `7${id.slice(-12)}`,
    startedAt,
    endedAt,
    minutes?.length ?? 60,
    endedAt,
    minutes && packMinutes(minutes),
  );
  return id;
}
