import type { TenantDb } from "../../../platform/db/tenant-db.ts";

/** Puts a secret where it waits to be confirmed; one that waited is void. */
export const keepPending = (db: TenantDb, userId: string, sealed: string): D1PreparedStatement =>
  db.sql("UPDATE users SET totp_pending = ?3 WHERE tenant_id = ?1 AND id = ?2 AND totp_secret IS NULL", userId, sealed);

/**
 * Makes the secret that waits the second factor, with its first code used up. Of two
 * confirmations at once, one wins: the codes of the other would open nothing.
 * @param hashes of the recovery codes
 */
export const confirmPending = (
  db: TenantDb,
  userId: string,
  sealed: string,
  step: number,
  hashes: readonly string[],
): D1PreparedStatement =>
  db.sql(
    `UPDATE users SET totp_secret = totp_pending, totp_pending = NULL, totp_step = ?4, recovery_codes = ?5
     WHERE tenant_id = ?1 AND id = ?2 AND totp_pending = ?3 AND totp_secret IS NULL`,
    userId,
    sealed,
    step,
    JSON.stringify(hashes),
  );

/** Writes down that a step's code was used. Changes nothing when it was used before, or a later one was. */
export const useStep = (db: TenantDb, userId: string, step: number): D1PreparedStatement =>
  db.sql(
    "UPDATE users SET totp_step = ?3 WHERE tenant_id = ?1 AND id = ?2 AND totp_secret IS NOT NULL AND totp_step < ?3",
    userId,
    step,
  );

/** Takes a recovery code off the list, in one step, so that it works once. Answers how many are left. */
export const useRecoveryCode = (db: TenantDb, userId: string, hash: string): D1PreparedStatement =>
  db.sql(
    `UPDATE users SET recovery_codes = (SELECT json_group_array(value) FROM json_each(recovery_codes) WHERE value <> ?3)
     WHERE tenant_id = ?1 AND id = ?2 AND totp_secret IS NOT NULL
       AND EXISTS (SELECT 1 FROM json_each(recovery_codes) WHERE value = ?3)
     RETURNING json_array_length(recovery_codes) AS left`,
    userId,
    hash,
  );

export const removeSecondFactor = (db: TenantDb, userId: string): D1PreparedStatement =>
  db.sql(
    `UPDATE users SET totp_secret = NULL, totp_pending = NULL, totp_step = NULL, recovery_codes = NULL
     WHERE tenant_id = ?1 AND id = ?2`,
    userId,
  );
