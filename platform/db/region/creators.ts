import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { LIVE_SOURCES } from "../../../domain/live-message.ts";
import { CONNECTION_STATUSES, CREATOR_STAGES } from "../../../domain/records/creator.ts";
import { tenants } from "./tenancy.ts";

/**
 * The roster. The figures that a list shows (followers, diamonds, connection) are copied here
 * so that a page of creators is one range of one index; they came from TikTok and are
 * registered in `derived.ts`, which is how a purge finds them.
 */
export const creators = sqliteTable(
  "creators",
  {
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    id: text("id").notNull(),
    displayName: text("display_name").notNull(),
    /** The name folded for sorting: no case, no marks, one form per letter. */
    nameKey: text("name_key").notNull(),
    handle: text("handle"),
    /** Keyset pages need a key that is never null. */
    handleKey: text("handle_key").generatedAlwaysAs(sql`coalesce(handle, '')`, { mode: "virtual" }),
    legalName: text("legal_name"),
    email: text("email"),
    phone: text("phone"),
    country: text("country"),
    language: text("language"),
    niche: text("niche"),
    stage: text("stage", { enum: CREATOR_STAGES }).notNull(),
    stageReason: text("stage_reason"),
    tier: text("tier"),
    ownerId: text("owner_id"),
    team: text("team"),
    joinedOn: text("joined_on"),
    contractFrom: text("contract_from"),
    contractTo: text("contract_to"),
    sharePercent: real("share_percent"),
    doNotPitch: text("do_not_pitch"),
    tags: text("tags", { mode: "json" }).$type<string[]>().notNull(),
    custom: text("custom", { mode: "json" }).$type<Record<string, string | number | boolean | null>>().notNull(),
    /** What the search index holds of this row, each word behind the tenant's own prefix. */
    searchTerms: text("search_terms").notNull(),

    connectionStatus: text("connection_status", { enum: CONNECTION_STATUSES }).notNull().default("none"),
    avatarUrl: text("avatar_url"),
    followers: integer("followers"),
    followersKey: integer("followers_key").generatedAlwaysAs(sql`coalesce(followers, -1)`, { mode: "virtual" }),
    diamonds28d: integer("diamonds_28d"),
    liveSeconds28d: integer("live_seconds_28d"),
    lastLiveAt: integer("last_live_at"),
    liveEnabled: integer("live_enabled", { mode: "boolean" }).notNull().default(false),
    /** Who listens to the LIVE room: we do, or a reader of the agency's own that connects in. */
    liveSource: text("live_source", { enum: LIVE_SOURCES }).notNull().default("direct"),
    syncError: text("sync_error"),
    figuresAt: integer("figures_at"),

    version: integer("version").notNull().default(1),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    updatedAt: integer("updated_at").notNull(),
    updatedBy: text("updated_by").notNull(),
    deletedAt: integer("deleted_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("creators_handle_taken")
      .on(table.tenantId, table.handle)
      .where(sql`handle is not null and deleted_at is null`),
    // One index a sort, and one a filter with the default sort. `createdAt` sorts by the id, which is the key.
    index("creators_by_name").on(table.tenantId, table.nameKey, table.id).where(sql`deleted_at is null`),
    index("creators_by_handle").on(table.tenantId, table.handleKey, table.id).where(sql`deleted_at is null`),
    index("creators_by_update").on(table.tenantId, table.updatedAt, table.id).where(sql`deleted_at is null`),
    index("creators_by_followers").on(table.tenantId, table.followersKey, table.id).where(sql`deleted_at is null`),
    index("creators_by_stage").on(table.tenantId, table.stage, table.nameKey, table.id).where(sql`deleted_at is null`),
    index("creators_by_connection")
      .on(table.tenantId, table.connectionStatus, table.nameKey, table.id)
      .where(sql`deleted_at is null`),
    // Who sees only their own, or their team's, sees no other list: one index a sort for them too.
    index("creators_by_owner")
      .on(table.tenantId, table.ownerId, table.nameKey, table.id)
      .where(sql`deleted_at is null`),
    index("creators_by_owner_handle")
      .on(table.tenantId, table.ownerId, table.handleKey, table.id)
      .where(sql`deleted_at is null`),
    index("creators_by_owner_creation").on(table.tenantId, table.ownerId, table.id).where(sql`deleted_at is null`),
    index("creators_by_owner_update")
      .on(table.tenantId, table.ownerId, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    index("creators_by_owner_followers")
      .on(table.tenantId, table.ownerId, table.followersKey, table.id)
      .where(sql`deleted_at is null`),
    index("creators_by_team").on(table.tenantId, table.team, table.nameKey, table.id).where(sql`deleted_at is null`),
    index("creators_by_team_handle")
      .on(table.tenantId, table.team, table.handleKey, table.id)
      .where(sql`deleted_at is null`),
    index("creators_by_team_creation").on(table.tenantId, table.team, table.id).where(sql`deleted_at is null`),
    index("creators_by_team_update")
      .on(table.tenantId, table.team, table.updatedAt, table.id)
      .where(sql`deleted_at is null`),
    index("creators_by_team_followers")
      .on(table.tenantId, table.team, table.followersKey, table.id)
      .where(sql`deleted_at is null`),
  ],
);
