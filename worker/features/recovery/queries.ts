import type { MailLinkId, UserId } from "../../../domain/ids.ts";
import { mailLinks } from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

export type LinkKind = "reset" | "verify" | "change_old" | "change_new";

export interface MailLinkRow {
  id: MailLinkId;
  userId: UserId;
  kind: LinkKind;
  /** The address that is verified or moved to. */
  email: string;
  createdAt: number;
  expiresAt: number;
}

export const insertLink = (db: TenantDb, row: MailLinkRow): D1PreparedStatement => db.insert(mailLinks, row);

/** A link that may still do something, or did it already. */
export const findLink = (
  db: TenantDb,
  id: MailLinkId,
  now: number,
): Promise<(MailLinkRow & { usedAt: number | null }) | null> =>
  db
    .sql(
      `SELECT id, user_id AS userId, kind, email, created_at AS createdAt, expires_at AS expiresAt, used_at AS usedAt
       FROM mail_links WHERE tenant_id = ?1 AND id = ?2 AND voided_at IS NULL AND expires_at > ?3`,
      id,
      now,
    )
    .first<MailLinkRow & { usedAt: number | null }>();

/** Every link that a person was sent and that is still kept, the newest first. */
export const linksOf = async (
  db: TenantDb,
  userId: string,
): Promise<(Omit<MailLinkRow, "userId"> & { usedAt: number | null })[]> =>
  (
    await db
      .sql(
        `SELECT id, kind, email, created_at AS createdAt, expires_at AS expiresAt, used_at AS usedAt
         FROM mail_links WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY id DESC`,
        userId,
      )
      .all<Omit<MailLinkRow, "userId"> & { usedAt: number | null }>()
  ).results;

/** The first use's time stays. */
export const markUsed = (db: TenantDb, id: MailLinkId, now: number): D1PreparedStatement =>
  db.sql("UPDATE mail_links SET used_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND used_at IS NULL", id, now);

/** How many links of a kind a person was sent since `since`. Index mail_links_by_user. */
export const linksSince = async (db: TenantDb, userId: string, kind: LinkKind, since: number): Promise<number> =>
  (
    await db
      .sql(
        "SELECT count(*) AS sent FROM mail_links WHERE tenant_id = ?1 AND user_id = ?2 AND kind = ?3 AND created_at > ?4",
        userId,
        kind,
        since,
      )
      .first<{ sent: number }>()
  )?.sent ?? 0;

/** Those of a kind open nothing from now on. */
export const voidLinks = (db: TenantDb, userId: string, kinds: readonly LinkKind[], now: number): D1PreparedStatement =>
  db.sql(
    `UPDATE mail_links SET voided_at = ?4 WHERE tenant_id = ?1 AND user_id = ?2
       AND kind IN (SELECT value FROM json_each(?3)) AND voided_at IS NULL`,
    userId,
    JSON.stringify(kinds),
    now,
  );

/** The two links of a move to another address that is under way. */
export const changeLinks = async (
  db: TenantDb,
  userId: string,
  now: number,
): Promise<{ kind: "change_old" | "change_new"; email: string; expiresAt: number; usedAt: number | null }[]> =>
  (
    await db
      .sql(
        `SELECT kind, email, expires_at AS expiresAt, used_at AS usedAt FROM mail_links
         WHERE tenant_id = ?1 AND user_id = ?2 AND kind IN ('change_old', 'change_new') AND voided_at IS NULL AND expires_at > ?3`,
        userId,
        now,
      )
      .all<{ kind: "change_old" | "change_new"; email: string; expiresAt: number; usedAt: number | null }>()
  ).results;

/**
 * A new password by a link, which is used up, and the end of every session: one transaction, in
 * which only the first of two does anything. Who got the link's mail has the address.
 * @returns statements whose first changes one row when the link was good, and whose second returns the sessions that ended
 */
export function resetStatements(
  db: TenantDb,
  { id, userId }: MailLinkRow,
  passwordHash: string,
  now: number,
): D1PreparedStatement[] {
  const good =
    "EXISTS (SELECT 1 FROM mail_links WHERE tenant_id = ?1 AND id = ?3 AND used_at IS NULL AND voided_at IS NULL)";
  return [
    db.sql(
      `UPDATE users SET password_hash = ?4, email_verified_at = coalesce(email_verified_at, ?5)
       WHERE tenant_id = ?1 AND id = ?2 AND state = 'active' AND ${good}`,
      userId,
      id,
      passwordHash,
      now,
    ),
    db.sql(
      `UPDATE sessions SET revoked_at = ?4
       WHERE tenant_id = ?1 AND user_id = ?2 AND revoked_at IS NULL AND expires_at > ?4 AND ${good} RETURNING id`,
      userId,
      id,
      now,
    ),
    markUsed(db, id, now),
    voidLinks(db, userId, ["reset"], now),
  ];
}

export const verifyEmail = (db: TenantDb, userId: string, email: string, now: number): D1PreparedStatement =>
  db.sql(
    `UPDATE users SET email_verified_at = coalesce(email_verified_at, ?4) WHERE tenant_id = ?1 AND id = ?2 AND email = ?3`,
    userId,
    email,
    now,
  );

/**
 * The move to an address that both ends confirmed, and the end of every link that went to the one
 * before. Nothing moves once it was called off, or its person let go.
 * @returns statements whose first changes one row when it moved
 */
export const moveEmail = (db: TenantDb, userId: string, email: string, now: number): D1PreparedStatement[] => [
  db.sql(
    `UPDATE users SET email = ?3, email_verified_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND state = 'active'
       AND (SELECT count(*) FROM mail_links WHERE tenant_id = ?1 AND user_id = ?2 AND email = ?3 AND voided_at IS NULL
              AND used_at IS NOT NULL AND kind IN ('change_old', 'change_new')) = 2`,
    userId,
    email,
    now,
  ),
  voidLinks(db, userId, ["reset", "verify", "change_old", "change_new"], now),
];
