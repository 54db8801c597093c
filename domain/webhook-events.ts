import * as z from "zod/mini";
import { CREATOR_STAGES } from "./records/creator.ts";
import { ROLES } from "./roles.ts";

/**
 * What an agency's webhooks hear of: a closed list. An event says which record and what the
 * agency's own people decided about it. Nothing of TikTok's is in one, and nothing that names a
 * person or reaches one: a message lies in a stranger's log long after the record was erased here.
 * Who may know more asks the API by the id, with the rights that they have at that moment.
 *
 * What a schema does not name is left out, whatever the caller hands over.
 */

const creator = {
  id: z.string(),
  stage: z.enum(CREATOR_STAGES),
  tier: z.nullable(z.string()),
  ownerId: z.nullable(z.string()),
  team: z.nullable(z.string()),
  tags: z.array(z.string()),
  version: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  deletedAt: z.nullable(z.string()),
};
/** Fields by name, as the API has them: what they hold is asked there. */
const changed = z.array(z.string());
const member = { id: z.string(), role: z.enum(ROLES), team: z.nullable(z.string()) };
const connection = { id: z.string(), creatorId: z.string() };
/** Our own id of the session; TikTok's number of the room stays here. */
const live = { sessionId: z.string(), creatorId: z.string() };

export const WEBHOOK_DATA = {
  "creator.created": z.object(creator),
  "creator.updated": z.object({ ...creator, changed }),
  "creator.deleted": z.object({ id: z.string() }),
  "creator.restored": z.object(creator),
  "member.joined": z.object(member),
  /** `reassignedTo` has what they owned; null: they owned nothing. */
  "member.left": z.object({ id: z.string(), reassignedTo: z.nullable(z.string()) }),
  "member.role_changed": z.object({ ...member, previousRole: z.enum(ROLES) }),
  "connection.connected": z.object(connection),
  "connection.disconnected": z.object(connection),
  "live.started": z.object(live),
  "live.ended": z.object(live),
  /** Asked for by hand; nobody subscribes to it. */
  "webhook.test": z.object({ webhookId: z.string() }),
} as const satisfies Record<string, z.ZodMiniType>;

export type WebhookEventType = keyof typeof WEBHOOK_DATA;
export type WebhookData<Type extends WebhookEventType> = z.infer<(typeof WEBHOOK_DATA)[Type]>;

export const WEBHOOK_TEST = "webhook.test" as const satisfies WebhookEventType;
export type SubscribedType = Exclude<WebhookEventType, typeof WEBHOOK_TEST>;

/** What a webhook may ask to hear of, in the order in which a person chooses. */
export const SUBSCRIBED_TYPES = Object.keys(WEBHOOK_DATA).filter(
  (type): type is SubscribedType => type !== WEBHOOK_TEST,
);

export const isEventType = (type: string): type is WebhookEventType => Object.hasOwn(WEBHOOK_DATA, type);

/**
 * The body of a webhook.
 * @param at when it happened, ms since epoch
 * @throws ZodError when `data` lacks what the event has to say
 */
export const webhookBody = <Type extends WebhookEventType>(type: Type, at: number, data: WebhookData<Type>): string =>
  JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: WEBHOOK_DATA[type].parse(data) });
