import type { TenantId } from "../../domain/ids.ts";

/**
 * Words for the full-text index. The index's own tokenizer folds Latin marks but no Arabic
 * ones, so both what is indexed and what is asked go through `fold()` first.
 *
 * Every indexed word begins with six characters of its tenant's id: a question walks its own
 * tenant's words and no other's. The join on `tenant_id` decides; the prefix keeps it cheap.
 */

const ARABIC_MARKS = /[\u064B-\u065F\u0670\u06D6-\u06ED\u0640]/g;
const LETTERS: Record<string, string> = {
  أ: "ا",
  إ: "ا",
  آ: "ا",
  ٱ: "ا",
  ى: "ي",
  ئ: "ي",
  ؤ: "و",
  ة: "ه",
  ک: "ك",
  ی: "ي",
};

/** One form per letter: no case, no marks; also what names are sorted by. */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(ARABIC_MARKS, "")
    .replace(/[أإآٱىئؤةکی]/g, (letter) => LETTERS[letter] ?? letter)
    .toLowerCase()
    .trim();

const words = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

const prefixOf = (tenantId: TenantId): string => tenantId.slice(-6).toLowerCase();

/** What the index holds of a record: its texts' words, each behind the tenant's prefix. */
export const searchTerms = (tenantId: TenantId, texts: readonly (string | null | undefined)[]): string =>
  texts
    .flatMap((text) => (text ? words(text) : []))
    .map((word) => prefixOf(tenantId) + word)
    .join(" ");

/**
 * A MATCH expression that asks for records in which every word of `query` begins a word.
 * Null when the query holds no letter and no digit.
 */
export function searchQuery(tenantId: TenantId, query: string): string | null {
  const asked = words(query).slice(0, 8);
  if (asked.length === 0) return null;
  return asked.map((word) => `"${prefixOf(tenantId)}${word}"*`).join(" AND ");
}
