import type { ApiKeyId, UserId } from "../../../domain/ids.ts";
import type { ApiKey } from "../../../domain/records/api-key.ts";
import type { Role } from "../../../domain/roles.ts";
import { apiKeys } from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

/** A key's columns under the API's names, times in ms. The secret's hash is read by `http/api-key.ts` alone. */
const COLUMNS = `id, name, role, created_at AS createdAt, created_by AS createdBy, last_used_at AS lastUsedAt,
  expires_at AS expiresAt, revoked_at AS revokedAt`;

export interface KeyRow {
  id: ApiKeyId;
  name: string;
  role: Role;
  createdAt: number;
  createdBy: UserId;
  lastUsedAt: number | null;
  expiresAt: number | null;
  revokedAt: number | null;
}

const time = (at: number): string => new Date(at).toISOString();
const timeOrNull = (at: number | null): string | null => (at === null ? null : time(at));

export const toKey = (row: KeyRow): ApiKey => ({
  ...row,
  createdAt: time(row.createdAt),
  lastUsedAt: timeOrNull(row.lastUsedAt),
  expiresAt: timeOrNull(row.expiresAt),
  revokedAt: timeOrNull(row.revokedAt),
});

/** Newest first: the primary key, walked backwards; ids begin with their time. */
export const keysBefore = async (db: TenantDb, before: ApiKeyId | null, limit: number): Promise<KeyRow[]> =>
  (
    await db
      .sql(
        `SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3`,
        before ?? "~",
        limit,
      )
      .all<KeyRow>()
  ).results;

/** Those that somebody made, the newest first. */
export const keysMadeBy = async (db: TenantDb, userId: UserId): Promise<KeyRow[]> =>
  (
    await db
      .sql(`SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = ?1 AND created_by = ?2 ORDER BY id DESC`, userId)
      .all<KeyRow>()
  ).results;

export const findKey = (db: TenantDb, id: ApiKeyId): Promise<KeyRow | null> =>
  db.sql(`SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = ?1 AND id = ?2`, id).first<KeyRow>();

export const insertKey = (db: TenantDb, row: KeyRow, secretHash: string): D1PreparedStatement =>
  db.insert(apiKeys, { ...row, secretHash });

/** The first revocation's time stays. */
export const revokeKey = (db: TenantDb, id: ApiKeyId, now: number): D1PreparedStatement =>
  db.sql("UPDATE api_keys SET revoked_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND revoked_at IS NULL", id, now);
