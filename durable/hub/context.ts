import type { ConnectionId, CreatorId } from "../../domain/ids.ts";
import { type TenantDb, type TenantPlace, tenantDb } from "../../platform/db/tenant-db.ts";
import { outbound, outsideUrls } from "../../platform/hosts.ts";
import { createDisplayApi, type DisplayApi } from "../../platform/tiktok/display-api.ts";
import { createOauth, type Oauth } from "../../platform/tiktok/oauth.ts";
import { createVault, type Vault } from "../../platform/vault.ts";
import type { Endpoint } from "../api-budget.ts";
import { type Clock, clockOf } from "../clock.ts";
import type { DurableEnv } from "../env.ts";
import { again, apiBudget } from "../kit/stubs.ts";
import { createRoomApi, type RoomApi } from "../webcast/room-api.ts";

/** What the parts of a TenantHub work with: one tenant's database and the doors to TikTok. */
export interface HubContext {
  env: DurableEnv;
  place: TenantPlace;
  clock: Clock;
  /** A fresh session on the tenant's database that sees every write before it. */
  db: () => TenantDb;
  oauth: Oauth;
  displayApi: DisplayApi;
  roomApi: RoomApi;
  vault: Vault;
  /** Waits for no one: takes one request of the app's budget or throws {@link NotYet}. */
  spend: (endpoint: Endpoint) => Promise<void>;
  /** TikTok answered 429 although the budget was kept: everybody waits. */
  backOff: (endpoint: Endpoint, until?: number) => Promise<void>;
}

/** The app's budget for an endpoint is spent; nothing is wrong. `retryAt` is ms since epoch. */
export class NotYet extends Error {
  override readonly name = "NotYet";
  readonly retryAt: number;

  constructor(retryAt: number) {
    super("The budget of this endpoint is spent for now.");
    this.retryAt = retryAt;
  }
}

export function hubContext(env: DurableEnv, place: TenantPlace): HubContext {
  const fetch = outbound(env);
  const urls = outsideUrls(env);
  const client = { clientKey: env.TIKTOK_CLIENT_KEY, clientSecret: env.TIKTOK_CLIENT_SECRET };
  return {
    env,
    place,
    clock: clockOf(env),
    db: () => tenantDb(env, place, "first-primary"),
    oauth: createOauth({ ...client, authorizeUrl: urls.authorizeUrl, apiUrl: urls.apiUrl, fetch }),
    displayApi: createDisplayApi({ apiUrl: urls.apiUrl, fetch }),
    roomApi: createRoomApi({
      webUrl: urls.liveWebUrl,
      webcastUrl: urls.liveWebcastUrl,
      signUrl: urls.liveSignUrl,
      signKey: env.LIVE_SIGN_KEY,
      fetch,
    }),
    vault: createVault(env.TOKEN_KEYS),
    spend: async (endpoint) => {
      const lease = await again(() => apiBudget(env, endpoint).take(endpoint));
      if (!lease.granted) throw new NotYet(lease.retryAt);
    },
    backOff: async (endpoint, until) => apiBudget(env, endpoint).refused(until),
  };
}

/**
 * The guard of every write that carries news from TikTok: the connection that it was fetched
 * under must still stand, in the same generation. `?2` is the connection, `?3` the generation.
 */
export const STANDS =
  "EXISTS (SELECT 1 FROM connections g WHERE g.tenant_id = ?1 AND g.id = ?2 AND g.generation = ?3 AND g.ended_at IS NULL)";

/** Which connection, of whom. */
export interface ConnectionRef {
  connectionId: ConnectionId;
  creatorId: CreatorId;
  generation: number;
}
