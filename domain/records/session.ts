import * as z from "zod/mini";

/** A browser that a person is signed in with. Times are RFC 3339 UTC. */
export const sessionSchema = z.object({
  id: z.string(),
  /** In plain words, as the browser says it: "Chrome on Windows". */
  device: z.string(),
  /** Where it was last renewed from; null where that is not known. */
  ip: z.nullable(z.string()),
  /** ISO 3166 code of the address's country, as the platform guesses it. */
  country: z.nullable(z.string()),
  createdAt: z.string(),
  /** To the quarter of an hour: when its cookies were renewed last. */
  lastSeenAt: z.string(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type SignedInSession = z.infer<typeof sessionSchema>;

export const sessionListSchema = z.object({ items: z.array(sessionSchema) });
