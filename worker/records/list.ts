import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import { AppError } from "../../domain/app-error.ts";
import type { SqlValue, TenantDb } from "../../platform/db/tenant-db.ts";

/**
 * One list for every record: `?limit&cursor&sort&q&field=value` → `{items, nextCursor, total?}`.
 * A page is one range of one index, so it reads O(page) rows whatever the tenant's size; a
 * record names its index beside each sort and filter.
 */

export interface ListShape {
  table: string;
  /** Columns to read, as SQL. */
  columns: string;
  /** API name of a sort → its column. Never null: keyset pages compare it. Ties are broken by `id`. */
  sorts: Readonly<Record<string, { column: string; type: "text" | "number" }>>;
  /** Without a leading `-`, ascending. */
  defaultSort: string;
  /** API name of a filter → its column. */
  filters: Readonly<Record<string, string>>;
  /** Rows that match `q`: a condition on `table` with `?` for the MATCH expression. */
  search?: { condition: string; expression: (q: string) => string | null };
  /** Reads the unfiltered total from a counter, for who sees all: SQL with `?1` the tenant. */
  totalSql: string;
}

export interface ListQuery {
  limit?: string | undefined;
  cursor?: string | undefined;
  sort?: string | undefined;
  q?: string | undefined;
  count?: string | undefined;
  [filter: string]: string | undefined;
}

export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
  total?: number;
  /** As the database counted: a test holds it to O(page). */
  rowsRead: number;
}

const MOST = 200;
const USUAL = 50;

/** The query string that `shape` takes; anything else is refused. */
export const listQuerySchema = <F extends Record<string, z.ZodMiniType>>(filters: F) =>
  z.strictObject({
    limit: z.optional(z.string()),
    cursor: z.optional(z.string()),
    sort: z.optional(z.string()),
    q: z.optional(z.string().check(z.maxLength(200, "A search has at most 200 characters"))),
    count: z.optional(z.enum(["true", "false"])),
    ...filters,
  });

export const pageSchema = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.nullable(z.string()), total: z.optional(z.number()) });

interface Place {
  /** The sort as asked, so that a cursor of another sort is refused. */
  sort: string;
  key: string | number;
  id: string;
}

const placeSchema = z.tuple([z.string(), z.union([z.string(), z.number()]), z.string()]);

/** What a key of a sort is in JSON. */
const KEY_TYPE = { text: "string", number: "number" } as const;

const encode = ({ sort, key, id }: Place): string => Buffer.from(JSON.stringify([sort, key, id])).toString("base64url");

function decode(cursor: string, sort: string, type: "text" | "number"): Place {
  try {
    const [of, key, id] = placeSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (of === sort && typeof key === KEY_TYPE[type]) return { sort, key, id };
  } catch {
    // Falls through to the same refusal.
  }
  throw new AppError(400, "bad_cursor", "This cursor does not belong to this list. Begin again without one.");
}

const unprocessable = (path: string, message: string): AppError =>
  new AppError(422, "invalid_fields", message, { errors: [{ path, message }] });

function limitOf(asked: string | undefined): number {
  if (asked === undefined) return USUAL;
  const limit = Number(asked);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw unprocessable("limit", `limit is a whole number from 1 to ${MOST}.`);
  return limit;
}

type Sorted = Record<string, unknown> & { id: string; sortKey: string | number };

export async function list<Row extends { id: string }>(
  db: TenantDb,
  shape: ListShape,
  query: ListQuery,
): Promise<Page<Row>> {
  const limit = limitOf(query.limit);
  const sort = query.sort || shape.defaultSort;
  const descending = sort.startsWith("-");
  const name = descending ? sort.slice(1) : sort;
  const by = Object.hasOwn(shape.sorts, name) ? shape.sorts[name] : undefined;
  if (!by)
    throw unprocessable(
      "sort",
      `sort is one of ${Object.keys(shape.sorts).join(", ")}, with - before it for descending.`,
    );

  const conditions = ["tenant_id = ?1", "deleted_at IS NULL"];
  const params: SqlValue[] = [];
  const bound = (value: SqlValue): string => `?${params.push(value) + 1}`;

  for (const [filter, column] of Object.entries(shape.filters)) {
    const value = query[filter];
    if (value !== undefined) conditions.push(`${column} = ${bound(value)}`);
  }
  const q = query.q?.trim();
  if (q && shape.search) {
    const expression = shape.search.expression(q);
    if (expression === null)
      return { rows: [], nextCursor: null, rowsRead: 0, ...(query.count === "true" ? { total: 0 } : {}) };
    conditions.push(shape.search.condition.replace("?", bound(expression)));
    // The words lead: without the `+` the planner walks the tenant's rows and asks the words of each.
    conditions[0] = "+tenant_id = ?1";
  }
  const narrowed = conditions.length > 2 || !db.seesAll(shape.table);
  const where = conditions.join(" AND ");

  const total = query.count === "true" ? await count() : undefined;

  const from = query.cursor === undefined ? null : decode(query.cursor, sort, by.type);
  // Said twice, the id of a sort by id would cost each of several merged ranges its index's order.
  const keys = by.column === "id" ? ["id"] : [by.column, "id"];
  const beyond = from
    ? ` AND (${keys.join(", ")}) ${descending ? "<" : ">"} (${[from.key, from.id]
        .slice(-keys.length)
        .map(bound)
        .join(", ")})`
    : "";
  const order = keys.map((key) => `${key} ${descending ? "DESC" : "ASC"}`).join(", ");
  const statement = db.sql(
    `SELECT ${shape.columns}, ${by.column} AS sortKey FROM ${shape.table}
     WHERE ${where}${beyond} ORDER BY ${order} LIMIT ${limit + 1}`,
    ...params,
  );
  const { results, meta } = await statement.all<Row & Sorted>();
  const rows = results.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = results.length > limit && last ? encode({ sort, key: last.sortKey, id: last.id }) : null;
  return { rows, nextCursor, rowsRead: meta.rows_read, ...(total === undefined ? {} : { total }) };

  async function count(): Promise<number> {
    const asked = narrowed
      ? db.sql(`SELECT count(*) AS total FROM ${shape.table} WHERE ${where}`, ...params)
      : db.sql(shape.totalSql);
    return (await asked.first<{ total: number }>())?.total ?? 0;
  }
}
