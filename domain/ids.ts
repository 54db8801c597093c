/** Every id is a prefix and a 26-character ULID: sortable by the time it was made. */
export const ID_PREFIX = {
  tenant: "tn",
  user: "us",
  session: "se",
  creator: "cr",
  connection: "cn",
  invite: "iv",
  invitation: "in",
  consent: "cs",
  liveSession: "ls",
  apiKey: "ak",
  mailLink: "ml",
  webhook: "wh",
  webhookEvent: "ev",
  auditEntry: "ae",
  certificate: "ce",
  company: "co",
  deal: "de",
} as const;

export type IdKind = keyof typeof ID_PREFIX;

type Branded<Kind extends string> = string & { readonly __id: Kind };
export type Id<Kind extends IdKind> = Branded<Kind>;
export type TenantId = Id<"tenant">;
export type UserId = Id<"user">;
export type SessionId = Id<"session">;
export type CreatorId = Id<"creator">;
export type ConnectionId = Id<"connection">;
export type InviteId = Id<"invite">;
export type InvitationId = Id<"invitation">;
export type LiveSessionId = Id<"liveSession">;
export type ApiKeyId = Id<"apiKey">;
export type MailLinkId = Id<"mailLink">;
export type WebhookId = Id<"webhook">;
export type WebhookEventId = Id<"webhookEvent">;
export type AuditEntryId = Id<"auditEntry">;

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A new id. Time and randomness are the caller's, so that a test can fix them.
 * @param now ms since epoch
 * @param random 10 random bytes
 */
export function makeId<Kind extends IdKind>(kind: Kind, now: number, random: Uint8Array): Id<Kind> {
  let time = "";
  for (let left = now, digit = 0; digit < 10; digit++, left = Math.floor(left / 32)) {
    time = CROCKFORD.charAt(left % 32) + time;
  }
  let tail = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of random.subarray(0, 10)) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += CROCKFORD.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return `${ID_PREFIX[kind]}_${time}${tail}` as Id<Kind>;
}

export const newId = <Kind extends IdKind>(kind: Kind, now = Date.now()): Id<Kind> =>
  makeId(kind, now, crypto.getRandomValues(new Uint8Array(10)));

const SHAPE = /^[a-z]{2}_[0-9A-HJKMNP-TV-Z]{26}$/;

/** Whether a string from outside has the shape of an id of this kind. */
export const isId = <Kind extends IdKind>(kind: Kind, value: string): value is Id<Kind> =>
  value.startsWith(`${ID_PREFIX[kind]}_`) && SHAPE.test(value);

/** Whether a string has the shape of an id of any kind. */
export const hasIdShape = (value: string): boolean => SHAPE.test(value);
