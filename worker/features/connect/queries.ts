import { eq } from "drizzle-orm";
import type { ConnectionId, CreatorId, InviteId, UserId } from "../../../domain/ids.ts";
import { newId } from "../../../domain/ids.ts";
import { retainedUntil } from "../../../domain/retention.ts";
import { invites, oauthTrips } from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

/** An invite with what its page says. */
export interface InviteRow {
  id: InviteId;
  creatorId: CreatorId;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
  voidedAt: number | null;
  agency: string;
  invitedBy: string;
  displayName: string;
  handle: string | null;
}

export const findInvite = (db: TenantDb, id: InviteId): Promise<InviteRow | null> =>
  db
    .sql(
      `SELECT i.id, i.creator_id AS creatorId, i.created_at AS createdAt, i.expires_at AS expiresAt, i.used_at AS usedAt,
         i.voided_at AS voidedAt, t.name AS agency, u.name AS invitedBy, c.display_name AS displayName, c.handle
       FROM invites i
       JOIN tenants t ON t.id = i.tenant_id
       JOIN creators c ON c.tenant_id = i.tenant_id AND c.id = i.creator_id AND c.deleted_at IS NULL
       LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.created_by
       WHERE i.tenant_id = ?1 AND i.id = ?2`,
      id,
    )
    .first<InviteRow>();

/** A new invite; older ones of the creator are void from then on. */
export const insertInvite = (
  db: TenantDb,
  creatorId: CreatorId,
  id: InviteId,
  by: UserId,
  now: number,
): D1PreparedStatement[] => [
  db.sql(
    "UPDATE invites SET voided_at = ?3 WHERE tenant_id = ?1 AND creator_id = ?2 AND used_at IS NULL AND voided_at IS NULL",
    creatorId,
    now,
  ),
  db.insert(invites, { id, creatorId, createdAt: now, createdBy: by, expiresAt: retainedUntil("connectInvite", now) }),
  db.sql(
    "UPDATE creators SET connection_status = 'invited' WHERE tenant_id = ?1 AND id = ?2 AND connection_status IN ('none', 'disconnected', 'revoked')",
    creatorId,
  ),
];

export interface NewTrip {
  stateHash: string;
  inviteId: InviteId;
  browserHash: string;
  verifier: string;
  live: boolean;
  wording: string;
  liveWording: string;
  lang: string;
}

export const insertTrip = (db: TenantDb, trip: NewTrip, now: number): D1PreparedStatement =>
  db.insert(oauthTrips, { ...trip, createdAt: now });

export const findTrip = (db: TenantDb, stateHash: string) => db.first(oauthTrips, eq(oauthTrips.stateHash, stateHash));
export type TripRow = NonNullable<Awaited<ReturnType<typeof findTrip>>>;

/** Single use: of two callbacks at once, one wins. */
export const useTrip = async (db: TenantDb, stateHash: string, now: number): Promise<boolean> =>
  (
    await db
      .sql(
        "UPDATE oauth_trips SET used_at = ?3 WHERE tenant_id = ?1 AND state_hash = ?2 AND used_at IS NULL",
        stateHash,
        now,
      )
      .run()
  ).meta.changes === 1;

export const keepPendingGrant = (db: TenantDb, stateHash: string, sealed: string): D1PreparedStatement =>
  db.update(oauthTrips, { pendingGrant: sealed }, eq(oauthTrips.stateHash, stateHash));

/** Takes a pending grant out of its row: it can be confirmed once. */
export const takePendingGrant = async (db: TenantDb, stateHash: string): Promise<boolean> =>
  (
    await db
      .sql(
        "UPDATE oauth_trips SET pending_grant = NULL WHERE tenant_id = ?1 AND state_hash = ?2 AND pending_grant IS NOT NULL",
        stateHash,
      )
      .run()
  ).meta.changes === 1;

export interface NewConnection {
  id: ConnectionId;
  creatorId: CreatorId;
  inviteId: InviteId;
  stateHash: string;
  openId: string;
  scopes: string;
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: number;
  refreshExpiresAt: number;
  username: string | null;
  wording: string;
  /** Null: LIVE was not ticked. */
  liveWording: string | null;
}

const INVITE_STANDS =
  "EXISTS (SELECT 1 FROM invites i WHERE i.tenant_id = ?1 AND i.id = ?2 AND i.used_at IS NULL AND i.voided_at IS NULL AND i.expires_at > ?3)";

