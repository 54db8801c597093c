import * as z from "zod/mini";
import { ROLES } from "../roles.ts";

/** What a program signs in with. Times are RFC 3339 UTC. */
export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** At most this; never more than who made it may do at the moment. */
  role: z.enum(ROLES),
  createdAt: z.string(),
  /** Whom it acts for. */
  createdBy: z.string(),
  /** To the minute; null while it was never used. */
  lastUsedAt: z.nullable(z.string()),
  /** Null: it does not run out by itself. */
  expiresAt: z.nullable(z.string()),
  revokedAt: z.nullable(z.string()),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** A key that was made just now. `secret` is the whole token, `ek_…`; no other answer has it. */
export const apiKeyMadeSchema = z.extend(apiKeySchema, { secret: z.string() });
export type ApiKeyMade = z.infer<typeof apiKeyMadeSchema>;

export const apiKeyCreateSchema = z.strictObject({
  name: z
    .string("A key needs a name")
    .check(z.trim(), z.minLength(1, "A key needs a name"), z.maxLength(80, "A key's name has at most 80 characters")),
  role: z.enum(ROLES, `A key's role is one of ${ROLES.join(", ")}`),
  expiresAt: z.optional(
    z.nullable(z.iso.datetime({ offset: true, error: "The expiry is a moment like 2026-11-30T00:00:00Z" })),
  ),
});
export type ApiKeyCreate = z.infer<typeof apiKeyCreateSchema>;
