import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { UserId } from "../../../domain/ids.ts";
import type { Member, MemberState } from "../../../domain/records/member.ts";
import { grantable, type Role } from "../../../domain/roles.ts";
import * as region from "../../../platform/db/region/index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

const COLUMNS = "id, name, email, role, team, state, created_at AS createdAt, last_active_at AS lastActiveAt, version";

/** A member's row; times are ms since epoch. */
export interface MemberRow {
  id: UserId;
  name: string;
  email: string;
  role: Role;
  team: string | null;
  state: MemberState;
  createdAt: number;
  lastActiveAt: number | null;
  version: number;
}

const time = (at: number): string => new Date(at).toISOString();

/** @param wholly with what only those see who manage members */
export const toMember = ({ lastActiveAt, ...row }: MemberRow, wholly: boolean): Member => ({
  ...row,
  createdAt: time(row.createdAt),
  ...(wholly ? { lastActiveAt: lastActiveAt === null ? null : time(lastActiveAt) } : {}),
});

// users' primary key: an agency has tens of people. Who left is a name in what they did, and no member.
export const listMembers = async (db: TenantDb): Promise<MemberRow[]> =>
  (
    await db
      .sql(`SELECT ${COLUMNS} FROM users WHERE tenant_id = ?1 AND state <> 'left' ORDER BY name, id`)
      .all<MemberRow>()
  ).results;

export const findMember = (db: TenantDb, id: string): Promise<MemberRow | null> =>
  db.sql(`SELECT ${COLUMNS} FROM users WHERE tenant_id = ?1 AND id = ?2 AND state <> 'left'`, id).first<MemberRow>();

/**
 * An agency always has an owner who can sign in: no statement takes that from `?2` while nobody else is
 * one. The database runs one writer at a time, so of two owners who step down at once one stays.
 */
const NOT_THE_LAST_OWNER = `(role <> 'owner' OR state <> 'active' OR EXISTS (
  SELECT 1 FROM users o WHERE o.tenant_id = ?1 AND o.id <> ?2 AND o.role = 'owner' AND o.state = 'active'))`;

/** Whether nobody else is an owner who can sign in: the statements say it again when they write. */
export const isLastOwner = async (db: TenantDb, userId: UserId): Promise<boolean> =>
  (await db
    .sql(`SELECT 1 FROM users WHERE tenant_id = ?1 AND id = ?2 AND NOT ${NOT_THE_LAST_OWNER}`, userId)
    .first()) !== null;

/** Writes only over the version that was seen, and never takes the last owner. */
const updateMember = (db: TenantDb, before: MemberRow, { role, team, state }: MemberRow): D1PreparedStatement =>
  db.sql(
    `UPDATE users SET role = ?4, team = ?5, state = ?6, version = version + 1
     WHERE tenant_id = ?1 AND id = ?2 AND version = ?3 AND state <> 'left'
       AND ((?4 = 'owner' AND ?6 = 'active') OR ${NOT_THE_LAST_OWNER})`,
    before.id,
    before.version,
    role,
    team,
    state,
  );

const IS = (state: MemberState | "left"): string =>
  `EXISTS (SELECT 1 FROM users u WHERE u.tenant_id = ?1 AND u.id = ?2 AND u.state = '${state}')`;

/** Who was suspended has no session to come back to. */
const endSessions = (db: TenantDb, userId: UserId, now: number): D1PreparedStatement =>
  db.sql(
    `UPDATE sessions SET revoked_at = ?3 WHERE tenant_id = ?1 AND user_id = ?2 AND revoked_at IS NULL AND ${IS("suspended")}`,
    userId,
    now,
  );

/** An invitation is worth what its maker may still give: the others are void. */
const voidInvitations = (db: TenantDb, { id, role, state }: MemberRow, now: number): D1PreparedStatement =>
  db.sql(
    `UPDATE invitations SET revoked_at = ?3
     WHERE tenant_id = ?1 AND invited_by = ?2 AND accepted_at IS NULL AND revoked_at IS NULL
       AND role NOT IN (SELECT value FROM json_each(?4))
       AND EXISTS (SELECT 1 FROM users u WHERE u.tenant_id = ?1 AND u.id = ?2 AND u.role = ?5 AND u.state = ?6)`,
    id,
    now,
    JSON.stringify(state === "active" ? grantable(role) : []),
    role,
    state,
  );

/** Changes a member, with what follows from it. @returns whether anything changed */
export async function changeMember(db: TenantDb, before: MemberRow, after: MemberRow, now: number): Promise<boolean> {
  const [changed] = await db.batch([
    updateMember(db, before, after),
    endSessions(db, before.id, now),
    voidInvitations(db, after, now),
  ]);
  return changed?.meta.changes === 1;
}

const IS_OWNER = (mark: string): string =>
  `EXISTS (SELECT 1 FROM users o WHERE o.tenant_id = ?1 AND o.id = ${mark} AND o.role = 'owner' AND o.state = 'active')`;

