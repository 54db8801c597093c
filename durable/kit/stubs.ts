import type { CreatorId } from "../../domain/ids.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import { objectInRegion } from "../../platform/regions.ts";
import type { ApiBudget } from "../api-budget.ts";
import type { DoorGate } from "../door-gate.ts";
import type { DurableEnv } from "../env.ts";
import type { LiveTracker } from "../live-tracker.ts";
import type { LoginGate } from "../login-gate.ts";
import type { TenantHub } from "../tenant-hub.ts";
import type { WebhookSender } from "../webhook-sender.ts";

/** Stubs are made here and nowhere else. Objects' names are opaque ids: the platform stores them. */

export const tenantHub = (env: DurableEnv, place: TenantPlace): DurableObjectStub<TenantHub> =>
  objectInRegion(env, env.TENANT_HUB, place.region, `${place.region}.${place.tenantId}`);

export const liveTracker = (
  env: DurableEnv,
  place: TenantPlace,
  creatorId: CreatorId,
): DurableObjectStub<LiveTracker> =>
  objectInRegion(env, env.LIVE_TRACKER, place.region, `${place.region}.${place.tenantId}.${creatorId}`);

/** One a tenant, apart from its hub. */
export const webhookSender = (env: DurableEnv, place: TenantPlace): DurableObjectStub<WebhookSender> =>
  objectInRegion(env, env.WEBHOOK_SENDER, place.region, `${place.region}.${place.tenantId}`);

/** One an address, by its keyed hash. */
export const loginGate = (env: DurableEnv, emailHash: string): DurableObjectStub<LoginGate> =>
  env.LOGIN_GATE.get(env.LOGIN_GATE.idFromName(emailHash));

/** One a door and who knocks at it, by a keyed hash of both. */
export const doorGate = (env: DurableEnv, knockerHash: string): DurableObjectStub<DoorGate> =>
  env.DOOR_GATE.get(env.DOOR_GATE.idFromName(knockerHash));

/** One an endpoint, for the whole app. */
export const apiBudget = (env: DurableEnv, endpoint: string): DurableObjectStub<ApiBudget> =>
  env.API_BUDGET.get(env.API_BUDGET.idFromName(endpoint));

/**
 * Calls an object and, where the platform says that the call may be repeated (the object moved,
 * was reset, a deploy came), once more on a fresh stub. For idempotent calls only.
 */
export async function again<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const transient = error instanceof Error && ("retryable" in error ? error.retryable === true : false);
    if (!transient || (error instanceof Error && "overloaded" in error && error.overloaded === true)) throw error;
    return await call();
  }
}
