import type { ConnectionId, CreatorId } from "../../../domain/ids.ts";
import type { LiveSourceKind } from "../../../domain/live-message.ts";
import type { Disconnected, FollowersOfDay, Video } from "../../../domain/records/tiktok.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

/** The creator's newest connection, without its tokens. Times in ms since epoch. */
export interface ConnectionView {
  id: ConnectionId;
  status: "active" | "expired" | "revoked" | "disconnected";
  connectedAt: number;
  endedAt: number | null;
  purgeDueAt: number | null;
  purgedAt: number | null;
  certificateId: string | null;
  revoked: "true" | "false" | "pending" | null;
  deletedCounts: string | null;
  openId: string | null;
  unionId: string | null;
  scopes: string | null;
  refreshExpiresAt: number | null;
  username: string | null;
  displayName: string | null;
  avatarUrl: string | null;
  bio: string | null;
  followers: number | null;
  following: number | null;
  likes: number | null;
  videoCount: number | null;
  lastSyncAt: number | null;
  syncError: string | null;
}

const CONNECTION = `SELECT id, status, connected_at AS connectedAt, ended_at AS endedAt, purge_due_at AS purgeDueAt, purged_at AS purgedAt,
  certificate_id AS certificateId, revoked, deleted_counts AS deletedCounts, open_id AS openId, union_id AS unionId, scopes,
  refresh_expires_at AS refreshExpiresAt, username, display_name AS displayName, avatar_url AS avatarUrl, bio, followers, following,
  likes, video_count AS videoCount, last_sync_at AS lastSyncAt, sync_error AS syncError FROM connections`;

// connections_by_creator
export const newestConnection = (db: TenantDb, creatorId: string): Promise<ConnectionView | null> =>
  db
    .sql(
      `${CONNECTION} WHERE tenant_id = ?1 AND creator_id = ?2 ORDER BY connected_at DESC, id DESC LIMIT 1`,
      creatorId,
    )
    .first<ConnectionView>();

export const connectionById = (
  db: TenantDb,
  id: ConnectionId,
): Promise<(ConnectionView & { creatorId: CreatorId }) | null> =>
  db
    .sql(
      `${CONNECTION.replace("SELECT id", "SELECT creator_id AS creatorId, id")} WHERE tenant_id = ?1 AND id = ?2`,
      id,
    )
    .first<ConnectionView & { creatorId: CreatorId }>();

/** The invite that may still be used. */
export const openInviteOf = (
  db: TenantDb,
  creatorId: string,
  now: number,
): Promise<{ createdAt: number; expiresAt: number } | null> =>
  db
    .sql(
      `SELECT created_at AS createdAt, expires_at AS expiresAt FROM invites
       WHERE tenant_id = ?1 AND creator_id = ?2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > ?3
       ORDER BY created_at DESC LIMIT 1`,
      creatorId,
      now,
    )
    .first();

export const liveConsent = (
  db: TenantDb,
  connectionId: string,
): Promise<{ grantedAt: number; wording: string } | null> =>
  db
    .sql(
      "SELECT granted_at AS grantedAt, wording FROM consents WHERE tenant_id = ?1 AND connection_id = ?2 AND kind = 'live' AND withdrawn_at IS NULL",
      connectionId,
    )
    .first();

/** Who listens to the creator's LIVE room. */
export const liveSourceOf = async (db: TenantDb, creatorId: string): Promise<LiveSourceKind> =>
  (
    await db
      .sql("SELECT live_source AS source FROM creators WHERE tenant_id = ?1 AND id = ?2", creatorId)
      .first<{ source: LiveSourceKind }>()
  )?.source ?? "direct";

/** Sets whether a creator's LIVEs are tracked and, where it is given, who listens. @returns who listens now */
export const switchTracking = async (
  db: TenantDb,
  creatorId: string,
  enabled: boolean,
  source: LiveSourceKind | undefined,
): Promise<LiveSourceKind> =>
  (
    await db
      .sql(
        `UPDATE creators SET live_enabled = ?3, live_source = coalesce(?4, live_source)
         WHERE tenant_id = ?1 AND id = ?2 RETURNING live_source AS source`,
        creatorId,
        enabled ? 1 : 0,
        source ?? null,
      )
      .first<{ source: LiveSourceKind }>()
  )?.source ?? "direct";

type VideoRow = Omit<Video, "createdAt"> & { createdAt: number; coverAt: number };

/**
 * What came under the connection that stands. From the moment it ends nothing is shown, even
 * where a deletion was cut and waits for its task.
 */
export const STANDING =
  "tenant_id = ?1 AND creator_id = ?2 AND connection_id = (SELECT id FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 AND ended_at IS NULL)";

/** Newest first: the primary key, walked backwards. A video that two full passes did not find is hidden. */
export const recentVideos = async (db: TenantDb, creatorId: string, limit: number): Promise<VideoRow[]> =>
  (
    await db
      .sql(
        `SELECT id, title, cover_url AS coverUrl, cover_at AS coverAt, embed_url AS embedUrl, duration_seconds AS durationSeconds,
           created_at AS createdAt, views, likes, comments, shares
         FROM videos WHERE ${STANDING} AND missed < 2 ORDER BY created_at DESC, id DESC LIMIT ?3`,
        creatorId,
        limit,
      )
      .all<VideoRow>()
  ).results;

export const followersSince = async (db: TenantDb, creatorId: string, day: string): Promise<FollowersOfDay[]> =>
  (
    await db
      .sql(`SELECT day AS date, followers FROM snapshots WHERE ${STANDING} AND day >= ?3 ORDER BY day`, creatorId, day)
      .all<FollowersOfDay>()
  ).results;

/** How much is stored of a creator's: what the own page says. */
export const storedCounts = async (
  db: TenantDb,
  creatorId: string,
): Promise<Disconnected["deleted"] & { firstSnapshot: string | null }> =>
  (await db
    .sql(
      `SELECT (SELECT count(*) FROM videos WHERE ${STANDING}) AS videos,
         (SELECT count(*) FROM snapshots WHERE ${STANDING}) AS snapshots,
         (SELECT min(day) FROM snapshots WHERE ${STANDING}) AS firstSnapshot,
         (SELECT count(*) FROM live_sessions WHERE ${STANDING}) AS sessions,
         (SELECT coalesce(sum(minute_count), 0) FROM live_sessions WHERE ${STANDING}) AS minutes`,
      creatorId,
    )
    .first<Disconnected["deleted"] & { firstSnapshot: string | null }>()) ?? {
    videos: 0,
    snapshots: 0,
    sessions: 0,
    minutes: 0,
    firstSnapshot: null,
  };
