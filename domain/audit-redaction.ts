import type { AuditChanges, AuditValue, RawChanges } from "./audit.ts";
import { hasIdShape } from "./ids.ts";

/**
 * What of a change may stand in the audit ledger. The ledger is append-only and outlives the
 * erasure of a creator, so it must hold nothing that an erasure would have to reach: only the
 * fields below are told in clear, all of them words of ours, ids, dates and numbers. Of any other
 * field (a name, a mail, a phone, a note) it says that it changed, and whether there is a value.
 * Secrets are refused twice over: by the field's name, and by the value's shape wherever it stands.
 */
const IN_CLEAR: ReadonlySet<string> = new Set([
  "role",
  "team",
  "state",
  "region",
  "stage",
  "tier",
  "ownerId",
  "joinedOn",
  "contractFrom",
  "contractTo",
  "sharePercent",
  "enabled",
  "events",
  "idleHours",
  "absoluteHours",
  "secondFactorForAll",
  "source",
  "live",
  "status",
  "reason",
  "revoked",
  "sent",
  "expiresAt",
  "reassignTo",
  "format",
  "actor",
  "action",
  "targetType",
  "targetId",
  "from",
  "to",
]);

/** Words that a secret's field has in its name: `refreshToken`, `password_hash`. */
const SECRET_WORDS =
  /^(password|passphrase|passwd|secrets?|tokens?|cookies?|credentials?|authorization|verifier|totp|otp|pin|codes?|hash|signature|recovery|key)$/;

const namesSecret = (field: string): boolean =>
  field.split(/[^A-Za-z]+|(?=[A-Z])/).some((word) => SECRET_WORDS.test(word.toLowerCase()));

const DATE = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/;
/** Prefixes that only secrets have: our keys, TikTok's tokens, bcrypt, the vault's envelopes, JWTs, PEM. */
const SECRET_START = /\b(ek_|act\.|rft\.|clt\.|eyJ)|\$2[aby]\$|\bv1\.[\w-]+\.|\bBearer\s|-----BEGIN/i;
/** What nobody types as a word: a long run without a space, of mixed case or with digits. */
const RUN = /[\w+/=-]{20,}/g;
const MIXED = /\d|[a-z][A-Z]/;
/** A second factor's code, or a recovery code in its groups. */
const CODE = /\b(\d[ -]?){5,7}\d\b|\b(?=[a-z0-9-]*([a-z]\d|\d[a-z]))[a-z0-9]{4,6}(-[a-z0-9]{4,6})+\b/i;
const MAIL = /[^\s@]@[^\s@]+\./;
const PHONE = /\+?(\d[ ()./-]?){9,}/;

const LONGEST = 120;
/** So much is judged, some way beyond what is told: a value of any length costs no more. */
const JUDGED = 400;

const looksRandom = (text: string): boolean => (text.match(RUN) ?? []).some((run) => MIXED.test(run));

function redactedText(whole: string): AuditValue {
  const text = whole.slice(0, JUDGED);
  if (hasIdShape(text) || DATE.test(text)) return text;
  if (SECRET_START.test(text) || looksRandom(text)) return { hidden: "secret" };
  if (MAIL.test(text) || PHONE.test(text)) return { hidden: "personal" };
  if (CODE.test(text)) return { hidden: "secret" };
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function redactedValue(field: string, value: unknown): AuditValue {
  if (value === null || value === undefined) return null;
  if (namesSecret(field)) return { hidden: "secret" };
  if (!IN_CLEAR.has(field)) return { hidden: "personal" };
  if (typeof value === "string") return redactedText(value);
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return value;
  return { hidden: "personal" };
}

/** A field's name is ours; one that is not (of a record's custom fields) is not told either. */
const FIELD = /^[a-z][A-Za-z0-9]{0,39}$/;

/** Changes as the ledger may keep them, fields in alphabetical order. */
export function redacted(changes: RawChanges): AuditChanges {
  const kept: AuditChanges = {};
  for (const field of Object.keys(changes).sort()) {
    const [before, after] = changes[field] ?? [null, null];
    if (FIELD.test(field)) kept[field] = [redactedValue(field, before), redactedValue(field, after)];
  }
  return kept;
}

/** What a browser says of itself: printable, short, and nothing smuggled in it. */
export const redactedAgent = (agent: string | null): string | null => {
  const printable = (agent ?? "").replaceAll(/[^\x20-\x7e]/g, "").slice(0, 160);
  if (SECRET_START.test(printable) || MAIL.test(printable)) return "…";
  return printable.replaceAll(/[\w-]{20,}/g, (run) => (MIXED.test(run) ? "…" : run)) || null;
};

const ADDRESS = /^[0-9a-fA-F.:]{2,45}$/;
const REQUEST = /^[A-Za-z0-9-]{8,64}$/;

export const addressOrNull = (ip: string | null): string | null => (ip !== null && ADDRESS.test(ip) ? ip : null);
export const requestOrNull = (id: string | null): string | null => (id !== null && REQUEST.test(id) ? id : null);
