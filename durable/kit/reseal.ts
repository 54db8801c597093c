import { type KeyUse, together } from "../../platform/sealed.ts";
import type { SealedPurpose, Vault } from "../../platform/vault.ts";

/** A column of an object's own table whose values are envelopes of the vault, or null. */
export interface SealedPlace {
  table: string;
  column: string;
  /** The column whose value the envelope is bound to, beside its tenant. */
  record: string;
  purpose: SealedPurpose;
}

/**
 * Seals an object's secrets anew with the active key, where an older one sealed them: few, so all
 * at once. A write names the envelope that it replaces: whoever stored a newer secret meanwhile
 * wins. What a missing key sealed stays.
 * @returns which keys seal something now
 */
export async function resealObject(
  sql: SqlStorage,
  vault: Vault,
  tenant: string,
  places: readonly SealedPlace[],
): Promise<KeyUse> {
  const left: KeyUse[] = [];
  for (const { table, column, record, purpose } of places) {
    const envelopes = () =>
      sql
        .exec<{ record: string; envelope: string }>(
          `SELECT ${record} AS record, ${column} AS envelope FROM ${table} WHERE ${column} IS NOT NULL`,
        )
        .toArray();
    for (const row of envelopes()) {
      const keyId = vault.keyIdOf(row.envelope);
      if (keyId === vault.activeKeyId || !vault.knows(keyId)) continue;
      const context = { tenant, record: row.record, purpose };
      const newer = await vault.seal(await vault.open(row.envelope, context), context);
      sql.exec(
        `UPDATE ${table} SET ${column} = ? WHERE ${record} = ? AND ${column} = ?`,
        newer,
        row.record,
        row.envelope,
      );
    }
    left.push(...envelopes().map(({ envelope }) => ({ [vault.keyIdOf(envelope)]: 1 })));
  }
  return together(left);
}
