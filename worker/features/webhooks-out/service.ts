import { AppError, notFound } from "../../../domain/app-error.ts";
import type { WebhookId } from "../../../domain/ids.ts";
import type { Webhook, WebhookCreate, WebhookMade, WebhookPatch } from "../../../domain/records/webhook.ts";
import { webhookSender } from "../../../durable/kit/stubs.ts";
import { refusedAddress } from "../../../platform/webhooks/address.ts";
import type { Session, WorkerEnv } from "../../env.ts";
import { versionConflict } from "../../records/version.ts";

/** @throws AppError 422 for an address that nothing is ever sent to */
function refuseAddress(env: WorkerEnv, url: string): void {
  const message = refusedAddress(url, env.PUBLIC_URL);
  if (message !== null) throw new AppError(422, "invalid_fields", message, { errors: [{ path: "url", message }] });
}

/**
 * Registers an address.
 * @returns the webhook with its secret, which nobody can ask for again
 * @throws AppError 422 for an address that nothing is sent to, 409 for one webhook too many
 */
export async function addWebhook(env: WorkerEnv, by: Session, wanted: WebhookCreate): Promise<WebhookMade> {
  refuseAddress(env, wanted.url);
  const made = await webhookSender(env, by.place).add(wanted, by.userId);
  if (made) return made;
  throw new AppError(
    409,
    "too_many_webhooks",
    "Your agency has as many webhooks as it may have. Delete one that nobody needs any more.",
  );
}

/** @throws AppError 422 for an address that nothing is sent to, 409 when somebody was quicker */
export async function changeWebhook(
  env: WorkerEnv,
  by: Session,
  before: Webhook,
  patch: WebhookPatch,
): Promise<Webhook> {
  if (patch.url !== undefined) refuseAddress(env, patch.url);
  const sender = webhookSender(env, by.place);
  const id = before.id as WebhookId;
  const changed = await sender.change(id, before.version, patch);
  if (changed) return changed;
  const now = await sender.find(id);
  throw now ? versionConflict(now) : notFound("webhook");
}

/** Nothing is sent to a webhook that is off, by hand neither. */
export const isOff = (): AppError =>
  new AppError(409, "webhook_off", "This webhook is switched off. Switch it on first, then send.");
