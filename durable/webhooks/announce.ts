import { waitUntil } from "cloudflare:workers";
import { AppError } from "../../domain/app-error.ts";
import { newId } from "../../domain/ids.ts";
import { type SubscribedType, type WebhookData, webhookBody } from "../../domain/webhook-events.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import { createLog } from "../../platform/log.ts";
import type { DurableEnv } from "../env.ts";
import { again, webhookSender } from "../kit/stubs.ts";

const log = createLog();

/**
 * Tells an agency's webhooks what happened. Called after the write that made it so; the answer does not
 * wait for it, and nothing that goes wrong here undoes or fails what was done: it is logged, and the
 * event is lost. Whoever needs every change compares with the lists now and then.
 */
export function announce<Type extends SubscribedType>(
  env: DurableEnv,
  place: TenantPlace,
  type: Type,
  data: WebhookData<Type>,
): void {
  waitUntil(handOver(env, place, type, data));
}

async function handOver<Type extends SubscribedType>(
  env: DurableEnv,
  { region, tenantId }: TenantPlace,
  type: Type,
  data: WebhookData<Type>,
): Promise<void> {
  try {
    const at = Date.now();
    const event = { id: newId("webhookEvent", at), type, body: webhookBody(type, at, data), at };
    await again(() => webhookSender(env, { region, tenantId }).hear(event));
  } catch (error) {
    const code = error instanceof AppError ? error.code : "unexpected";
    log.warn({ tenantId, event: "webhook.event_lost", code });
  }
}
