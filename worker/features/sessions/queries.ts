import { deviceOf } from "../../../domain/device.ts";
import type { SessionId } from "../../../domain/ids.ts";
import type { SignedInSession } from "../../../domain/records/session.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

export interface SessionRow {
  id: SessionId;
  ip: string | null;
  agent: string | null;
  country: string | null;
  createdAt: number;
  rotatedAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

// Index sessions_by_user. What ended long ago is deleted, so a person has few.
const OF_USER = `SELECT id, ip, agent, country, created_at AS createdAt, rotated_at AS rotatedAt,
  expires_at AS expiresAt, revoked_at AS revokedAt
  FROM sessions WHERE tenant_id = ?1 AND user_id = ?2`;

/** The newest of a person's sessions, ended ones too: the index walked backwards, ids begin with their time. */
export const newestSessionsOf = async (db: TenantDb, userId: string): Promise<SessionRow[]> =>
  (await db.sql(`${OF_USER} ORDER BY id DESC LIMIT 100`, userId).all<SessionRow>()).results;

/** All that are kept, ended ones too, the newest first. */
export const allSessionsOf = async (db: TenantDb, userId: string): Promise<SessionRow[]> =>
  (await db.sql(`${OF_USER} ORDER BY id DESC`, userId).all<SessionRow>()).results;

/** Those that stand, the one used last first. */
export const openSessionsOf = async (db: TenantDb, userId: string, now: number): Promise<SessionRow[]> =>
  (
    await db
      .sql(
        `${OF_USER} AND revoked_at IS NULL AND expires_at > ?3 ORDER BY rotated_at DESC, id DESC LIMIT 200`,
        userId,
        now,
      )
      .all<SessionRow>()
  ).results;

/** Ends a person's sessions but one; `RETURNING` which. @param except the one that stays */
export const endSessionsOf = (db: TenantDb, userId: string, except: string, now: number): D1PreparedStatement =>
  db.sql(
    `UPDATE sessions SET revoked_at = ?4
     WHERE tenant_id = ?1 AND user_id = ?2 AND id <> ?3 AND revoked_at IS NULL AND expires_at > ?4 RETURNING id`,
    userId,
    except,
    now,
  );

const time = (at: number): string => new Date(at).toISOString();

/** @param current the session that asks */
export const toSession = (row: SessionRow, current: string): SignedInSession => ({
  id: row.id,
  device: deviceOf(row.agent),
  ip: row.ip,
  country: row.country,
  createdAt: time(row.createdAt),
  lastSeenAt: time(row.rotatedAt),
  current: row.id === current,
});
