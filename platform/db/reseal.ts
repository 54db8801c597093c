import type { TenantId } from "../../domain/ids.ts";
import type { Region } from "../../domain/regions.ts";
import type { PlatformEnv } from "../env.ts";
import { createLog } from "../log.ts";
import { regionalDatabase } from "../regions.ts";
import { type KeyUse, SEALED_COLUMNS, type SealedColumn, together } from "../sealed.ts";
import { createVault, type SealedPurpose, type Vault, VaultError } from "../vault.ts";

/**
 * After a change of keys: what older keys sealed is sealed anew with the active one, some hundred
 * rows at a time, of every tenant of a region. Each write names the envelope that it replaces, so
 * whoever stores a newer secret meanwhile wins.
 */

interface Sealed {
  tenantId: TenantId;
  record: string;
  envelope: string;
}

const log = createLog();

/** Envelopes that are read, and written, in one go. */
const PAGE = 50;

const places = (Object.keys(SEALED_COLUMNS) as SealedPurpose[]).flatMap((purpose) =>
  SEALED_COLUMNS[purpose].map((place: SealedColumn) => ({ purpose, ...place })),
);
type Place = (typeof places)[number];

/** What `vault.keyIdOf` says, in SQL: the word between the first two dots. */
const KEY_ID = (column: string): string => `substr(${column}, 4, instr(substr(${column}, 4), '.') - 1)`;

async function useOf(database: D1Database, { table, column }: Place): Promise<KeyUse> {
  const { results } = await database
    .prepare(
      // What an older deploy stored in clear was sealed with no key.
      `SELECT ${KEY_ID(column)} AS keyId, count(*) AS envelopes FROM ${table} WHERE ${column} GLOB 'v1.*.*.*' GROUP BY 1`,
    )
    .all<{ keyId: string; envelopes: number }>();
  return Object.fromEntries(results.map(({ keyId, envelopes }) => [keyId, envelopes]));
}

/**
 * Which keys still seal something in a region, after at most `most` envelopes were sealed anew.
 * An envelope that does not open is left as it is, and told.
 */
export async function resealRegion(env: PlatformEnv, region: Region, most: number): Promise<KeyUse> {
  const vault = createVault(env.TOKEN_KEYS);
  const database = regionalDatabase(env, region);
  const uses: KeyUse[] = [];
  let left = most;
  for (const place of places) {
    const use = await useOf(database, place);
    const older = Object.keys(use).filter((keyId) => keyId !== vault.activeKeyId && vault.knows(keyId));
    let changed = 0;
    for (const keyId of older) changed += await resealFrom(database, vault, place, keyId, left - changed);
    left -= changed;
    uses.push(changed > 0 ? await useOf(database, place) : use);
  }
  return together(uses);
}

/** One column's envelopes of one key. @returns how many were sealed anew */
async function resealFrom(
  database: D1Database,
  vault: Vault,
  place: Place,
  keyId: string,
  most: number,
): Promise<number> {
  const { table, column, record } = place;
  let done = 0;
  let after: Sealed | null = null;
  while (done < most) {
    const page: { results: Sealed[] } = await database
      .prepare(
        `SELECT tenant_id AS tenantId, ${record} AS record, ${column} AS envelope FROM ${table}
         WHERE (tenant_id, ${record}) > (?1, ?2) AND ${KEY_ID(column)} = ?3 ORDER BY tenant_id, ${record} LIMIT ?4`,
      )
      .bind(after?.tenantId ?? "", after?.record ?? "", keyId, Math.min(PAGE, most - done))
      .all<Sealed>();
    const writes = (await Promise.all(page.results.map((row) => resealed(database, vault, place, row)))).flat();
    if (writes.length > 0) for (const { meta } of await database.batch(writes)) done += meta.changes;
    after = page.results.at(-1) ?? null;
    if (page.results.length < PAGE) break;
  }
  return done;
}

/** The write that replaces an envelope by a newer one of the same secret; none where it does not open. */
async function resealed(
  database: D1Database,
  vault: Vault,
  { table, column, record, purpose }: Place,
  row: Sealed,
): Promise<D1PreparedStatement[]> {
  const context = { tenant: row.tenantId, record: row.record, purpose };
  try {
    const newer = await vault.seal(await vault.open(row.envelope, context), context);
    return [
      database
        .prepare(`UPDATE ${table} SET ${column} = ?4 WHERE tenant_id = ?1 AND ${record} = ?2 AND ${column} = ?3`)
        .bind(row.tenantId, row.record, row.envelope, newer),
    ];
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    log.error({ event: "vault.envelope_refused", code: error.code, tenantId: row.tenantId });
    return [];
  }
}