/** Makes `to` an owner and `from` an admin, both or neither. @returns whether it did */
export async function handOver(db: TenantDb, from: MemberRow, to: MemberRow, now: number): Promise<boolean> {
  const [, stepped] = await db.batch([
    db.sql(
      `UPDATE users SET role = 'owner', version = version + 1 WHERE tenant_id = ?1 AND id = ?2 AND state = 'active' AND ${IS_OWNER("?3")}`,
      to.id,
      from.id,
    ),
    db.sql(
      `UPDATE users SET role = 'admin', version = version + 1 WHERE tenant_id = ?1 AND id = ?2 AND role = 'owner' AND ${IS_OWNER("?3")}`,
      from.id,
      to.id,
    ),
    voidInvitations(db, { ...from, role: "admin" }, now),
  ]);
  return stepped?.meta.changes === 1;
}

/** Tables whose rows somebody owns: a new record type is found here by its column. */
const OWNED: readonly string[] = Object.values(region).flatMap((table) =>
  is(table, SQLiteTable) && "ownerId" in getTableColumns(table) ? [getTableName(table)] : [],
);

const OWNS_SOMETHING = OWNED.map(
  (table) => `EXISTS (SELECT 1 FROM ${table} WHERE tenant_id = ?1 AND owner_id = ?2)`,
).join(" OR ");

/** How many records somebody owns, those in the trash too. */
export const ownedBy = async (db: TenantDb, userId: UserId): Promise<number> => {
  const counts = OWNED.map((table) => `(SELECT count(*) FROM ${table} WHERE tenant_id = ?1 AND owner_id = ?2)`);
  return (await db.sql(`SELECT ${counts.join(" + ")} AS owned`, userId).first<{ owned: number }>())?.owned ?? 0;
};

/** Ids of the records that somebody owns, those in the trash too, by table. */
export const ownedIds = async (db: TenantDb, userId: UserId): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    await Promise.all(
      OWNED.map(async (table): Promise<[string, string[]]> => {
        const rows = db.sql(`SELECT id FROM ${table} WHERE tenant_id = ?1 AND owner_id = ?2 ORDER BY id`, userId);
        return [table, (await rows.all<{ id: string }>()).results.map(({ id }) => id)];
      }),
    ),
  );

/**
 * Lets a member go: every record of theirs is `heir`'s, every session and key is dead, and nothing is
 * kept of them but their name, in one step.
 * @returns whether they went: not the last owner, not to an heir who went meanwhile, and not without
 *   one where they own anything
 */
export async function release(
  db: TenantDb,
  leaver: MemberRow,
  heir: UserId | null,
  by: UserId,
  now: number,
): Promise<boolean> {
  const left = IS("left");
  const taken =
    heir === null
      ? `NOT (${OWNS_SOMETHING})`
      : "EXISTS (SELECT 1 FROM users h WHERE h.tenant_id = ?1 AND h.id = ?3 AND h.id <> ?2 AND h.state = 'active')";
  const [gone] = await db.batch([
    db.sql(
      `UPDATE users SET state = 'left', email = id, password_hash = '', email_verified_at = NULL, totp_secret = NULL,
         totp_pending = NULL, totp_step = NULL, recovery_codes = NULL, version = version + 1
       WHERE tenant_id = ?1 AND id = ?2 AND state <> 'left' AND ${NOT_THE_LAST_OWNER} AND ${taken}`,
      leaver.id,
      ...(heir === null ? [] : [heir]),
    ),
    ...OWNED.map((table) =>
      db.sql(
        `UPDATE ${table} SET owner_id = ?3, version = version + 1, updated_at = ?4, updated_by = ?5
         WHERE tenant_id = ?1 AND owner_id = ?2 AND ${left}`,
        leaver.id,
        heir,
        now,
        by,
      ),
    ),
    // Where they signed in from is nobody's business any more.
    db.sql(`DELETE FROM sessions WHERE tenant_id = ?1 AND user_id = ?2 AND ${left}`, leaver.id),
    db.sql(
      `UPDATE api_keys SET revoked_at = ?3 WHERE tenant_id = ?1 AND created_by = ?2 AND revoked_at IS NULL AND ${left}`,
      leaver.id,
      now,
    ),
    db.sql(
      `UPDATE invitations SET revoked_at = ?3
       WHERE tenant_id = ?1 AND invited_by = ?2 AND accepted_at IS NULL AND revoked_at IS NULL AND ${left}`,
      leaver.id,
      now,
    ),
    // These have an address of theirs, and so has the one that they came by.
    db.sql(`DELETE FROM mail_links WHERE tenant_id = ?1 AND user_id = ?2 AND ${left}`, leaver.id),
    db.sql(`DELETE FROM invitations WHERE tenant_id = ?1 AND email = ?3 AND ${left}`, leaver.id, leaver.email),
  ]);
  return gone?.meta.changes === 1;
}
