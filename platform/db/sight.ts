import { and, eq, getTableColumns, getTableName, is, or, type SQL, sql } from "drizzle-orm";
import { type SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Reach, Right, Who } from "../../domain/roles.ts";
import * as region from "./region/index.ts";

/**
 * What a caller may see of a tenant's records, put into every statement of theirs: a list, a count
 * and a search obey it without knowing of it. In plain SQL the name of such a table means those of
 * its rows that the caller may see: a common table expression of that name stands before the table.
 */

/** The records that belong to somebody, and the right that says who sees them. */
export const SEEN_BY: Readonly<Record<string, Right>> = { creators: "creators.see" };

interface Narrowed {
  right: Right;
  /** What hangs on a creator is seen by whoever sees the creator. */
  ofCreator: boolean;
}

const columnsOf = (table: SQLiteTable): Record<string, SQLiteColumn> => getTableColumns(table);

function narrowedBy(table: SQLiteTable): Narrowed | null {
  const right = SEEN_BY[getTableName(table)];
  if (right) return { right, ofCreator: false };
  return "creatorId" in columnsOf(table) ? { right: "creators.see", ofCreator: true } : null;
}

const NARROWED: ReadonlyMap<string, Narrowed> = new Map(
  Object.values(region).flatMap((table) => {
    const narrowed = is(table, SQLiteTable) ? narrowedBy(table) : null;
    return narrowed ? [[getTableName(table), narrowed]] : [];
  }),
);

const reachInto = (who: Who, table: string): Reach => {
  const narrowed = NARROWED.get(table);
  return narrowed ? who.rights[narrowed.right] : "all";
};

export const seesAllOf = (who: Who, table: string): boolean => reachInto(who, table) === "all";

/** What the query builder asks besides; undefined where everything is seen. */
export function sightOf(who: Who, table: SQLiteTable): SQL | undefined {
  const reach = reachInto(who, getTableName(table));
  if (reach === "all") return undefined;
  const { tenantId, creatorId } = columnsOf(table);
  if (!NARROWED.get(getTableName(table))?.ofCreator) return belonging(reach, who, columnsOf(table));
  const { creators } = region;
  const theirs = and(eq(creators.tenantId, sql`${tenantId}`), eq(creators.id, sql`${creatorId}`));
  return sql`exists (select 1 from ${creators} where ${and(theirs, belonging(reach, who, columnsOf(creators)))})`;
}

function belonging(reach: Reach, who: Who, { ownerId, team }: Record<string, SQLiteColumn>): SQL | undefined {
  if (reach === "none" || !ownerId || !team) return sql`0`;
  const own = eq(ownerId, who.userId);
  return reach === "team" && who.team !== null ? or(own, eq(team, who.team)) : own;
}

/** By the id of something that was read: such a write reaches nothing else. */
const BY_ID = /\b(id|creator_id) = \?/;

/**
 * A statement as `who` may run it, and the parameters that it has besides its own.
 * @param given how many parameters it has of its own, the tenant included
 * @throws Error for one that could reach past what its caller sees
 */
export function narrow(who: Who, text: string, given: number): { text: string; params: string[] } {
  const named = [...NARROWED].filter(([table]) => !seesAllOf(who, table) && new RegExp(`\\b${table}\\b`).test(text));
  if (named.length === 0) return { text, params: [] };
  const [, written = ""] = /^\s*(?:UPDATE|DELETE\s+FROM)\s+(\w+)/i.exec(text) ?? [];
  const unbound = !seesAllOf(who, written) && !BY_ID.test(text);
  if (unbound || /^\s*WITH\b|\bmain\./i.test(text))
    throw new Error(`A statement that could reach past what its caller sees: ${text.slice(0, 80)}`);

  const params: string[] = [];
  const mark = (value: string): string => {
    if (!params.includes(value)) params.push(value);
    return `?${given + 1 + params.indexOf(value)}`;
  };
  // What the planner is told to lead by stays so: a search says `+tenant_id`, its words lead.
  const lead = text.includes("+tenant_id = ?1") ? "+" : "";
  /** Each a range of one index, so that a sorted list merges them and reads no more than its page. */
  const ranges = (table: string, reach: Reach): string[] => {
    const rows = `FROM main.${table} WHERE ${lead}tenant_id = ?1`;
    if (reach === "none") return [`${rows} AND 0`];
    const own = `${rows} AND ${lead}owner_id = ${mark(who.userId)}`;
    if (reach === "own" || who.team === null) return [own];
    const team = mark(who.team);
    return [`${rows} AND ${lead}team = ${team}`, `${own} AND team IS NOT ${team}`];
  };
  const seen = named.map(([table, { right, ofCreator }]) => {
    const rows = ofCreator
      ? `SELECT * FROM main.${table} AS it WHERE EXISTS (${ranges("creators", who.rights[right])
          .map((range) => `SELECT 1 ${range} AND id = it.creator_id`)
          .join(" UNION ALL ")})`
      : ranges(table, who.rights[right])
          .map((range) => `SELECT rowid AS rowid, * ${range}`)
          .join(" UNION ALL ");
    return `${table} AS NOT MATERIALIZED (${rows})`;
  });
  return { text: `WITH ${seen.join(", ")} ${text}`, params };
}
