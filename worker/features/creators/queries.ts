import type { CreatorId, TenantId, UserId } from "../../../domain/ids.ts";
import type { Creator, CreatorPatch } from "../../../domain/records/creator.ts";
import { fold, searchQuery, searchTerms } from "../../../platform/db/search.ts";
import type { SqlValue, TenantDb } from "../../../platform/db/tenant-db.ts";
import type { ListShape } from "../../records/list.ts";

/** A creator's columns under the API's names; times are ms, flags 0 or 1, tags and custom JSON text. */
const COLUMNS = `id, display_name AS displayName, handle, legal_name AS legalName, email, phone, country, language, niche,
  stage, stage_reason AS stageReason, tier, owner_id AS ownerId, team, joined_on AS joinedOn, contract_from AS contractFrom,
  contract_to AS contractTo, share_percent AS sharePercent, do_not_pitch AS doNotPitch, tags, custom,
  connection_status AS connection, avatar_url AS avatarUrl, followers, diamonds_28d AS diamonds28d,
  live_seconds_28d AS liveSeconds28d, last_live_at AS lastLiveAt, live_enabled AS liveTracking, sync_error AS syncError,
  figures_at AS asOf, version, created_at AS createdAt, updated_at AS updatedAt, deleted_at AS deletedAt`;

type Figures = Creator["figures"];

export type CreatorRow = Omit<Creator, "tags" | "custom" | "figures" | "createdAt" | "updatedAt" | "deletedAt"> &
  Omit<Figures, "lastLiveAt" | "liveTracking" | "asOf"> & {
    tags: string;
    custom: string;
    lastLiveAt: number | null;
    liveTracking: number;
    asOf: number | null;
    createdAt: number;
    updatedAt: number;
    deletedAt: number | null;
  };

const time = (at: number): string => new Date(at).toISOString();
const timeOrNull = (at: number | null): string | null => (at === null ? null : time(at));

export const toCreator = (row: CreatorRow): Creator => ({
  id: row.id,
  displayName: row.displayName,
  handle: row.handle,
  legalName: row.legalName,
  email: row.email,
  phone: row.phone,
  country: row.country,
  language: row.language,
  niche: row.niche,
  stage: row.stage,
  stageReason: row.stageReason,
  tier: row.tier,
  ownerId: row.ownerId,
  team: row.team,
  joinedOn: row.joinedOn,
  contractFrom: row.contractFrom,
  contractTo: row.contractTo,
  sharePercent: row.sharePercent,
  doNotPitch: row.doNotPitch,
  tags: JSON.parse(row.tags) as string[],
  custom: JSON.parse(row.custom) as Creator["custom"],
  figures: {
    connection: row.connection,
    avatarUrl: row.avatarUrl,
    followers: row.followers,
    diamonds28d: row.diamonds28d,
    liveSeconds28d: row.liveSeconds28d,
    lastLiveAt: timeOrNull(row.lastLiveAt),
    liveTracking: row.liveTracking === 1,
    syncError: row.syncError,
    asOf: timeOrNull(row.asOf),
  },
  version: row.version,
  createdAt: time(row.createdAt),
  updatedAt: time(row.updatedAt),
  deletedAt: timeOrNull(row.deletedAt),
});

/** The indexes of `platform/db/region/creators.ts`, by what they serve. */
export const creatorList = (tenantId: TenantId): ListShape => ({
  table: "creators",
  columns: COLUMNS,
  sorts: {
    // Of an owner, of a team, and for who sees no other: creators_by_owner…, creators_by_team….
    displayName: { column: "name_key", type: "text" }, // creators_by_name, and by_stage / by_connection under a filter
    handle: { column: "handle_key", type: "text" }, // creators_by_handle
    createdAt: { column: "id", type: "text" }, // the primary key: ids begin with their time
    updatedAt: { column: "updated_at", type: "number" }, // creators_by_update
    followers: { column: "followers_key", type: "number" }, // creators_by_followers
  },
  defaultSort: "displayName",
  filters: { stage: "stage", ownerId: "owner_id", team: "team", connection: "connection_status", handle: "handle" },
  search: {
    condition: "rowid IN (SELECT rowid FROM creator_search WHERE creator_search MATCH ?)",
    expression: (q) => searchQuery(tenantId, q.replace(/^@/, "")),
  },
  totalSql: "SELECT creator_count AS total FROM tenants WHERE id = ?1",
});

