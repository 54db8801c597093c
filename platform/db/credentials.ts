import { type ApiKeyId, isId, type SessionId, type UserId } from "../../domain/ids.ts";
import type { Acting } from "../../domain/roles.ts";
import type { TenantDb } from "./tenant-db.ts";

/** Who stands behind a session or a key at the moment; null: nobody, it ended, ran out, or its person left. */

export interface Holder extends Acting {
  userId: UserId;
  team: string | null;
}

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
export const sessionHolder = (db: TenantDb, id: SessionId, now: number): Promise<Holder | null> =>
  db.sql(SESSION_SQL, id, now).first<Holder>();

/** As `sessionHolder`; whether the secret that was shown is the key's, the caller compares. */
export const keyHolder = (
  db: TenantDb,
  id: ApiKeyId,
  now: number,
): Promise<(Holder & { secretHash: string; lastUsedAt: number | null }) | null> =>
  db.sql(KEY_SQL, id, now).first<Holder & { secretHash: string; lastUsedAt: number | null }>();

/** What somebody may do who was let in before, and has something open since. */
export const holderOf = (db: TenantDb, credential: SessionId | ApiKeyId, now: number): Promise<Holder | null> =>
  isId("apiKey", credential) ? keyHolder(db, credential, now) : sessionHolder(db, credential, now);
