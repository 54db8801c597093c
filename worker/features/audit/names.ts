import { type AuditEntry, type AuditRow, auditChangesSchema } from "../../../domain/audit.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";

/** Where the name of what an id stands for is read; the ledger has none. */
const NAMES = {
  us: "SELECT id, name FROM users WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
  ak: "SELECT id, name FROM api_keys WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
  cr: "SELECT id, display_name AS name FROM creators WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
  in: "SELECT id, email AS name FROM invitations WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
  tn: "SELECT id, name FROM tenants WHERE id = ?1 AND ?2 <> ''",
} as const;

/** Entries with the names that there are now. Who may see the ledger may see every record of the agency. */
export async function named(db: TenantDb, rows: readonly AuditRow[]): Promise<AuditEntry[]> {
  const whole = db.whole();
  const ids = [...new Set(rows.flatMap(({ actor, target }) => [actor.id, target.id]))].filter((id) => id !== null);
  const statements = Object.entries(NAMES).flatMap(([prefix, sql]) => {
    const some = ids.filter((id) => id.startsWith(`${prefix}_`));
    return some.length > 0 ? [whole.sql(sql, JSON.stringify(some))] : [];
  });
  const results = statements.length > 0 ? await whole.batch(statements) : [];
  const names = new Map(
    results.flatMap(({ results: found }) =>
      (found as { id: string; name: string }[]).map(({ id, name }) => [id, name]),
    ),
  );
  const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null));
  return rows.map(({ id, seq, at, actor, action, target, changes, ip, agent, requestId, hash }) => ({
    id,
    seq,
    at: new Date(at).toISOString(),
    actor: { ...actor, name: nameOf(actor.id) },
    action,
    target: { ...target, name: nameOf(target.id) },
    changes: auditChangesSchema.parse(JSON.parse(changes)),
    ip,
    agent,
    requestId,
    hash,
  }));
}
