import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The directory: which region and tenant an e-mail address or a TikTok account belongs to.
 * Nothing stands here in clear: addresses and open ids are keyed hashes (`blind-index.ts`).
 */

/** One address belongs to one tenant. `pending` until the region holds the user: registering is two steps. */
export const emails = sqliteTable(
  "emails",
  {
    emailHash: text("email_hash").primaryKey(),
    region: text("region").notNull(),
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    state: text("state", { enum: ["pending", "active"] }).notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    index("emails_pending").on(table.state, table.createdAt),
    index("emails_by_person").on(table.tenantId, table.userId),
  ],
);

/** The connections of a TikTok account: two agencies may each have one. */
export const accounts = sqliteTable(
  "accounts",
  {
    openIdHash: text("open_id_hash").notNull(),
    region: text("region").notNull(),
    tenantId: text("tenant_id").notNull(),
    connectionId: text("connection_id").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.openIdHash, table.tenantId, table.connectionId] })],
);

/** Every tenant, so that the daily cron can walk them. */
export const tenantPlaces = sqliteTable("tenant_places", {
  tenantId: text("tenant_id").primaryKey(),
  region: text("region").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Proof that something was deleted: opaque ids, counts and a hash, no personal data. */
export const certificates = sqliteTable(
  "certificates",
  {
    id: text("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    region: text("region").notNull(),
    connectionId: text("connection_id").notNull(),
    reason: text("reason").notNull(),
    requestedAt: integer("requested_at").notNull(),
    completedAt: integer("completed_at").notNull(),
    dueAt: integer("due_at").notNull(),
    /** JSON: rows deleted by table. */
    counts: text("counts").notNull(),
    /** SHA-256 of the row's other columns and the previous certificate's hash. */
    hash: text("hash").notNull(),
  },
  (table) => [index("certificates_by_tenant").on(table.tenantId, table.completedAt)],
);
