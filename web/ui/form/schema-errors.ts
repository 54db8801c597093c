import { type core, safeParse } from "zod/mini";

/** The first complaint about each field, in the schema's own words: the server's rule, asked early. */
export function errorsOf(schema: core.$ZodType, value: unknown): Record<string, string> {
  const parsed = safeParse(schema, value);
  const found: Record<string, string> = {};
  if (parsed.success) return found;
  for (const issue of parsed.error.issues) found[String(issue.path[0] ?? "")] ??= sentenceOf(issue);
  return found;
}

/** A union only says that nothing fitted; the complaint worth reading is its last member's. */
const sentenceOf = (issue: core.$ZodIssue): string =>
  issue.code === "invalid_union" ? (issue.errors.at(-1)?.at(0)?.message ?? issue.message) : issue.message;
