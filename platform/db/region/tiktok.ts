import { sql } from "drizzle-orm";
import { foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { creators } from "./creators.ts";

/** An invitation of a creator to connect. Its link is made from the id and a key (`links.ts`): none is stored. */
export const invites = sqliteTable(
  "invites",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    creatorId: text("creator_id").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    /** A newer invite took its place. */
    voidedAt: integer("voided_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("invites_by_creator").on(table.tenantId, table.creatorId, table.createdAt),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);

/** One trip to TikTok's consent screen: single use, ten minutes, bound to a browser by a cookie. */
export const oauthTrips = sqliteTable(
  "oauth_trips",
  {
    tenantId: text("tenant_id").notNull(),
    stateHash: text("state_hash").notNull(),
    inviteId: text("invite_id").notNull(),
    /** SHA-256 of the secret in the browser's cookie. */
    browserHash: text("browser_hash").notNull(),
    /** Sealed: the PKCE verifier. */
    verifier: text("verifier").notNull(),
    /** The creator ticked LIVE before leaving. */
    live: integer("live", { mode: "boolean" }).notNull(),
    /** The wordings that were on the page, and its language. */
    wording: text("wording").notNull(),
    liveWording: text("live_wording").notNull(),
    lang: text("lang").notNull(),
    createdAt: integer("created_at").notNull(),
    usedAt: integer("used_at"),
    /** Sealed grant of an account that is not the roster's handle, until the creator confirms. */
    pendingGrant: text("pending_grant"),
    /** What came of it: a reload of the callback leads here. */
    connectionId: text("connection_id"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.stateHash] }),
    index("oauth_trips_by_age").on(table.createdAt),
    foreignKey({ columns: [table.tenantId, table.inviteId], foreignColumns: [invites.tenantId, invites.id] }),
  ],
);

/**
 * A creator's TikTok connection. After a purge the row stays as a tombstone: ids, state and
 * dates of our own; every column that came from TikTok is null (`derived.ts`).
 *
 * `generation` guards writes: it is raised when a connection ends, and whoever brings news
 * from TikTok names the generation it was sent out under.
 */
export const connections = sqliteTable(
  "connections",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    creatorId: text("creator_id").notNull(),
    generation: integer("generation").notNull().default(1),
    status: text("status", { enum: ["active", "expired", "revoked", "disconnected"] }).notNull(),
    connectedAt: integer("connected_at").notNull(),
    endedAt: integer("ended_at"),
    endReason: text("end_reason"),
    purgeDueAt: integer("purge_due_at"),
    purgedAt: integer("purged_at"),
    certificateId: text("certificate_id"),
    /** true, false or pending: whether TikTok confirmed that the tokens are dead. */
    revoked: text("revoked", { enum: ["true", "false", "pending"] }),
    /** JSON, what the purge deleted: counts only. */
    deletedCounts: text("deleted_counts"),

    openId: text("open_id"),
    unionId: text("union_id"),
    scopes: text("scopes"),
    /** Sealed by the vault; never leave it in clear. */
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    accessExpiresAt: integer("access_expires_at"),
    refreshExpiresAt: integer("refresh_expires_at"),

    username: text("username"),
    displayName: text("display_name"),
    avatarUrl: text("avatar_url"),
    bio: text("bio"),
    followers: integer("followers"),
    following: integer("following"),
    likes: integer("likes"),
    videoCount: integer("video_count"),

    lastSyncAt: integer("last_sync_at"),
    /** Code of the last sync's failure; null when it worked. */
    syncError: text("sync_error"),
    nextSyncAt: integer("next_sync_at"),
    fullVideosAt: integer("full_videos_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    // At most one connection of a creator is open at a time.
    uniqueIndex("connections_open").on(table.tenantId, table.creatorId).where(sql`ended_at is null`),
    index("connections_by_creator").on(table.tenantId, table.creatorId, table.connectedAt),
    index("connections_unpurged").on(table.purgeDueAt).where(sql`purged_at is null and purge_due_at is not null`),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);

/** What a creator agreed to, with the wording that was on the screen. */
export const consents = sqliteTable(
  "consents",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    creatorId: text("creator_id").notNull(),
    connectionId: text("connection_id").notNull(),
    kind: text("kind", { enum: ["tiktok", "live"] }).notNull(),
    wording: text("wording").notNull(),
    grantedAt: integer("granted_at").notNull(),
    withdrawnAt: integer("withdrawn_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("consents_standing")
      .on(table.tenantId, table.connectionId, table.kind)
      .where(sql`withdrawn_at is null`),
    index("consents_by_creator").on(table.tenantId, table.creatorId, table.grantedAt),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);

/** A creator's profile counts, one row a day: the day's last. WITHOUT ROWID. */
export const snapshots = sqliteTable(
  "snapshots",
  {
    tenantId: text("tenant_id").notNull(),
    creatorId: text("creator_id").notNull(),
    /** `YYYY-MM-DD` in the tenant's metrics time zone. */
    day: text("day").notNull(),
    connectionId: text("connection_id").notNull(),
    followers: integer("followers"),
    following: integer("following"),
    likes: integer("likes"),
    videos: integer("videos"),
    takenAt: integer("taken_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.creatorId, table.day] }),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);

/** A public video. Keyed by time so that the newest are one range. WITHOUT ROWID. */
export const videos = sqliteTable(
  "videos",
  {
    tenantId: text("tenant_id").notNull(),
    creatorId: text("creator_id").notNull(),
    createdAt: integer("created_at").notNull(),
    /** TikTok's id: digits beyond 2^53, hence text. */
    id: text("id").notNull(),
    connectionId: text("connection_id").notNull(),
    title: text("title"),
    coverUrl: text("cover_url"),
    /** TikTok signs covers for six hours. */
    coverAt: integer("cover_at").notNull(),
    embedUrl: text("embed_url"),
    durationSeconds: integer("duration_seconds"),
    views: integer("views"),
    likes: integer("likes"),
    comments: integer("comments"),
    shares: integer("shares"),
    seenAt: integer("seen_at").notNull(),
    /** Full passes in a row that did not show it; two hide it. */
    missed: integer("missed").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.creatorId, table.createdAt, table.id] }),
    foreignKey({ columns: [table.tenantId, table.creatorId], foreignColumns: [creators.tenantId, creators.id] }),
  ],
);
