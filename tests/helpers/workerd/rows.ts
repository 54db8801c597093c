import { env } from "cloudflare:test";
import { isId } from "../../../domain/ids.ts";
import type { Region } from "../../../domain/regions.ts";
import type { TenantPlace } from "../../../platform/db/tenant-db.ts";
import { regionalDatabase } from "../../../platform/regions.ts";
import type { Agency } from "./agency.ts";

/** What a test sees of the databases behind the doors: raw rows, for proofs about what is (not) stored. */

export const region = (name: Region): D1Database => regionalDatabase(env, name);

/** A statement on the agency's own database, run. */
export const run = async (home: Agency, sql: string, ...params: unknown[]): Promise<number> =>
  (
    await region(home.tenant.region)
      .prepare(sql)
      .bind(...params)
      .run()
  ).meta.changes;

/** Rows of the agency's own database. */
export const rows = async (home: Agency, sql: string, ...params: unknown[]): Promise<Record<string, unknown>[]> =>
  (
    await region(home.tenant.region)
      .prepare(sql)
      .bind(...params)
      .all()
  ).results;

/** The application's tables; not the migrations' ledger, nor the shadows of the search index. */
export const tablesOf = async (database: D1Database): Promise<string[]> =>
  (
    await database
      .prepare(
        `SELECT name FROM sqlite_master WHERE type = 'table'
           AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND name NOT LIKE 'd1_%' AND name NOT LIKE 'creator_search%'`,
      )
      .all<{ name: string }>()
  ).results.map(({ name }) => name);

/** Every row of every table of a database, as one text to look for something in. */
export async function dump(database: D1Database): Promise<string> {
  const texts: string[] = [];
  for (const table of await tablesOf(database)) {
    const { results } = await database.prepare(`SELECT * FROM ${table}`).all();
    texts.push(...results.map((row) => `${table} ${JSON.stringify(row)}`));
  }
  return texts.join("\n");
}

/** Every row of the agency's own database that names the agency. */
export const dumpOf = async ({ tenant }: Agency): Promise<string[]> =>
  (await dump(region(tenant.region))).split("\n").filter((row) => row.includes(tenant.id));

/** Where the agency lives, as the code under test names it. */
export function placeOf({ tenant }: Agency): TenantPlace {
  if (!isId("tenant", tenant.id)) throw new Error(`${tenant.id} is no tenant's id`);
  return { region: tenant.region, tenantId: tenant.id };
}

/** The connection of a creator that stands, as it is stored. */
export async function connectionRow(home: Agency, creatorId: string): Promise<Record<string, unknown>> {
  const [row] = await rows(
    home,
    "SELECT * FROM connections WHERE tenant_id = ? AND creator_id = ? AND ended_at IS NULL",
    home.tenant.id,
    creatorId,
  );
  if (!row) throw new Error("No connection stands");
  return row;
}
