import type { Me } from "../../../domain/records/account.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { emailChangeOf } from "../recovery/email.ts";

interface SignIn {
  /** ms since epoch */
  emailVerifiedAt: number | null;
  totp: boolean;
  recoveryCodesLeft: number;
  /** The agency asks everybody for a second factor. */
  totpRequired: boolean;
}

/** How a person signs in. */
export async function signInOf(db: TenantDb, userId: string): Promise<SignIn | null> {
  const row = await db
    .sql(
      `SELECT u.email_verified_at AS emailVerifiedAt, u.totp_secret IS NOT NULL AS totp,
         coalesce(json_array_length(u.recovery_codes), 0) AS recoveryCodesLeft, t.require_totp AS totpRequired
       FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE u.tenant_id = ?1 AND u.id = ?2`,
      userId,
    )
    .first<{ emailVerifiedAt: number | null; totp: number; recoveryCodesLeft: number; totpRequired: number }>();
  return row && { ...row, totp: row.totp === 1, totpRequired: row.totpRequired === 1 };
}

/** How a person signs in, and what their agency asks of it. */
export async function securityOf(db: TenantDb, userId: string): Promise<Me["security"]> {
  const [signIn, emailChange] = await Promise.all([signInOf(db, userId), emailChangeOf(db, userId, Date.now())]);
  return {
    emailVerified: (signIn?.emailVerifiedAt ?? null) !== null,
    emailChange,
    totp: signIn?.totp ?? false,
    recoveryCodesLeft: signIn?.recoveryCodesLeft ?? 0,
    totpRequired: signIn?.totpRequired ?? false,
  };
}

/** Ids of the invitations that somebody sent and that are still kept. */
export const invitationsBy = async (db: TenantDb, userId: string): Promise<string[]> =>
  (
    await db
      .sql("SELECT id FROM invitations WHERE tenant_id = ?1 AND invited_by = ?2 ORDER BY id", userId)
      .all<{ id: string }>()
  ).results.map(({ id }) => id);
