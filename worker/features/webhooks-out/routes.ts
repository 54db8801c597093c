import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod/mini";
import { notFound } from "../../../domain/app-error.ts";
import { changesBetween } from "../../../domain/audit.ts";
import { isId, type WebhookEventId, type WebhookId } from "../../../domain/ids.ts";
import {
  type Webhook,
  webhookCreateSchema,
  webhookDeliverySchema,
  webhookMadeSchema,
  webhookPatchSchema,
  webhookSchema,
} from "../../../domain/records/webhook.ts";
import { RETENTION_DAYS } from "../../../domain/retention.ts";
import { webhookSender } from "../../../durable/kit/stubs.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody, parsed, query } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { pageSchema } from "../../records/list.ts";
import { cursorOf, limitOf, pageOf, pageQuery } from "../../records/pages.ts";
import { matchVersion } from "../../records/version.ts";
import { addWebhook, changeWebhook, isOff } from "./service.ts";

/*
 * Webhooks that go out, to servers of the agency's own. What TikTok sends to us is another matter:
 * `features/webhooks`.
 *
 * A webhook outlives the key that would have made it, and would go on telling whoever stole that key:
 * making one, changing where it goes and renewing its secret are a person's.
 */

const tag = "Webhooks";

interface WithWebhook extends AppEnv {
  Variables: AppEnv["Variables"] & { webhook: Webhook; webhookId: WebhookId };
}

interface WithDelivery extends WithWebhook {
  Variables: WithWebhook["Variables"] & { deliveryId: WebhookEventId };
}

const targetOf = ({ id }: { id: string }) => ({ type: "webhook", id }) as const;
/** What the ledger tells of a webhook: where it goes may hold a secret of the agency's in its path. */
const told = ({ events, state }: Webhook) => ({ events: events.join(" "), state });

/** 404 unless the path's webhook is one of the caller's own tenant. */
const loadWebhook = createMiddleware<WithWebhook>(async (c, next) => {
  const id = c.req.param("id") ?? "";
  const webhook = isId("webhook", id) ? await webhookSender(c.env, c.get("session").place).find(id) : null;
  if (!webhook || !isId("webhook", id)) throw notFound("webhook");
  c.set("webhook", webhook);
  c.set("webhookId", id);
  await next();
});

/** 404 unless the path's delivery is one of the webhook's. */
const loadDelivery = createMiddleware<WithDelivery>(async (c, next) => {
  const id = c.req.param("deliveryId") ?? "";
  const sender = webhookSender(c.env, c.get("session").place);
  if (!isId("webhookEvent", id) || !(await sender.delivery(c.get("webhookId"), id))) throw notFound("delivery");
  c.set("deliveryId", id);
  await next();
});

const isPlace = (text: string) => isId("webhookEvent", text);

export const webhooksOut = new Hono<WithDelivery>()
  .use(signedIn)
  .get(
    "/",
    describe({
      tag,
      summary: "The agency's webhooks, in the order in which they were made; never a secret",
      answers: { 200: pageSchema(webhookSchema) },
    }),
    right("webhooks.manage"),
    async (c) => c.json({ items: await webhookSender(c.env, c.get("session").place).list(), nextCursor: null }),
  )
  .post(
    "/",
    describe({
      tag,
      summary: "Registers an address that hears of events; `secret` is shown here and never again",
      credential: "session",
      answers: { 201: webhookMadeSchema },
    }),
    notForKeys,
    right("webhooks.manage"),
    jsonBody,
    // Not `idempotent`: that would show again, for a day, what is shown once.
    checked(webhookCreateSchema),
    async (c) => {
      const made = await addWebhook(c.env, c.get("session"), c.req.valid("json"));
      await audit(c, { action: "webhook.created", target: targetOf(made), changes: changesBetween({}, told(made)) });
      return c.json(made, 201);
    },
  )
  .get(
    "/:id",
    describe({ tag, summary: "A webhook", answers: { 200: webhookSchema } }),
    loadWebhook,
    right("webhooks.manage"),
    (c) => c.json(c.get("webhook")),
  )
  .patch(
    "/:id",
    describe({
      tag,
      summary: 'Changes address, events or state; say the version in If-Match: "3"',
      credential: "session",
      body: webhookPatchSchema,
      answers: { 200: webhookSchema },
    }),
    loadWebhook,
    notForKeys,
    right("webhooks.manage"),
    jsonBody,
    async (c) => {
      const before = c.get("webhook");
      const patch = parsed(webhookPatchSchema, await matchVersion(c, before));
      const after = await changeWebhook(c.env, c.get("session"), before, patch);
      const changes = changesBetween(told(before), told(after));
      await audit(c, { action: "webhook.changed", target: targetOf(after), changes });
      return c.json(after);
    },
  )
  .delete(
    "/:id",
    describe({ tag, summary: "Deletes a webhook and what is kept of its deliveries", answers: { 204: null } }),
    loadWebhook,
    right("webhooks.manage"),
    async (c) => {
      await webhookSender(c.env, c.get("session").place).remove(c.get("webhookId"));
      await audit(c, { action: "webhook.deleted", target: targetOf(c.get("webhook")) });
      return c.body(null, 204);
    },
  )
  .post(
    "/:id/rotate",
    describe({
      tag,
      summary: "Makes a new secret, shown here and never again; the one before signs beside it for 24 hours",
      credential: "session",
      answers: { 200: webhookMadeSchema },
    }),
    loadWebhook,
    notForKeys,
    right("webhooks.manage"),
    async (c) => {
      const made = await webhookSender(c.env, c.get("session").place).rotate(c.get("webhookId"));
      if (!made) throw notFound("webhook");
      await audit(c, { action: "webhook.secret_renewed", target: targetOf(made) });
      return c.json(made);
    },
  )
  .post(
    "/:id/test",
    describe({
      tag,
      summary: "Sends a `webhook.test` message, once; look at it in the deliveries",
      answers: { 202: webhookDeliverySchema },
    }),
    loadWebhook,
    right("webhooks.manage"),
    async (c) => {
      const delivery = await webhookSender(c.env, c.get("session").place).sendTest(c.get("webhookId"));
      if (!delivery) throw isOff();
      return c.json(delivery, 202);
    },
  )
  .get(
    "/:id/deliveries",
    describe({
      tag,
      summary: `What was sent to a webhook and how it went, newest first, for ${RETENTION_DAYS.webhookDeliveries} days`,
      answers: { 200: pageSchema(webhookDeliverySchema) },
    }),
    loadWebhook,
    right("webhooks.manage"),
    query(z.strictObject(pageQuery)),
    async (c) => {
      const { limit: asked, cursor } = c.req.valid("query");
      const limit = limitOf(asked);
      const sender = webhookSender(c.env, c.get("session").place);
      const found = await sender.deliveries(c.get("webhookId"), cursorOf(cursor, isPlace), limit + 1);
      return c.json(pageOf(found, limit));
    },
  )
  .post(
    "/:id/deliveries/:deliveryId/replay",
    describe({
      tag,
      summary: "Sends a message once more, with the same `webhook-id`",
      answers: { 202: webhookDeliverySchema },
    }),
    loadWebhook,
    loadDelivery,
    right("webhooks.manage"),
    async (c) => {
      const sender = webhookSender(c.env, c.get("session").place);
      const replayed = await sender.replay(c.get("webhookId"), c.get("deliveryId"));
      if (!replayed) throw isOff();
      return c.json(replayed, 202);
    },
  );
