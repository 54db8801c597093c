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
}

interface HolderRow {
  userId: UserId;
  role: Role;
  /** The person's own role. */
  lender: Role;
  team: string | null;
}

const toHolder = ({ userId, role, lender, team }: HolderRow): Holder => ({
  userId,
  role,
  rights: rightsOf(role, lender),
  team,
});

// The primary keys of both tables and of users': two rows, whatever the tenant's size.
const SESSION_SQL = `
  SELECT s.user_id AS userId, u.role AS role, u.role AS lender, u.team AS team
  FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
  WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.revoked_at IS NULL AND s.expires_at > ?3 AND u.state = 'active'`;

const KEY_SQL = `
  SELECT u.id AS userId, k.role AS role, u.role AS lender, u.team AS team,
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

/** Of somebody who was let in before, and has something open since. */
export const holderOf = async (db: TenantDb, credential: SessionId | ApiKeyId, now: number): Promise<Holder | null> =>
  isId("apiKey", credential)
    ? ((await keyHolder(db, credential, now))?.holder ?? null)
    : sessionHolder(db, credential, now);
