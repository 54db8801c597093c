import * as z from "zod/mini";
import { newId } from "../../../domain/ids.ts";
import { type Creator, creatorSchema } from "../../../domain/records/creator.ts";
import { fold, searchTerms } from "../../../platform/db/search.ts";
import type { Agency, Browser } from "./agency.ts";
import { placeOf, region } from "./rows.ts";

/** Whose a row of a roster is. */
export interface Placed {
  ownerId: string | null;
  team: string | null;
}

/**
 * A roster of `count` at once, with ties and nulls in every sort; ids not in the order of anything else.
 * @param placing whose the nth is; without it, all are the agency's first owner's
 */
export async function fillRoster(home: Agency, count: number, placing?: (n: number) => Placed): Promise<void> {
  const { tenantId } = placeOf(home);
  const db = region(home.tenant.region);
  const at = Date.now();
  const statements = Array.from({ length: count }, (_, n) => {
    const { ownerId, team } = placing?.(n) ?? { ownerId: home.user.id, team: null };
    const [name, handle] = [`Row ${"ABCDEFG".charAt(n % 7)}`, n % 3 === 0 ? null : `row.${(n * 37) % count}`];
    return db
      .prepare(
        `INSERT INTO creators (tenant_id, id, display_name, name_key, handle, stage, owner_id, team, tags, custom, search_terms,
           connection_status, followers, created_at, created_by, updated_at, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?13, ?14, '[]', '{}', ?8, ?9, ?10, ?11, ?7, ?12, ?7)`,
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
        ownerId,
        team,
      );
  });
  for (let from = 0; from < count; from += 100) await db.batch(statements.slice(from, from + 100));
}

const pageSchema = z.object({
  items: z.array(creatorSchema),
  nextCursor: z.nullable(z.string()),
  total: z.optional(z.number()),
});
export type Listed = z.infer<typeof pageSchema>;

/** A page of the roster. */
export const listed = async (browser: Browser, query = ""): Promise<Listed> =>
  pageSchema.parse(await browser.api("GET", `/creators?${query}`));

/** Whom a search finds, by name. */
export const namesOf = async (browser: Browser, q: string): Promise<string[]> =>
  (await listed(browser, `q=${encodeURIComponent(q)}`)).items.map(({ displayName }) => displayName).sort();

/** Every page of a list, one after the other. */
export async function walk(browser: Browser, query: string, limit: number): Promise<Creator[]> {
  const items: Creator[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Listed = await listed(browser, `${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
    if (page.items.length > limit) throw new Error(`A page of ${limit} has ${page.items.length}`);
    items.push(...page.items);
    if (items.length > 10_000) throw new Error("This list never ends");
    cursor = page.nextCursor;
  }
  return items;
}
