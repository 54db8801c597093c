import type { InvitationId, UserId } from "../../../domain/ids.ts";
import type { InvitationMail } from "../../../domain/records/member.ts";
import { retainedUntil } from "../../../domain/retention.ts";
import type { Role } from "../../../domain/roles.ts";
import { invitations } from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { insertSession, type NewSession } from "../auth/queries.ts";

/** An invitation's row; times are ms since epoch. */
export interface InvitationRow {
  id: InvitationId;
  email: string;
  role: Role;
  team: string | null;
  invitedBy: UserId;
  createdAt: number;
  expiresAt: number;
  mail: InvitationMail;
  mailedAt: number;
  acceptedAt: number | null;
  revokedAt: number | null;
}

const COLUMNS = `i.id, i.email, i.role, i.team, i.invited_by AS invitedBy, i.created_at AS createdAt, i.expires_at AS expiresAt,
  i.mail, i.mailed_at AS mailedAt, i.accepted_at AS acceptedAt, i.revoked_at AS revokedAt`;

/** Neither accepted nor revoked; one that ran out may be sent anew. */
const OPEN = "accepted_at IS NULL AND revoked_at IS NULL";

/** Newest first. */
export const openInvitations = async (db: TenantDb): Promise<InvitationRow[]> =>
  (
    await db
      .sql(`SELECT ${COLUMNS} FROM invitations i WHERE i.tenant_id = ?1 AND ${OPEN} ORDER BY i.id DESC`)
      .all<InvitationRow>()
  ).results;

export const findInvitation = (db: TenantDb, id: InvitationId): Promise<InvitationRow | null> =>
  db.sql(`SELECT ${COLUMNS} FROM invitations i WHERE i.tenant_id = ?1 AND i.id = ?2`, id).first<InvitationRow>();

/** With what its page says. */
export const findOffer = (
  db: TenantDb,
  id: InvitationId,
): Promise<(InvitationRow & { agency: string; inviter: string }) | null> =>
  db
    .sql(
      `SELECT ${COLUMNS}, t.name AS agency, u.name AS inviter FROM invitations i
       JOIN tenants t ON t.id = i.tenant_id
       JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.invited_by
       WHERE i.tenant_id = ?1 AND i.id = ?2`,
      id,
    )
    .first();

/** Who of the agency has an address, or is invited at it and has not answered. */
export const holderOf = (db: TenantDb, email: string, now: number): Promise<{ holder: "member" | "invited" } | null> =>
  db
    .sql(
      `SELECT 'member' AS holder FROM users WHERE tenant_id = ?1 AND email = ?2
       UNION ALL SELECT 'invited' FROM invitations WHERE tenant_id = ?1 AND email = ?2 AND ${OPEN} AND expires_at > ?3 LIMIT 1`,
      email,
      now,
    )
    .first();

/** One that ran out without an answer makes room for a new one. */
export const insertInvitation = (
  db: TenantDb,
  { id, email, role, team, invitedBy }: Pick<InvitationRow, "id" | "email" | "role" | "team" | "invitedBy">,
  now: number,
): D1PreparedStatement[] => [
  db.sql(
    `UPDATE invitations SET revoked_at = ?3 WHERE tenant_id = ?1 AND email = ?2 AND ${OPEN} AND expires_at <= ?3`,
    email,
    now,
  ),
  db.insert(invitations, {
    id,
    email,
    role,
    team,
    invitedBy,
    createdAt: now,
    expiresAt: retainedUntil("memberInvitation", now),
    mail: "transient",
    mailedAt: now,
  }),
];

export const noteMail = (db: TenantDb, id: InvitationId, mail: InvitationMail): D1PreparedStatement =>
  db.sql("UPDATE invitations SET mail = ?3 WHERE tenant_id = ?1 AND id = ?2", id, mail);

/** Good for as long as a new one. @returns whether it was: not when it was sent after `before` (ms since epoch) */
export const renewInvitation = async (db: TenantDb, id: InvitationId, before: number, now: number): Promise<boolean> =>
  (
    await db
      .sql(
        `UPDATE invitations SET expires_at = ?3, mailed_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND ${OPEN} AND mailed_at <= ?5`,
        id,
        retainedUntil("memberInvitation", now),
        now,
        before,
      )
      .run()
  ).meta.changes === 1;

export const revokeInvitation = (db: TenantDb, id: InvitationId, now: number): D1PreparedStatement =>
  db.sql(`UPDATE invitations SET revoked_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND ${OPEN}`, id, now);

/**
 * The person, their first session and the end of the invitation, in one batch held to the invitation
 * still standing: of two who accept at once one joins.
 * @returns whether this one did
 */
export async function join(
  db: TenantDb,
  id: InvitationId,
  person: { id: UserId; name: string; passwordHash: string },
  session: NewSession,
  now: number,
): Promise<boolean> {
  const results = await db.batch([
    db.sql(
      // Whoever opens a link that went by mail has the mailbox.
      `INSERT INTO users (tenant_id, id, name, email, password_hash, role, team, state, created_at, last_active_at, email_verified_at)
       SELECT ?1, ?4, ?5, i.email, ?6, i.role, i.team, 'active', ?3, ?3, iif(i.mail = 'sent', ?3, NULL) FROM invitations i
       WHERE i.tenant_id = ?1 AND i.id = ?2 AND i.${OPEN} AND i.expires_at > ?3`,
      id,
      now,
      person.id,
      person.name,
      person.passwordHash,
    ),
    insertSession(db, session, now),
    db.sql(
      `UPDATE invitations SET accepted_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND ${OPEN} AND expires_at > ?3`,
      id,
      now,
    ),
  ]);
  return results.at(-1)?.meta.changes === 1;
}
