import type { DeliveryError, Webhook, WebhookDelivery } from "../../../../domain/records/webhook.ts";
import type { SubscribedType } from "../../../../domain/webhook-events.ts";

/** When each event is sent. */
export const EVENT_WORDS: Record<SubscribedType, string> = {
  "creator.created": "A creator is added",
  "creator.updated": "A creator's record changes",
  "creator.deleted": "A creator goes to the trash",
  "creator.restored": "A creator is restored",
  "member.joined": "A member joins",
  "member.left": "A member leaves",
  "member.role_changed": "A member's role changes",
  "connection.connected": "TikTok is connected",
  "connection.disconnected": "TikTok is disconnected",
  "live.started": "A LIVE begins",
  "live.ended": "A LIVE ends",
};

const ERROR_WORDS: Record<DeliveryError, string> = {
  timeout: "No answer in 5 s",
  unreachable: "Not reachable",
  address_refused: "Leads to a private address",
  no_such_host: "No such name",
  switched_off: "Switched off before",
};

/** What the server said to the last attempt. */
export function answerOf({ status, error }: WebhookDelivery): string {
  if (status !== null) return `HTTP ${status}`;
  return error ? ERROR_WORDS[error] : "—";
}

/** Why nothing is sent, and what to do. */
export const OFF_WORDS: Record<NonNullable<Webhook["offReason"]>, { title: string; text: string }> = {
  by_hand: {
    title: "This webhook is switched off",
    text: "Nothing is sent, and what happens meanwhile is not kept for it.",
  },
  failing: {
    title: "Switched off after five days of failures",
    text: "Every attempt failed, and the owners got a mail. See to your server, switch the webhook on, then replay what failed.",
  },
  gone: {
    title: "Switched off: the server answered 410 Gone",
    text: "That answer says that nothing is wanted there any more. If it was meant otherwise, switch the webhook on, then replay what failed.",
  },
};

/** The part of an address by which a person knows it. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? url;
