import type { ApiKey } from "../../../domain/records/api-key.ts";

/** A key that stands opens the API; one that was revoked, or ran out, never will again. */
export type KeyState = "stands" | "expired" | "revoked";

/** @param now ms since epoch */
export function keyState({ expiresAt, revokedAt }: ApiKey, now: number): KeyState {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= now ? "expired" : "stands";
}