const consentRow = (
  db: TenantDb,
  made: NewConnection,
  kind: "tiktok" | "live",
  wording: string,
  now: number,
): D1PreparedStatement =>
  db.sql(
    `INSERT INTO consents (tenant_id, id, creator_id, connection_id, kind, wording, granted_at)
     SELECT ?1, ?4, ?5, ?6, ?7, ?8, ?3 WHERE ${INVITE_STANDS}`,
    made.inviteId,
    now,
    newId("consent", now),
    made.creatorId,
    made.id,
    kind,
    wording,
  );

/**
 * What a trip comes to, in one batch: the connection, its consents, its place on the roster. Every
 * statement is held to the invite still standing, and the last one consumes it: of two browsers
 * one wins.
 * @returns how many invites were consumed: 1, or 0 when the batch did nothing at all
 */
async function settled(
  db: TenantDb,
  made: NewConnection,
  now: number,
  connection: D1PreparedStatement[],
): Promise<number> {
  const held = [made.inviteId, now] as const;
  const results = await db.batch([
    ...connection,
    consentRow(db, made, "tiktok", made.wording, now),
    ...(made.liveWording === null ? [] : [consentRow(db, made, "live", made.liveWording, now)]),
    db.sql(
      `UPDATE creators SET connection_status = 'active', sync_error = NULL WHERE tenant_id = ?1 AND id = ?4 AND ${INVITE_STANDS}`,
      ...held,
      made.creatorId,
    ),
    db.sql(
      `UPDATE oauth_trips SET connection_id = ?4, pending_grant = NULL WHERE tenant_id = ?1 AND state_hash = ?5 AND ${INVITE_STANDS}`,
      ...held,
      made.id,
      made.stateHash,
    ),
    db.sql(
      "UPDATE invites SET used_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > ?3",
      ...held,
    ),
  ]);
  return results.at(-1)?.meta.changes ?? 0;
}

/** Makes a connection. @returns as {@link settled} */
export const connect = (db: TenantDb, made: NewConnection, now: number): Promise<number> =>
  settled(db, made, now, [
    db.sql(
      `INSERT INTO connections (tenant_id, id, creator_id, status, connected_at, open_id, scopes, access_token, refresh_token,
         access_expires_at, refresh_expires_at, username)
       SELECT ?1, ?4, ?5, 'active', ?3, ?6, ?7, ?8, ?9, ?10, ?11, ?12 WHERE ${INVITE_STANDS}`,
      made.inviteId,
      now,
      made.id,
      made.creatorId,
      made.openId,
      made.scopes,
      made.accessToken,
      made.refreshToken,
      made.accessExpiresAt,
      made.refreshExpiresAt,
      made.username,
    ),
  ]);

/** Renews a connection that stands: same account, new tokens and consents, the figures stay. @returns as {@link settled} */
export const renew = (db: TenantDb, made: NewConnection, now: number): Promise<number> =>
  settled(db, made, now, [
    db.sql(
      `UPDATE connections SET status = 'active', scopes = ?5, access_token = ?6, refresh_token = ?7, access_expires_at = ?8,
         refresh_expires_at = ?9, username = coalesce(?10, username), purge_due_at = NULL, sync_error = NULL
       WHERE tenant_id = ?1 AND id = ?4 AND ended_at IS NULL AND ${INVITE_STANDS}`,
      made.inviteId,
      now,
      made.id,
      made.scopes,
      made.accessToken,
      made.refreshToken,
      made.accessExpiresAt,
      made.refreshExpiresAt,
      made.username,
    ),
    db.sql(
      `UPDATE consents SET withdrawn_at = ?3 WHERE tenant_id = ?1 AND connection_id = ?4 AND withdrawn_at IS NULL AND ${INVITE_STANDS}`,
      made.inviteId,
      now,
      made.id,
    ),
  ]);

/** The creator's connection that stands, with whose account it is. */
export const standing = (
  db: TenantDb,
  creatorId: CreatorId,
): Promise<{ id: ConnectionId; openId: string | null; connectedAt: number } | null> =>
  db
    .sql(
      "SELECT id, open_id AS openId, connected_at AS connectedAt FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 AND ended_at IS NULL",
      creatorId,
    )
    .first();
