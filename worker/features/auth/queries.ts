import { eq } from "drizzle-orm";
import type { SessionId, UserId } from "../../../domain/ids.ts";
import type { Account } from "../../../domain/records/account.ts";
import type { MemberState } from "../../../domain/records/member.ts";
import { sessions, users } from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { Client } from "../../http/client.ts";

export interface NewTenant {
  agency: string;
  termsVersion: string;
  user: { id: UserId; name: string; email: string; passwordHash: string };
}

/** Second step of registering: the tenant and its first owner, together. Repeating it changes nothing. */
export const insertTenant = (db: TenantDb, tenant: NewTenant, now: number): D1PreparedStatement[] => [
  db.sql(
    "INSERT INTO tenants (id, name, state, terms_version, created_at) VALUES (?1, ?2, 'trial', ?3, ?4) ON CONFLICT DO NOTHING",
    tenant.agency,
    tenant.termsVersion,
    now,
  ),
  db.insert(users, { ...tenant.user, role: "owner", createdAt: now, lastActiveAt: now }),
];

export interface UserRow {
  id: UserId;
  name: string;
  email: string;
  passwordHash: string;
  state: MemberState | "left";
  /** When the address was shown to be theirs, ms since epoch. */
  emailVerifiedAt: number | null;
  /** Sealed; null without a second factor. */
  totpSecret: string | null;
  totpPending: string | null;
}

export const findUser = (db: TenantDb, id: string): Promise<UserRow | null> =>
  db
    .sql(
      `SELECT id, name, email, password_hash AS passwordHash, state, email_verified_at AS emailVerifiedAt,
         totp_secret AS totpSecret, totp_pending AS totpPending
       FROM users WHERE tenant_id = ?1 AND id = ?2`,
      id,
    )
    .first<UserRow>();

export const findAccount = async (db: TenantDb, userId: string): Promise<Account | null> => {
  const row = await db
    .sql(
      `SELECT u.id, u.name, u.email, t.name AS agency, t.metrics_time_zone AS metricsTimeZone
       FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.tenant_id = ?1 AND u.id = ?2`,
      userId,
    )
    .first<{ id: string; name: string; email: string; agency: string; metricsTimeZone: string }>();
  if (!row) return null;
  return {
    user: { id: row.id, name: row.name, email: row.email },
    tenant: { id: db.tenantId, name: row.agency, region: db.region, metricsTimeZone: row.metricsTimeZone },
  };
};

export interface NewSession extends Client {
  id: SessionId;
  userId: UserId;
  refreshHash: string;
}

// When a session ends, the tenant's limits say: read in the same statement, so that none outlives them.
const HOUR_MS = 3_600_000;

/** A session of somebody who just showed who they are; none for who was suspended or let go meanwhile. */
export const insertSession = (db: TenantDb, session: NewSession, now: number): D1PreparedStatement =>
  db.sql(
    `INSERT INTO sessions (tenant_id, id, user_id, refresh_hash, ip, agent, country, rotated_at, created_at, stepped_up_at, expires_at)
     SELECT t.id, ?2, u.id, ?4, ?5, ?6, ?7, ?8, ?8, ?8, ?8 + min(t.idle_hours, t.absolute_hours) * ${HOUR_MS}
     FROM tenants t JOIN users u ON u.tenant_id = t.id AND u.id = ?3 AND u.state = 'active' WHERE t.id = ?1`,
    session.id,
    session.userId,
    session.refreshHash,
    session.ip,
    session.agent,
    session.country,
    now,
  );

/** A browser of theirs signed in, or renewed its session. */
export const seenNow = (db: TenantDb, userId: string, now: number): D1PreparedStatement =>
  db.sql("UPDATE users SET last_active_at = ?3 WHERE tenant_id = ?1 AND id = ?2", userId, now);

export const findSession = (db: TenantDb, id: SessionId) => db.first(sessions, eq(sessions.id, id));

/** Moves to a new refresh token, only from the one that was shown: of two at once, one wins. */
export const rotateSession = (
  db: TenantDb,
  id: SessionId,
  { from, to }: { from: string; to: string },
  { ip, agent, country }: Client,
  now: number,
): D1PreparedStatement =>
  db.sql(
    `UPDATE sessions SET refresh_hash = ?4, previous_hash = ?3, rotated_at = ?5, ip = ?6, agent = ?7, country = ?8,
       expires_at = (SELECT min(?5 + idle_hours * ${HOUR_MS}, sessions.created_at + absolute_hours * ${HOUR_MS})
                     FROM tenants WHERE id = ?1)
     WHERE tenant_id = ?1 AND id = ?2 AND refresh_hash = ?3 AND revoked_at IS NULL`,
    id,
    from,
    to,
    now,
    ip,
    agent,
    country,
  );

export const revokeSession = (db: TenantDb, id: SessionId, now: number): D1PreparedStatement =>
  db.update(sessions, { revokedAt: now }, eq(sessions.id, id));
