import { type ApiKeyId, isId, type SessionId, type UserId } from "../../domain/ids.ts";
import { type Rights, type Role, rightsOf } from "../../domain/roles.ts";
import type { TenantDb } from "./tenant-db.ts";

/** Who stands behind a session or a key at the moment; null: nobody, it ended, ran out, or its person left. */

export interface Holder {
  userId: UserId;
  role: Role;
  /** What they may do; a key's are no more than its maker's. */
  rights: Rights;
  team: string | null;
  /** When the person last proved who they are, ms since epoch; null for a program. */
  steppedUpAt: number | null;
  /** The agency asks for a second factor and this person has none: they may only set one up. */
  needsTotp: boolean;
}

interface HolderRow {
  userId: UserId;
  role: Role;
  /** The person's own role. */
  lender: Role;
  team: string | null;
  steppedUpAt: number | null;
  needsTotp: number;
}

const toHolder = ({ userId, role, lender, team, steppedUpAt, needsTotp }: HolderRow): Holder => ({
  userId,
  role,
  rights: rightsOf(role, lender),
  team,
  steppedUpAt,
  needsTotp: needsTotp === 1,
});

// The primary keys of sessions, users and tenants: three rows, whatever the tenant's size.
const SESSION_SQL = `
  SELECT s.user_id AS userId, u.role AS role, u.role AS lender, u.team AS team, s.stepped_up_at AS steppedUpAt,
    t.require_totp = 1 AND u.totp_secret IS NULL AS needsTotp
  FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.revoked_at IS NULL AND s.expires_at > ?3 AND u.state = 'active'`;

// A key was made by a person who had shown who they are: it has no second factor to set up.
const KEY_SQL = `
  SELECT u.id AS userId, k.role AS role, u.role AS lender, u.team AS team, NULL AS steppedUpAt, 0 AS needsTotp,
    k.secret_hash AS secretHash, k.last_used_at AS lastUsedAt
  FROM api_keys k JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.created_by
  WHERE k.tenant_id = ?1 AND k.id = ?2 AND k.revoked_at IS NULL AND coalesce(k.expires_at, ?3 + 1) > ?3 AND u.state = 'active'`;

/** @param now ms since epoch */
export async function sessionHolder(db: TenantDb, id: SessionId, now: number): Promise<Holder | null> {
  const row = await db.sql(SESSION_SQL, id, now).first<HolderRow>();
  return row && toHolder(row);
}

export interface KeyHolder {
  holder: Holder;
  /** SHA-256 of the secret: whether it is the one that was shown, the caller compares. */
  secretHash: string;
  /** ms since epoch */
  lastUsedAt: number | null;
}

/** @param now ms since epoch */
export async function keyHolder(db: TenantDb, id: ApiKeyId, now: number): Promise<KeyHolder | null> {
  const row = await db.sql(KEY_SQL, id, now).first<HolderRow & Omit<KeyHolder, "holder">>();
  return row && { holder: toHolder(row), secretHash: row.secretHash, lastUsedAt: row.lastUsedAt };
}

/** Of somebody who was let in before, and has something open since; nobody where they would not be let in now. */
export async function holderOf(db: TenantDb, credential: SessionId | ApiKeyId, now: number): Promise<Holder | null> {
  const holder = isId("apiKey", credential)
    ? (await keyHolder(db, credential, now))?.holder
    : await sessionHolder(db, credential, now);
  return holder && !holder.needsTotp ? holder : null;
}
