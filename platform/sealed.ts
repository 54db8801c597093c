import type { SealedPurpose } from "./vault.ts";

/** A column of a regional table whose values are envelopes of the vault. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The column whose value the envelope is bound to, beside its tenant; or what is made of several. */
  record: string;
}

const column = (table: string, name: string, record: string): SealedColumn => ({ table, column: name, record });

/**
 * Every place in the regional databases where something sealed lies, by what it is: what a change of
 * keys works through (`db/reseal.ts`). A purpose that is not named here does not compile; a column
 * that is not named fails a test. What objects keep is sealed anew by themselves (`durable/kit/reseal.ts`).
 */
export const SEALED_COLUMNS = {
  access_token: [column("connections", "access_token", "id")],
  refresh_token: [column("connections", "refresh_token", "id")],
  pkce_verifier: [column("oauth_trips", "verifier", "state_hash")],
  pending_grant: [column("oauth_trips", "pending_grant", "state_hash")],
  totp_secret: [column("users", "totp_secret", "id"), column("users", "totp_pending", "id")],
  webhook_secret: [],
  kept_answer: [column("idempotency_keys", "body", "caller_id || '.' || key")],
} as const satisfies Record<SealedPurpose, readonly SealedColumn[]>;

/** How many envelopes each key seals, by key id. */
export type KeyUse = Readonly<Record<string, number>>;

/** The sum of several counts. */
export function together(uses: readonly KeyUse[]): KeyUse {
  const sum: Record<string, number> = {};
  for (const [keyId, envelopes] of uses.flatMap((use) => Object.entries(use)))
    sum[keyId] = (sum[keyId] ?? 0) + envelopes;
  return sum;
}
