import { newId } from "../../../domain/ids.ts";
import { fold, searchTerms } from "../../../platform/db/search.ts";
import type { Agency } from "./agency.ts";
import { placeOf, region } from "./rows.ts";

/** A roster of `count` at once, with ties and nulls in every sort; ids not in the order of anything else. */
export async function fillRoster(home: Agency, count: number): Promise<void> {
  const { tenantId } = placeOf(home);
  const db = region(home.tenant.region);
  const at = Date.now();
  const statements = Array.from({ length: count }, (_, n) => {
    const [name, handle] = [`Row ${"ABCDEFG".charAt(n % 7)}`, n % 3 === 0 ? null : `row.${(n * 37) % count}`];
    return db
      .prepare(
        `INSERT INTO creators (tenant_id, id, display_name, name_key, handle, stage, owner_id, tags, custom, search_terms,
           connection_status, followers, created_at, created_by, updated_at, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '[]', '{}', ?8, ?9, ?10, ?11, ?7, ?12, ?7)`,
      )
      .bind(
        tenantId,
        newId("creator", at - ((n * 61) % count) * 1000),
        name,
        fold(name),
        handle,
        n % 5 === 0 ? "active" : "lead",
        home.user.id,
        searchTerms(tenantId, [name, handle]),
        n % 4 === 0 ? "active" : "none",
        n % 6 === 0 ? null : n % 11,
        at,
        at - (n % 13),
      );
  });
  for (let from = 0; from < count; from += 100) await db.batch(statements.slice(from, from + 100));
}
