import * as z from "zod/mini";
import { SUBSCRIBED_TYPES } from "../webhook-events.ts";

/** Why nothing is sent to a webhook: somebody switched it off, it failed for days, or its server said 410 Gone. */
export const WEBHOOK_OFF_REASONS = ["by_hand", "failing", "gone"] as const;
export type WebhookOffReason = (typeof WEBHOOK_OFF_REASONS)[number];

/** Pending waits for its (next) attempt; failed is not tried again by itself. */
export const DELIVERY_STATES = ["pending", "delivered", "failed"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Why an attempt came to no HTTP status. */
export const DELIVERY_ERRORS = ["timeout", "unreachable", "address_refused", "no_such_host", "switched_off"] as const;
export type DeliveryError = (typeof DELIVERY_ERRORS)[number];

/** One event on its way to one webhook. Times are RFC 3339 UTC. */
export const webhookDeliverySchema = z.object({
  /** The message's `webhook-id`: the same in every attempt and replay. */
  id: z.string(),
  type: z.string(),
  state: z.enum(DELIVERY_STATES),
  /** Since it was made, or was last replayed. */
  attempts: z.number(),
  createdAt: z.string(),
  lastAttemptAt: z.nullable(z.string()),
  nextAttemptAt: z.nullable(z.string()),
  /** The last attempt's HTTP status; null where there was none, and `error` says why. */
  status: z.nullable(z.number()),
  error: z.nullable(z.enum(DELIVERY_ERRORS)),
});
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

/** An address of the agency's own that hears of events. Times are RFC 3339 UTC. */
export const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(SUBSCRIBED_TYPES)),
  state: z.enum(["on", "off"]),
  offReason: z.nullable(z.enum(WEBHOOK_OFF_REASONS)),
  /** Since when every attempt failed; null while the last one went well. */
  failingSince: z.nullable(z.string()),
  /** Until then the secret before this one signs too. */
  oldSecretUntil: z.nullable(z.string()),
  /** The newest delivery that was attempted. */
  lastDelivery: z.nullable(webhookDeliverySchema),
  createdAt: z.string(),
  createdBy: z.string(),
  version: z.number(),
});
export type Webhook = z.infer<typeof webhookSchema>;

/** With the secret, `whsec_…`: in the answer that made it and in no other. */
export const webhookMadeSchema = z.extend(webhookSchema, { secret: z.string() });
export type WebhookMade = z.infer<typeof webhookMadeSchema>;

/** The longest address that is taken. */
const MOST_URL = 500;

const url = z
  .string("Say the address that events are sent to")
  .check(
    z.trim(),
    z.minLength(1, "Say the address that events are sent to"),
    z.maxLength(MOST_URL, `An address has at most ${MOST_URL} characters`),
  );

const events = z.pipe(
  z
    .array(z.enum(SUBSCRIBED_TYPES, `An event is one of ${SUBSCRIBED_TYPES.join(", ")}`), "Choose the events")
    .check(z.minLength(1, "Choose at least one event")),
  z.transform((chosen) => SUBSCRIBED_TYPES.filter((type) => chosen.includes(type))),
);

export const webhookCreateSchema = z.strictObject({ url, events });
export type WebhookCreate = z.infer<typeof webhookCreateSchema>;

export const webhookPatchSchema = z.strictObject({
  url: z.optional(url),
  events: z.optional(events),
  state: z.optional(z.enum(["on", "off"], "A webhook is on or off")),
});
export type WebhookPatch = z.infer<typeof webhookPatchSchema>;
