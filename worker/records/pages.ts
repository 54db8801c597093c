import * as z from "zod/mini";
import { AppError } from "../../domain/app-error.ts";

/** Lists that are paged by what they are ordered by, newest first, and have no other sort: keys, deliveries, the ledger. */

const LIMIT = /^([1-9]\d?|1\d\d|200)$/;
const USUAL = 50;

/** The members of a query string that such a list takes. */
export const pageQuery = {
  limit: z.optional(z.string().check(z.regex(LIMIT, "limit is a whole number from 1 to 200."))),
  cursor: z.optional(z.string()),
};

export const limitOf = (asked: string | undefined): number => Number(asked ?? USUAL);

/**
 * Where a page begins; null is the newest.
 * @throws AppError 400 `bad_cursor`
 */
export function cursorOf<Place extends string>(
  asked: string | undefined,
  isPlace: (text: string) => text is Place,
): Place | null {
  if (asked === undefined) return null;
  if (isPlace(asked)) return asked;
  throw new AppError(400, "bad_cursor", "This cursor does not belong to this list. Begin again without one.");
}

/** A page of what was asked for with one row more than fits. */
export function pageOf<Item extends { id: string }>(
  found: readonly Item[],
  limit: number,
): { items: Item[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}
