import { sql } from "drizzle-orm";
import { foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { INVITATION_MAILS, MEMBER_STATES } from "../../../domain/records/member.ts";
import { SESSION_HOURS } from "../../../domain/records/tenant-security.ts";
import { ROLES } from "../../../domain/roles.ts";

/** Times are ms since epoch, ids are prefixed ULIDs, every key begins with the tenant. */

export const tenants = sqliteTable("tenants", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  state: text("state", { enum: ["trial", "active", "suspended", "closing", "closed"] }).notNull(),
  /** IANA zone in which days are cut. */
  metricsTimeZone: text("metrics_time_zone").notNull().default("UTC"),
  /** Version of the terms that were accepted at registration. */
  termsVersion: text("terms_version").notNull(),
  /** Creators that are not in the trash; kept by triggers, so that a count reads one row. */
  creatorCount: integer("creator_count").notNull().default(0),
  /** How long a session may lie unused, and how long it may live at all. */
  idleHours: integer("idle_hours").notNull().default(SESSION_HOURS.idle.usual),
  absoluteHours: integer("absolute_hours").notNull().default(SESSION_HOURS.absolute.usual),
  /** Whoever has no second factor may only set one up. */
  requireTotp: integer("require_totp", { mode: "boolean" }).notNull().default(false),
  createdAt: integer("created_at").notNull(),
});

/**
 * A person and the membership: an address belongs to one tenant. Who left stays as a name, since what
 * they did is told by it; the address and the password are gone, and the id stands where the address was.
 */
export const users = sqliteTable(
  "users",
  {
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    id: text("id").notNull(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    passwordHash: text("password_hash").notNull(),
    role: text("role", { enum: ROLES }).notNull(),
    team: text("team"),
    state: text("state", { enum: [...MEMBER_STATES, "left"] })
      .notNull()
      .default("active"),
    createdAt: integer("created_at").notNull(),
    /** When a browser of theirs last renewed its session. */
    lastActiveAt: integer("last_active_at"),
    version: integer("version").notNull().default(1),
    /** When the person showed that the address is theirs; null while they did not. */
    emailVerifiedAt: integer("email_verified_at"),
    /** Sealed. The second factor, and the one that waits to be confirmed. */
    totpSecret: text("totp_secret"),
    totpPending: text("totp_pending"),
    /** The newest step whose code was accepted: no code of it or before it is, again. */
    totpStep: integer("totp_step"),
    /** JSON: keyed hashes of the recovery codes that are left. */
    recoveryCodes: text("recovery_codes"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("users_by_email").on(table.tenantId, table.email),
  ],
);

/** An invitation to join the agency. Its link is made from the id and a key (`links.ts`): none is stored. */
export const invitations = sqliteTable(
  "invitations",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    email: text("email").notNull(),
    role: text("role", { enum: ROLES }).notNull(),
    team: text("team"),
    invitedBy: text("invited_by").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** What became of its mail, and when it was last tried. */
    mail: text("mail", { enum: INVITATION_MAILS }).notNull(),
    mailedAt: integer("mailed_at").notNull(),
    acceptedAt: integer("accepted_at"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex("invitations_open")
      .on(table.tenantId, table.email)
      .where(sql`accepted_at is null and revoked_at is null`),
    index("invitations_by_expiry").on(table.expiresAt),
    foreignKey({ columns: [table.tenantId, table.invitedBy], foreignColumns: [users.tenantId, users.id] }),
  ],
);

/** One signed-in browser: a family of rotating refresh tokens. Read on every request: WITHOUT ROWID. */
export const sessions = sqliteTable(
  "sessions",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    /** SHA-256 of the refresh token that is good now, and of the one before it. */
    refreshHash: text("refresh_hash").notNull(),
    previousHash: text("previous_hash"),
    rotatedAt: integer("rotated_at").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    /** Where it was renewed from last; the country as the platform guesses it. */
    ip: text("ip"),
    agent: text("agent"),
    country: text("country"),
    /** When the person last proved who they are; null after that was long ago. */
    steppedUpAt: integer("stepped_up_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.userId], foreignColumns: [users.tenantId, users.id] }),
    index("sessions_by_user").on(table.tenantId, table.userId),
  ],
);

/**
 * What a link in an account mail stands for. The link itself is signed (`platform/links.ts`): a copy of
 * this table opens nothing. Moving to another address takes two, `change_old` and `change_new`.
 */
export const mailLinks = sqliteTable(
  "mail_links",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    userId: text("user_id").notNull(),
    kind: text("kind", { enum: ["reset", "verify", "change_old", "change_new"] }).notNull(),
    /** The address that is verified or moved to. */
    email: text("email").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    voidedAt: integer("voided_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.userId], foreignColumns: [users.tenantId, users.id] }),
    index("mail_links_by_user").on(table.tenantId, table.userId, table.kind),
  ],
);

/** A program's way in: `Authorization: Bearer ek_…`. It acts for who made it, with a role of its own. WITHOUT ROWID. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    role: text("role", { enum: ROLES }).notNull(),
    /** SHA-256 of the secret, which is shown once. */
    secretHash: text("secret_hash").notNull(),
    createdAt: integer("created_at").notNull(),
    /** Whom it acts for: when that person leaves, it dies. */
    createdBy: text("created_by").notNull(),
    lastUsedAt: integer("last_used_at"),
    expiresAt: integer("expires_at"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    foreignKey({ columns: [table.tenantId, table.createdBy], foreignColumns: [users.tenantId, users.id] }),
  ],
);

/** What a POST with an Idempotency-Key answered, for 24 hours. WITHOUT ROWID. */
export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    tenantId: text("tenant_id").notNull(),
    callerId: text("caller_id").notNull(),
    key: text("key").notNull(),
    /** SHA-256 of method, path and body. */
    fingerprint: text("fingerprint").notNull(),
    /** Null while the first request is under way. */
    status: integer("status"),
    body: text("body"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.callerId, table.key] }),
    index("idempotency_by_age").on(table.createdAt).where(sql`status is not null`),
  ],
);
