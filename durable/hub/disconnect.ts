import { eq, getTableName } from "drizzle-orm";
import { type ConnectionId, type CreatorId, ID_PREFIX, type Id } from "../../domain/ids.ts";
import type { Disconnected } from "../../domain/records/tiktok.ts";
import { retainedUntil } from "../../domain/retention.ts";
import { TIKTOK_COLUMNS, TIKTOK_ROWS } from "../../platform/db/derived.ts";
import { keepCertificate, removeAccount } from "../../platform/db/directory-db.ts";
import { connections } from "../../platform/db/region/index.ts";
import type { SqlValue } from "../../platform/db/tenant-db.ts";
import type { HubContext } from "./context.ts";
import type { ConnectionRow } from "./tokens.ts";

/** Why a connection ended. */
export type EndReason =
  | "staff"
  | "creator"
  | "revoked_at_tiktok"
  | "replaced"
  | "expired"
  | `tiktok_${"unknown" | "disconnected" | "deleted" | "age" | "banned"}`;

export type DeletedCounts = Disconnected["deleted"];

const NOTHING: DeletedCounts = { videos: 0, snapshots: 0, sessions: 0, minutes: 0 };

const nulled = (columns: readonly string[]): string => columns.map((column) => `${column} = NULL`).join(", ");

/**
 * Ends a connection: from this batch on every read says so, every figure is hidden and every
 * write that is still in flight is refused by its generation. What is deleted, `purge` deletes.
 * Of several ends at once one wins.
 * @returns the ended row, with its sealed tokens; null when it had ended before
 */
export async function endConnection(
  hub: HubContext,
  connectionId: ConnectionId,
  status: "disconnected" | "revoked",
  reason: EndReason,
): Promise<ConnectionRow | null> {
  const db = hub.db();
  const now = Date.now();
  const results = await db.batch([
    db.sql(
      `UPDATE creators SET connection_status = ?3, live_enabled = 0, ${nulled(TIKTOK_COLUMNS.creators)}
       WHERE tenant_id = ?1 AND id = (SELECT creator_id FROM connections WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL)`,
      connectionId,
      status,
    ),
    db.sql(
      "UPDATE consents SET withdrawn_at = ?3 WHERE tenant_id = ?1 AND connection_id = ?2 AND withdrawn_at IS NULL",
      connectionId,
      now,
    ),
    db.sql(
      `UPDATE connections SET status = ?3, generation = generation + 1, ended_at = ?4, end_reason = ?5, purge_due_at = ?6,
         revoked = ?7 WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL`,
      connectionId,
      status,
      now,
      reason,
      retainedUntil("tiktokAfterDisconnect", now),
      status === "revoked" ? "true" : "pending",
    ),
  ]);
  if (results.at(-1)?.meta.changes !== 1) return null;
  // Read after the end, which no renewal passes: these are the newest tokens.
  return db.first(connections, eq(connections.id, connectionId));
}

/** What a purge deletes, or what its first run did: the counts that the answer and the certificate name. */
export async function toBeDeleted(hub: HubContext, connection: ConnectionRow): Promise<DeletedCounts> {
  if (connection.deletedCounts !== null) return JSON.parse(connection.deletedCounts) as DeletedCounts;
  const its = "WHERE tenant_id = ?1 AND creator_id = ?3 AND connection_id = ?2";
  const counted = await hub
    .db()
    .sql(
      `SELECT (SELECT count(*) FROM videos ${its}) AS videos, (SELECT count(*) FROM snapshots ${its}) AS snapshots,
         (SELECT count(*) FROM live_sessions ${its}) AS sessions,
         (SELECT coalesce(sum(minute_count), 0) FROM live_sessions ${its}) AS minutes`,
      connection.id,
      connection.creatorId,
    )
    .first<DeletedCounts>();
  return counted ?? NOTHING;
}

/**
 * Deletes everything that came from TikTok under one connection, wherever it was copied, and
 * keeps the proof. Works through the registry of `derived.ts`. Idempotent: the counts and the
 * certificate are those of the first run that deleted.
 */
export async function purge(hub: HubContext, connectionId: ConnectionId): Promise<DeletedCounts> {
  const { env, place } = hub;
  const db = hub.db();
  const connection = await db.first(connections, eq(connections.id, connectionId));
  if (!connection || connection.endedAt === null) return NOTHING;

  const deleted = await toBeDeleted(hub, connection);
  const rows = Object.values(TIKTOK_ROWS).map((table) =>
    db.sql(
      `DELETE FROM ${getTableName(table)} WHERE tenant_id = ?1 AND creator_id = ?3 AND connection_id = ?2`,
      connectionId,
      connection.creatorId,
    ),
  );
  await db.batch([
    ...rows,
    db.sql(
      `UPDATE connections SET ${nulled(TIKTOK_COLUMNS.connections)}, deleted_counts = coalesce(deleted_counts, ?3) WHERE tenant_id = ?1 AND id = ?2`,
      connectionId,
      JSON.stringify(deleted),
    ),
    db.sql(
      `UPDATE oauth_trips SET ${nulled(TIKTOK_COLUMNS.oauth_trips)} WHERE tenant_id = ?1 AND connection_id = ?2`,
      connectionId,
    ),
  ]);

  const certificateId = `${ID_PREFIX.certificate}${connectionId.slice(2)}` as Id<"certificate">;
  const completedAt = Date.now();
  await removeAccount(env, place, connectionId);
  await keepCertificate(env, {
    id: certificateId,
    ...place,
    connectionId,
    reason: connection.endReason ?? "unknown",
    requestedAt: connection.endedAt,
    completedAt,
    dueAt: connection.purgeDueAt ?? retainedUntil("tiktokAfterDisconnect", connection.endedAt),
    counts: { ...deleted },
  });
  const done: SqlValue[] = [connectionId, completedAt, certificateId];
  await db
    .sql(
      "UPDATE connections SET purged_at = coalesce(purged_at, ?3), certificate_id = ?4 WHERE tenant_id = ?1 AND id = ?2",
      ...done,
    )
    .run();
  return deleted;
}

/** The creator's connection that stands, if there is one. */
export const standingConnection = (hub: HubContext, creatorId: CreatorId) =>
  hub
    .db()
    .sql(
      `SELECT id AS connectionId, generation, status FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 AND ended_at IS NULL`,
      creatorId,
    )
    .first<{ connectionId: ConnectionId; generation: number; status: "active" | "expired" }>();
