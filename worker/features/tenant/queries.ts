import type { TenantSecurity } from "../../../domain/records/tenant-security.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

export async function readSecurity(db: TenantDb): Promise<TenantSecurity | null> {
  const row = await db
    .sql(
      "SELECT idle_hours AS idleHours, absolute_hours AS absoluteHours, require_totp AS requireTotp FROM tenants WHERE id = ?1",
    )
    .first<{ idleHours: number; absoluteHours: number; requireTotp: number }>();
  return row && { ...row, requireTotp: row.requireTotp === 1 };
}

const HOUR_MS = 3_600_000;

/** New limits, which hold for the sessions that stand too: none outlives them by waiting. */
export const writeSecurity = (db: TenantDb, wanted: TenantSecurity, now: number): D1PreparedStatement[] => [
  db.sql(
    "UPDATE tenants SET idle_hours = ?2, absolute_hours = ?3, require_totp = ?4 WHERE id = ?1",
    wanted.idleHours,
    wanted.absoluteHours,
    wanted.requireTotp ? 1 : 0,
  ),
  db.sql(
    `UPDATE sessions SET expires_at = min(expires_at, rotated_at + ?2, created_at + ?3)
     WHERE tenant_id = ?1 AND revoked_at IS NULL AND expires_at > ?4`,
    wanted.idleHours * HOUR_MS,
    wanted.absoluteHours * HOUR_MS,
    now,
  ),
];
