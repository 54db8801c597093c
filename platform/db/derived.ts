import type { getTableColumns } from "drizzle-orm";
import * as region from "./region/index.ts";

/**
 * Which columns hold something that came from TikTok's API or the LIVE listener: the list
 * that a purge works through and that the creator's own page counts. A column that is in no
 * class fails a test, so nothing new can be forgotten.
 */

/** Whole rows that exist only because of TikTok. */
export const TIKTOK_ROWS = {
  snapshots: region.snapshots,
  videos: region.videos,
  live_sessions: region.liveSessions,
  creator_days: region.creatorDays,
} as const;

/** Columns of rows that stay; a purge sets them to null. */
export const TIKTOK_COLUMNS = {
  creators: ["avatar_url", "followers", "diamonds_28d", "live_seconds_28d", "last_live_at", "sync_error", "figures_at"],
  connections: [
    "open_id",
    "union_id",
    "scopes",
    "access_token",
    "refresh_token",
    "access_expires_at",
    "refresh_expires_at",
    "username",
    "display_name",
    "avatar_url",
    "bio",
    "followers",
    "following",
    "likes",
    "video_count",
    "last_sync_at",
    "sync_error",
    "next_sync_at",
    "full_videos_at",
  ],
  oauth_trips: ["pending_grant"],
} as const;

/** Columns that are the agency's or our own: they stay. `*` is the whole table. */
export const OWN_COLUMNS = {
  tenants: "*",
  users: "*",
  invitations: "*",
  sessions: "*",
  api_keys: "*",
  mail_links: "*",
  idempotency_keys: "*",
  invites: "*",
  consents: "*",
  oauth_trips: [
    "tenant_id",
    "state_hash",
    "invite_id",
    "browser_hash",
    "verifier",
    "live",
    "wording",
    "live_wording",
    "lang",
    "created_at",
    "used_at",
    "connection_id",
  ],
  creators: [
    "tenant_id",
    "id",
    "display_name",
    "name_key",
    "handle",
    "handle_key",
    "legal_name",
    "email",
    "phone",
    "country",
    "language",
    "niche",
    "stage",
    "stage_reason",
    "tier",
    "owner_id",
    "team",
    "joined_on",
    "contract_from",
    "contract_to",
    "share_percent",
    "do_not_pitch",
    "tags",
    "custom",
    "search_terms",
    "connection_status",
    // Worked out of `followers`: null there is -1 here.
    "followers_key",
    "live_enabled",
    "live_source",
    "version",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "deleted_at",
  ],
  connections: [
    "tenant_id",
    "id",
    "creator_id",
    "generation",
    "status",
    "connected_at",
    "ended_at",
    "end_reason",
    "purge_due_at",
    "purged_at",
    "certificate_id",
    "revoked",
    "deleted_counts",
  ],
} as const;

export type RegionTable = (typeof region)[keyof typeof region];
export type RegionColumns = ReturnType<typeof getTableColumns<RegionTable>>;
