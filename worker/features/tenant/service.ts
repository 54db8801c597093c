import { AppError, notFound } from "../../../domain/app-error.ts";
import type { TenantSecurity, TenantSecurityPatch } from "../../../domain/records/tenant-security.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { findUser } from "../auth/queries.ts";
import { readSecurity, writeSecurity } from "./queries.ts";

export async function securityOf(db: TenantDb): Promise<TenantSecurity> {
  const security = await readSecurity(db);
  if (!security) throw notFound("agency");
  return security;
}

/**
 * @param userId who asks
 * @throws AppError 409 `totp_needed_first` when they ask of others what they have not done themselves, 422
 */
export async function changeSecurity(
  db: TenantDb,
  userId: string,
  patch: TenantSecurityPatch,
): Promise<TenantSecurity> {
  const before = await securityOf(db);
  const wanted: TenantSecurity = {
    idleHours: patch.idleHours ?? before.idleHours,
    absoluteHours: patch.absoluteHours ?? before.absoluteHours,
    requireTotp: patch.requireTotp ?? before.requireTotp,
  };
  if (wanted.requireTotp && !before.requireTotp && (await findUser(db, userId))?.totpSecret === null) {
    throw new AppError(409, "totp_needed_first", "Set up your own second factor first, then ask everybody for theirs.");
  }
  if (wanted.idleHours > wanted.absoluteHours) {
    const message = `A session lives ${wanted.absoluteHours} hours at most: it cannot lie unused for ${wanted.idleHours}.`;
    throw new AppError(422, "invalid_fields", message, { errors: [{ path: "idleHours", message }] });
  }
  await db.batch(writeSecurity(db, wanted, Date.now()));
  return wanted;
}
