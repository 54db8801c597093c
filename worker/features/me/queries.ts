import type { Me } from "../../../domain/records/account.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { emailChangeOf } from "../recovery/email.ts";

/** How a person signs in, and what their agency asks of it. */
export async function securityOf(db: TenantDb, userId: string): Promise<Me["security"]> {
  const [row, emailChange] = await Promise.all([
    db
      .sql(
        `SELECT u.email_verified_at IS NOT NULL AS emailVerified, u.totp_secret IS NOT NULL AS totp,
           coalesce(json_array_length(u.recovery_codes), 0) AS recoveryCodesLeft, t.require_totp AS totpRequired
         FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.tenant_id = ?1 AND u.id = ?2`,
        userId,
      )
      .first<{ emailVerified: number; totp: number; recoveryCodesLeft: number; totpRequired: number }>(),
    emailChangeOf(db, userId, Date.now()),
  ]);
  return {
    emailVerified: row?.emailVerified === 1,
    emailChange,
    totp: row?.totp === 1,
    recoveryCodesLeft: row?.recoveryCodesLeft ?? 0,
    totpRequired: row?.totpRequired === 1,
  };
}
