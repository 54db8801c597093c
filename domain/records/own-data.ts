import * as z from "zod/mini";
import { REGIONS } from "../regions.ts";
import { ROLES } from "../roles.ts";
import { apiKeySchema } from "./api-key.ts";
import { memberSchema } from "./member.ts";
import { sessionSchema } from "./session.ts";

/**
 * Everything that is kept of one person, for that person. No secret is in it, sealed or hashed, and
 * nothing of anybody else: records are the agency's, so of theirs it has the ids. Times are RFC 3339 UTC.
 */
export const ownDataSchema = z.object({
  exportedAt: z.string(),
  profile: z.extend(z.omit(memberSchema, { role: true, team: true, version: true }), {
    /** When they showed that the address is theirs. */
    emailVerifiedAt: z.nullable(z.string()),
    secondFactor: z.boolean(),
    recoveryCodesLeft: z.number(),
  }),
  /** An address belongs to one agency, so there is one. */
  memberships: z.array(
    z.object({
      tenant: z.object({ id: z.string(), name: z.string(), region: z.enum(REGIONS) }),
      role: z.enum(ROLES),
      team: z.nullable(z.string()),
    }),
  ),
  /** Those that ended too, for as long as they are kept. */
  sessions: z.array(
    z.extend(sessionSchema, {
      /** What the browser says of itself. */
      agent: z.nullable(z.string()),
      expiresAt: z.string(),
      endedAt: z.nullable(z.string()),
    }),
  ),
  /** Keys that they made. */
  apiKeys: z.array(apiKeySchema),
  /** Links that were mailed to them, and for which address. */
  mailLinks: z.array(
    z.object({
      kind: z.enum(["reset", "verify", "change_old", "change_new"]),
      email: z.string(),
      sentAt: z.string(),
      expiresAt: z.string(),
      usedAt: z.nullable(z.string()),
    }),
  ),
  /** Ids of the invitations that they sent: whom they invited is those people's. */
  invitations: z.array(z.string()),
  /** Ids of the records that they own, those in the trash too, by the record's plural. */
  records: z.record(z.string(), z.array(z.string())),
});
export type OwnData = z.infer<typeof ownDataSchema>;