export const findCreator = async (db: TenantDb, id: string): Promise<Creator | null> => {
  const row = await db.sql(`SELECT ${COLUMNS} FROM creators WHERE tenant_id = ?1 AND id = ?2`, id).first<CreatorRow>();
  return row ? toCreator(row) : null;
};

/** Who has a handle now. */
export const creatorWithHandle = (db: TenantDb, handle: string): Promise<{ id: string; displayName: string } | null> =>
  db
    .sql(
      "SELECT id, display_name AS displayName FROM creators WHERE tenant_id = ?1 AND handle = ?2 AND deleted_at IS NULL",
      handle,
    )
    .first();

const WRITABLE = {
  displayName: "display_name",
  handle: "handle",
  legalName: "legal_name",
  email: "email",
  phone: "phone",
  country: "country",
  language: "language",
  niche: "niche",
  stage: "stage",
  stageReason: "stage_reason",
  tier: "tier",
  ownerId: "owner_id",
  team: "team",
  joinedOn: "joined_on",
  contractFrom: "contract_from",
  contractTo: "contract_to",
  sharePercent: "share_percent",
  doNotPitch: "do_not_pitch",
  tags: "tags",
  custom: "custom",
} as const satisfies Record<keyof CreatorPatch, string>;

const stored = (value: unknown): SqlValue =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : ((value ?? null) as SqlValue);

/** Columns and values of a patch, with those that are worked out of others. */
function assignments(
  tenantId: TenantId,
  patch: CreatorPatch,
  names: { displayName: string; handle: string | null },
): [string, SqlValue][] {
  const set = Object.entries(WRITABLE).flatMap(([field, column]): [string, SqlValue][] => {
    const value = patch[field as keyof CreatorPatch];
    return value === undefined ? [] : [[column, stored(value)]];
  });
  if (patch.displayName !== undefined || patch.handle !== undefined) {
    set.push(
      ["name_key", fold(names.displayName)],
      ["search_terms", searchTerms(tenantId, [names.displayName, names.handle])],
    );
  }
  return set;
}

export function insertCreator(
  db: TenantDb,
  creator: CreatorPatch & { displayName: string },
  id: CreatorId,
  by: UserId,
  now: number,
): D1PreparedStatement {
  const complete = { stage: "lead" as const, tags: [], custom: {}, ...creator };
  const set: [string, SqlValue][] = [
    ["id", id],
    ...assignments(db.tenantId, complete, { displayName: creator.displayName, handle: creator.handle ?? null }),
    ["created_at", now],
    ["created_by", by],
    ["updated_at", now],
    ["updated_by", by],
  ];
  const columns = set.map(([column]) => column).join(", ");
  const marks = set.map((_, at) => `?${at + 2}`).join(", ");
  return db.sql(`INSERT INTO creators (tenant_id, ${columns}) VALUES (?1, ${marks})`, ...set.map(([, value]) => value));
}

/** Writes only over the version that was seen: no row changes when another writer was quicker. */
export function updateCreator(
  db: TenantDb,
  before: Creator,
  patch: CreatorPatch,
  by: UserId,
  now: number,
): D1PreparedStatement {
  const names = {
    displayName: patch.displayName ?? before.displayName,
    handle: patch.handle === undefined ? before.handle : patch.handle,
  };
  const set: [string, SqlValue][] = [
    ...assignments(db.tenantId, patch, names),
    ["updated_at", now],
    ["updated_by", by],
  ];
  const assigned = set.map(([column], at) => `${column} = ?${at + 4}`).join(", ");
  return db.sql(
    `UPDATE creators SET ${assigned}, version = version + 1 WHERE tenant_id = ?1 AND id = ?2 AND version = ?3`,
    before.id,
    before.version,
    ...set.map(([, value]) => value),
  );
}

export const trashCreator = (db: TenantDb, id: string, by: UserId, now: number): D1PreparedStatement =>
  db.sql(
    "UPDATE creators SET deleted_at = ?3, updated_at = ?3, updated_by = ?4, version = version + 1 WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
    id,
    now,
    by,
  );

export const restoreCreator = (db: TenantDb, id: string, by: UserId, now: number): D1PreparedStatement =>
  db.sql(
    "UPDATE creators SET deleted_at = NULL, updated_at = ?3, updated_by = ?4, version = version + 1 WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NOT NULL",
    id,
    now,
    by,
  );
