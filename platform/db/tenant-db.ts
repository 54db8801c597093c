import { and, eq, type InferInsertModel, type InferSelectModel, type SQL } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { TenantId } from "../../domain/ids.ts";
import type { Region } from "../../domain/regions.ts";
import type { Who } from "../../domain/roles.ts";
import type { PlatformEnv } from "../env.ts";
import { regionalDatabase } from "../regions.ts";
import { narrow, seesAllOf, sightOf } from "./sight.ts";

/** A table that belongs to tenants: its key begins with `tenant_id`. */
type TenantTable = SQLiteTable & { tenantId: SQLiteColumn };

/** What may be bound to a statement. */
export type SqlValue = string | number | null | ArrayBuffer | Uint8Array;

/** Which tenant, and where its data lives. */
export interface TenantPlace {
  region: Region;
  tenantId: TenantId;
}

/**
 * The only door to a regional database. Whatever goes through it is one tenant's: builder
 * queries get `tenant_id = …` added, and plain SQL is refused unless it says `?1`, which is
 * always the tenant. A caller's door (`seenBy`) shows no record besides that they may not see.
 *
 * Reads follow the writes of the same caller: pass `bookmark` from one request to the next.
 */
export interface TenantDb extends TenantPlace {
  /** Rows of one table, all columns, by the tenant and `where`. */
  select<T extends TenantTable>(table: T, where?: SQL, limit?: number): Promise<InferSelectModel<T>[]>;
  /** The first of `select`, or null. */
  first<T extends TenantTable>(table: T, where?: SQL): Promise<InferSelectModel<T> | null>;
  /** Statements for `batch()`, which is the only transaction, or for `run()`. */
  insert<T extends TenantTable>(table: T, row: Omit<InferInsertModel<T>, "tenantId">): D1PreparedStatement;
  update<T extends TenantTable>(table: T, set: Partial<InferInsertModel<T>>, where: SQL): D1PreparedStatement;
  remove<T extends TenantTable>(table: T, where?: SQL): D1PreparedStatement;
  /** Plain SQL. `?1` is the tenant; `params` are `?2`, `?3`, … At most 100 in all. */
  sql(text: string, ...params: SqlValue[]): D1PreparedStatement;
  batch<Row = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<Row>[]>;
  /** Where this session stands, for the next request of the same caller. */
  bookmark(): string | null;
  /** The same session, in which `who` sees what they may see and nothing else (`sight.ts`). */
  seenBy(who: Who): TenantDb;
  /** The same session, whoever asks: for a rule that holds for all of a tenant. Never for an answer. */
  whole(): TenantDb;
  /** Whether nothing of a table is kept from the caller. */
  seesAll(table: string): boolean;
}

const builders = new WeakMap<object, DrizzleD1Database>();

/** Builds SQL only; it never runs any, so any database's builder will do. */
const builderFor = (database: D1Database): DrizzleD1Database => {
  const known = builders.get(database);
  if (known) return known;
  const builder = drizzle(database);
  builders.set(database, builder);
  return builder;
};

export function tenantDb(env: PlatformEnv, place: TenantPlace, bookmark?: string): TenantDb {
  const database = regionalDatabase(env, place.region);
  const session = database.withSession(bookmark ?? "first-unconstrained");
  const build = builderFor(database);
  return door(place, session, build, null);
}

/** @param who null sees the whole tenant */
function door(place: TenantPlace, session: D1DatabaseSession, build: DrizzleD1Database, who: Who | null): TenantDb {
  const { tenantId, region } = place;

  const within = (table: TenantTable, where?: SQL): SQL | undefined =>
    and(eq(table.tenantId, tenantId), who ? sightOf(who, table) : undefined, where);

  const prepared = (query: { toSQL(): { sql: string; params: unknown[] } }): D1PreparedStatement => {
    const { sql, params } = query.toSQL();
    return session.prepare(sql).bind(...params);
  };

  const select = async <T extends TenantTable>(
    table: T,
    where?: SQL,
    limit?: number,
  ): Promise<InferSelectModel<T>[]> => {
    const query = drizzleOn(session).select().from(table).where(within(table, where)).$dynamic();
    // The builder cannot follow a generic table through `from()`; the rows are the table's own.
    return (await (limit === undefined ? query : query.limit(limit))) as InferSelectModel<T>[];
  };

  return {
    tenantId,
    region,
    select,
    first: async (table, where) => (await select(table, where, 1))[0] ?? null,
    insert: (table, row) =>
      prepared(build.insert(table).values({ ...row, tenantId } as InferInsertModel<typeof table>)),
    update: (table, set, where) =>
      prepared(
        build
          .update(table)
          .set(set as object)
          .where(within(table, where)),
      ),
    remove: (table, where) => prepared(build.delete(table).where(within(table, where))),
    sql: (text, ...params) => {
      if (!/\?1\b/.test(text)) throw new Error(`A statement without its tenant: ${text.slice(0, 80)}`);
      const narrowed = who ? narrow(who, text, params.length + 1) : { text, params: [] };
      return session.prepare(narrowed.text).bind(tenantId, ...params, ...narrowed.params);
    },
    batch: (statements) => session.batch(statements),
    bookmark: () => session.getBookmark(),
    seenBy: (caller) => door(place, session, build, caller),
    whole: () => door(place, session, build, null),
    seesAll: (table) => who === null || seesAllOf(who, table),
  };
}

/** Drizzle asks of a database only `prepare` and `batch`, which a session has. */
const drizzleOn = (session: D1DatabaseSession): DrizzleD1Database => drizzle(session as unknown as D1Database);
