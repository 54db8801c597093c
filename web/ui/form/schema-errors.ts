import { type core, safeParse } from "zod/mini";

/** The first complaint about each field, in the schema's own words: the server's rule, asked early. */
export function errorsOf(schema: core.$ZodType, value: unknown): Record<string, string> {
  const parsed = safeParse(schema, value);
  const found: Record<string, string> = {};
  if (parsed.success) return found;
  for (const { path, message } of parsed.error.issues) found[String(path[0] ?? "")] ??= message;
  return found;
}
