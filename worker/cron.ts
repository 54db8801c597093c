import { tenantHub, webhookSender } from "../durable/kit/stubs.ts";
import { pendingEmails, tenantsAfter } from "../platform/db/directory-db.ts";
import { createLog } from "../platform/log.ts";
import { regionalHousekeeping } from "../platform/regions.ts";
import type { WorkerEnv } from "./env.ts";
import { repairRegistration } from "./features/auth/service.ts";
import { dropUnconfirmed } from "./features/connect/grants.ts";
import { IDEMPOTENCY_MS } from "./http/idempotency.ts";

/** The schedules of `wrangler.toml`. */
export const CRONS = { repair: "*/5 * * * *", daily: "17 3 * * *" } as const;

/** A registration that is this old and still pending was cut. */
const CUT_MS = 10 * 60_000;
const TRIP_KEPT_MS = 86_400_000;

const log = createLog();

/** Finds what was left half done: registrations and answers to creators each five minutes, everything of a tenant's once a day. */
export async function scheduled(env: WorkerEnv, cron: string): Promise<void> {
  const now = Date.now();
  for (const entry of await pendingEmails(env, now - CUT_MS)) await repairRegistration(env, entry);
  await dropUnconfirmed(env);
  if (cron !== CRONS.daily) return;
  await regionalHousekeeping(env, {
    trips: now - TRIP_KEPT_MS,
    idempotencyKeys: now - IDEMPOTENCY_MS,
    invitations: now,
  });
  let overdue = 0;
  for (
    let page = await tenantsAfter(env, "");
    page.length > 0;
    page = await tenantsAfter(env, page.at(-1)?.tenantId ?? "")
  ) {
    for (const place of page) {
      overdue += (await tenantHub(env, place).wake()).overdue;
      await webhookSender(env, place).wake();
    }
  }
  if (overdue > 0) log.warn({ event: "purge.overdue", status: overdue });
}
