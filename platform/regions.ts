import type { TenantId } from "../domain/ids.ts";
import { REGIONS, type Region } from "../domain/regions.ts";
import type { PlatformEnv } from "./env.ts";

/**
 * The only file that knows which database, bucket, jurisdiction and location a region has.
 * A region is one database today; when one fills up it becomes several shards here,
 * and nobody above notices.
 */

interface Placement {
  database: (env: PlatformEnv) => D1Database;
  bucket: (env: PlatformEnv) => R2Bucket;
  /** Where the platform can promise that an object never leaves. */
  jurisdiction?: DurableObjectJurisdiction;
  hint: DurableObjectLocationHint;
}

const PLACEMENTS: Record<Region, Placement> = {
  eu: { database: (env) => env.DB_EU, bucket: (env) => env.FILES_EU, jurisdiction: "eu", hint: "weur" },
  us: { database: (env) => env.DB_US, bucket: (env) => env.FILES_US, hint: "enam" },
  // There is no database location in the Middle East: the nearest serves it, and the register page says so.
  me: { database: (env) => env.DB_ME, bucket: (env) => env.FILES_ME, hint: "me" },
};

/** The database that holds the region's tenants. Use `tenantDb()` to talk to it. */
export const regionalDatabase = (env: PlatformEnv, region: Region): D1Database => PLACEMENTS[region].database(env);

/** What the region keeps by the day: logs, anchors. Its keys begin with what a file is: `log/`, `audit/`. */
export const regionalBucket = (env: PlatformEnv, region: Region): R2Bucket => PLACEMENTS[region].bucket(env);

/**
 * The stub of an object in its region. Names are stored by the platform: opaque ids only.
 * `.jurisdiction()` throws in the local runtime, hence the switch.
 */
export function objectInRegion<T extends Rpc.DurableObjectBranded | undefined>(
  env: PlatformEnv,
  namespace: DurableObjectNamespace<T>,
  region: Region,
  objectName: string,
): DurableObjectStub<T> {
  const { jurisdiction, hint } = PLACEMENTS[region];
  const here =
    jurisdiction !== undefined && env.JURISDICTIONS === "on" ? namespace.jurisdiction(jurisdiction) : namespace;
  return here.get(here.idFromName(objectName), { locationHint: hint });
}

/** Trips of before `before` (ms since epoch) on which a sealed grant still waits for a creator's yes, of every tenant. */
export async function unconfirmedTrips(
  env: PlatformEnv,
  before: number,
): Promise<{ region: Region; tenantId: TenantId; stateHash: string }[]> {
  const found = REGIONS.map(async (region) => {
    const { results } = await PLACEMENTS[region]
      .database(env)
      .prepare(
        "SELECT tenant_id AS tenantId, state_hash AS stateHash FROM oauth_trips WHERE created_at < ? AND pending_grant IS NOT NULL LIMIT 100",
      )
      .bind(before)
      .all<{ tenantId: TenantId; stateHash: string }>();
    return results.map((row) => ({ region, ...row }));
  });
  return (await Promise.all(found)).flat();
}

/** Drops what only its age makes useless, of every tenant. Times in ms since epoch. */
export async function regionalHousekeeping(
  env: PlatformEnv,
  before: { trips: number; idempotencyKeys: number; invitations: number; sessions: number; mailLinks: number },
): Promise<void> {
  for (const { database } of Object.values(PLACEMENTS)) {
    const db = database(env);
    await db.batch([
      db.prepare("DELETE FROM oauth_trips WHERE created_at < ?").bind(before.trips),
      db.prepare("DELETE FROM idempotency_keys WHERE created_at < ?").bind(before.idempotencyKeys),
      db.prepare("DELETE FROM invitations WHERE expires_at < ?").bind(before.invitations),
      db.prepare("DELETE FROM sessions WHERE expires_at < ?").bind(before.sessions),
      db.prepare("DELETE FROM mail_links WHERE expires_at < ?").bind(before.mailLinks),
    ]);
  }
}
