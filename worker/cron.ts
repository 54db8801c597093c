import { AppError } from "../domain/app-error.ts";
import type { TenantId } from "../domain/ids.ts";
import { REGIONS, type Region } from "../domain/regions.ts";
import { RETENTION_DAYS } from "../domain/retention.ts";
import { tenantHub, webhookSender } from "../durable/kit/stubs.ts";
import { pendingEmails, tenantsAfter } from "../platform/db/directory-db.ts";
import { resealRegion } from "../platform/db/reseal.ts";
import { activeSince, keyIsMissing, noteKeyUse } from "../platform/key-report.ts";
import { createLog } from "../platform/log.ts";
import { dropOldLog, keepLog } from "../platform/log-store.ts";
import { regionalHousekeeping } from "../platform/regions.ts";
import { type KeyUse, together } from "../platform/sealed.ts";
import { createVault } from "../platform/vault.ts";
import type { WorkerEnv } from "./env.ts";
import { repairRegistration } from "./features/auth/service.ts";
import { dropUnconfirmed } from "./features/connect/grants.ts";
import { IDEMPOTENCY_MS } from "./http/idempotency.ts";

/** The schedules of `wrangler.toml`. */
export const CRONS = { repair: "*/5 * * * *", daily: "17 3 * * *" } as const;

/** A registration that is this old and still pending was cut. */
const CUT_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const TRIP_KEPT_MS = DAY_MS;
/** A link that ran out tells for a while that it did. */
const LINK_KEPT_MS = 7 * DAY_MS;
/** Envelopes of a region that one run seals anew after a change of keys. */
const RESEALED = 300;

/** After a change of keys nothing is sealed anew before everybody who runs has the new ring. */
const SETTLED_MS = 10 * 60_000;

const log = createLog();

/**
 * Finds what was left half done: registrations, answers to creators and a change of keys each five
 * minutes, everything of a tenant's once a day. A round that fails does not stand in another's way.
 */
export async function scheduled(env: WorkerEnv, cron: string): Promise<void> {
  const now = Date.now();
  const daily = cron === CRONS.daily;
  await round("registrations", async () => {
    for (const entry of await pendingEmails(env, now - CUT_MS)) await repairRegistration(env, entry);
  });
  await round("grants", () => dropUnconfirmed(env));
  await round("keys", () => lookAtKeys(env, daily, now));
  if (daily) await everyDay(env, now);
  await keepLog(env, false);
}

async function everyDay(env: WorkerEnv, now: number): Promise<void> {
  await round("housekeeping", () =>
    regionalHousekeeping(env, {
      trips: now - TRIP_KEPT_MS,
      idempotencyKeys: now - IDEMPOTENCY_MS,
      // A session's row tells an address and a device, as a log line does.
      sessions: now - RETENTION_DAYS.operationalLogs * DAY_MS,
      mailLinks: now - LINK_KEPT_MS,
      invitations: now,
    }),
  );
  await round("log", () => dropOldLog(env, now));
  await round("tenants", () => wakeTenants(env, now));
}

/** @returns whether it went well; what did not is told */
async function round(name: string, work: () => Promise<void>, tenantId?: TenantId): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const code = error instanceof AppError ? error.code : "unexpected";
    log.error({ event: `cron.${name}.failed`, code, tenantId });
    return false;
  }
}

/** With a single key on the ring there is nothing to seal anew, and once a day is often enough to look. */
async function lookAtKeys(env: WorkerEnv, daily: boolean, now: number): Promise<void> {
  if (!daily && !createVault(env.TOKEN_KEYS).hasOlder) return;
  for (const region of REGIONS) {
    const settled = (await activeSince(env, region, now)) <= now - SETTLED_MS;
    await noteKeyUse(env, region, { rows: await resealRegion(env, region, settled ? RESEALED : 0) }, now);
  }
  if (await keyIsMissing(env)) log.error({ event: "vault.key_missing", code: "vault_key_unknown" });
}

async function wakeTenants(env: WorkerEnv, now: number): Promise<void> {
  let overdue = 0;
  let all = true;
  const uses: Record<Region, KeyUse[]> = { eu: [], us: [], me: [] };
  for (
    let page = await tenantsAfter(env, "");
    page.length > 0;
    page = await tenantsAfter(env, page.at(-1)?.tenantId ?? "")
  ) {
    for (const place of page) {
      const wake = async (): Promise<void> => {
        const hub = await tenantHub(env, place).wake();
        overdue += hub.overdue;
        const sender = await webhookSender(env, place).wake();
        uses[place.region].push(hub.sealedWith, sender.sealedWith);
      };
      all = (await round("tenant", wake, place.tenantId)) && all;
    }
  }
  // Of a key that one of them may still need it must not be said that nobody does.
  if (all) for (const region of REGIONS) await noteKeyUse(env, region, { objects: together(uses[region]) }, now);
  if (overdue > 0) log.warn({ event: "purge.overdue", status: overdue });
}
