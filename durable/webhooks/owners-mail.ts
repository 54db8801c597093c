import { AppError } from "../../domain/app-error.ts";
import type { WebhookOffReason } from "../../domain/records/webhook.ts";
import { RETENTION_DAYS } from "../../domain/retention.ts";
import { type TenantPlace, tenantDb } from "../../platform/db/tenant-db.ts";
import { sendAccountMail } from "../../platform/mail/account-mail.ts";
import type { DurableEnv } from "../env.ts";
import type { Target } from "./webhooks.ts";

const WHY: Record<Exclude<WebhookOffReason, "by_hand">, string> = {
  failing: "every attempt to deliver to it failed for five days",
  gone: "its server answered 410 Gone, which says that nothing is wanted there any more",
};

/**
 * Tells the agency's owners that a webhook was switched off, each once for each time it was. Says the
 * host alone: the rest of an address may be a secret of its own.
 * @throws AppError 502 `mail_transient` when the provider wants to be asked again
 */
export async function mailOwners(env: DurableEnv, place: TenantPlace, target: Target): Promise<void> {
  const { id, url, offReason, offAt } = target;
  if (offReason === null || offReason === "by_hand") return;
  const { results } = await tenantDb(env, place, "first-primary")
    .sql("SELECT id, email FROM users WHERE tenant_id = ?1 AND role = 'owner' AND state = 'active'")
    .all<{ id: string; email: string }>();
  const { host } = new URL(url);
  const sent = results.map((owner) =>
    sendAccountMail(env, `${id}.${offAt}.${owner.id}`, {
      to: owner.email,
      subject: `The webhook to ${host} is switched off`,
      text: `Hello,\n\nyour agency's webhook to ${host} is switched off: ${WHY[offReason]}. Events that wait are kept for ${RETENTION_DAYS.webhookDeliveries} days, and can be sent again.\n\nOnce your server is well, switch it on here:\n\n${env.PUBLIC_URL}/app/settings/webhooks/${id}`,
    }),
  );
  if ((await Promise.all(sent)).some(({ status }) => status === "transient"))
    throw new AppError(502, "mail_transient", "The mail provider did not take the message; it is tried again.");
}
