import { type TenantDb, tenantDb } from "../../../platform/db/tenant-db.ts";
import { outbound, outsideUrls } from "../../../platform/hosts.ts";
import { unconfirmedTrips } from "../../../platform/regions.ts";
import { TiktokError } from "../../../platform/tiktok/errors.ts";
import { createOauth, type Oauth, type TokenGrant } from "../../../platform/tiktok/oauth.ts";
import { createVault, VaultError } from "../../../platform/vault.ts";
import type { WorkerEnv } from "../../env.ts";
import { findTrip, keepPendingGrant, type TripRow, takePendingGrant } from "./queries.ts";

/** A trip to TikTok and back may take this long, the creator's yes to another account included. */
export const TRIP_MS = 10 * 60_000;

export const oauthOf = (env: WorkerEnv): Oauth => {
  const { authorizeUrl, apiUrl } = outsideUrls(env);
  return createOauth({
    clientKey: env.TIKTOK_CLIENT_KEY,
    clientSecret: env.TIKTOK_CLIENT_SECRET,
    authorizeUrl,
    apiUrl,
    fetch: outbound(env),
  });
};

/** A grant that we will not keep is given back, so that nothing of it stays open at TikTok. */
export async function letGo(env: WorkerEnv, grant: TokenGrant): Promise<void> {
  try {
    await oauthOf(env).revoke(grant.accessToken);
  } catch (error) {
    if (!(error instanceof TiktokError)) throw error;
    // Best effort: the token is stored nowhere any more and dies by itself.
  }
}

/** A grant of another account than the roster's, and whose it is. */
export interface Pending {
  grant: TokenGrant;
  username: string;
}

const contextOf = (db: TenantDb, stateHash: string) => ({
  tenant: db.tenantId,
  record: stateHash,
  purpose: "pending_grant" as const,
});

/** Keeps a grant, sealed, until the creator says whether that account is the right one. */
export async function holdBack(env: WorkerEnv, db: TenantDb, stateHash: string, pending: Pending): Promise<void> {
  const sealed = await createVault(env.TOKEN_KEYS).seal(JSON.stringify(pending), contextOf(db, stateHash));
  await keepPendingGrant(db, stateHash, sealed).run();
}

/** Takes it out again, once. @returns null when there is none, or somebody was quicker */
export async function takeBack(env: WorkerEnv, db: TenantDb, trip: TripRow): Promise<Pending | null> {
  const { pendingGrant, stateHash } = trip;
  if (pendingGrant === null) return null;
  // Opened before it is taken: without its key it would be gone, and open at TikTok for ever.
  const kept = await createVault(env.TOKEN_KEYS).open(pendingGrant, contextOf(db, stateHash));
  if (!(await takePendingGrant(db, stateHash))) return null;
  // Our own sealed words: whole, or the vault would not have opened them.
  return JSON.parse(kept) as Pending;
}

/** What does not open waits for its key; the vault told it. The others need not. */
function unlessSealed(error: unknown): null {
  if (error instanceof VaultError) return null;
  throw error;
}

/** Gives back what waited for a creator's yes and did not get it in time. */
export async function dropUnconfirmed(env: WorkerEnv): Promise<void> {
  for (const { region, tenantId, stateHash } of await unconfirmedTrips(env, Date.now() - TRIP_MS)) {
    const db = tenantDb(env, { region, tenantId }, "first-primary");
    const trip = await findTrip(db, stateHash);
    const pending = trip && (await takeBack(env, db, trip).catch(unlessSealed));
    if (pending) await letGo(env, pending.grant);
  }
}
