import * as z from "zod/mini";

/** What the audit ledger knows to tell. A new unsafe operation has its action here, and its sentence in `web/pages/settings/audit-words.ts`. */
export const AUDIT_ACTIONS = [
  "agency.registered",
  "auth.signed_in",
  "auth.sign_in_failed",
  "auth.signed_out",
  "auth.session_stopped",
  "auth.session_ended",
  "auth.sessions_ended",
  "auth.stepped_up",
  "auth.password_changed",
  "auth.password_reset",
  "auth.second_factor_on",
  "auth.second_factor_off",
  "auth.email_confirmed",
  "auth.email_change_asked",
  "auth.email_change_called_off",
  "auth.email_changed",
  "user.renamed",
  "user.data_exported",
  "security.changed",
  "key.created",
  "key.revoked",
  "member.joined",
  "member.role_changed",
  "member.team_changed",
  "member.suspended",
  "member.let_in",
  "member.left",
  "ownership.transferred",
  "invitation.created",
  "invitation.resent",
  "invitation.revoked",
  "creator.created",
  "creator.changed",
  "creator.trashed",
  "creator.restored",
  "connect.invited",
  "tiktok.connected",
  "tiktok.disconnected",
  "live.enabled",
  "live.disabled",
  "live.source_changed",
  "consent.live_granted",
  "consent.live_withdrawn",
  "webhook.created",
  "webhook.changed",
  "webhook.secret_renewed",
  "webhook.deleted",
  "audit.exported",
  "log.read",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * Who acted. `key`: a program, for the person who made its key. `creator`: whoever holds a personal
 * link. `system`: this software by itself, or TikTok through it. `nobody`: somebody who did not prove
 * who they are.
 */
export const AUDIT_ACTORS = ["person", "key", "creator", "system", "nobody"] as const;
export type AuditActorType = (typeof AUDIT_ACTORS)[number];

export interface AuditActor {
  type: AuditActorType;
  id: string | null;
  /** Of a key: the person whom it acts for. */
  forId: string | null;
}

export const SYSTEM: AuditActor = { type: "system", id: null, forId: null };
export const NOBODY: AuditActor = { type: "nobody", id: null, forId: null };

export const AUDIT_TARGETS = [
  "agency",
  "user",
  "session",
  "key",
  "invitation",
  "creator",
  "webhook",
  "audit",
  "log",
] as const;
export type AuditTargetType = (typeof AUDIT_TARGETS)[number];

export interface AuditTarget {
  type: AuditTargetType;
  id: string;
}

/** What is kept of a value that is not told: that it is personal, or that it was a secret. */
export interface Hidden {
  hidden: "personal" | "secret";
}

export type AuditValue = string | number | boolean | null | Hidden;
/** By field: before and after. */
export type AuditChanges = Record<string, [before: AuditValue, after: AuditValue]>;

/** What changed, as it is handed in: anything at all, redacted on the way to the ledger. */
export type RawChanges = Record<string, readonly [before: unknown, after: unknown]>;

/** An act as it is handed to the ledger. `id` makes a repeated call the same act. */
export interface AuditAct {
  id: string;
  actor: AuditActor;
  action: AuditAction;
  target: AuditTarget;
  changes: RawChanges;
  ip: string | null;
  agent: string | null;
  requestId: string | null;
}

/** An act as the ledger keeps it. */
export interface AuditRow extends Omit<AuditAct, "changes"> {
  /** 1 for the agency's first act; no number is left out. */
  seq: number;
  /** ms since epoch; never before that of the row before. */
  at: number;
  /** {@link AuditChanges} as JSON, to the byte what was hashed. */
  changes: string;
  /** SHA-256 of the previous row's hash and of this row, 64 hex digits. */
  hash: string;
}

/** The fields that are another one after than before; a value that was not there is null. */
export function changesBetween(before: object, after: object, fields = Object.keys(after)): RawChanges {
  const changes: Record<string, [unknown, unknown]> = {};
  for (const field of fields) {
    const pair: [unknown, unknown] = [Reflect.get(before, field) ?? null, Reflect.get(after, field) ?? null];
    if (JSON.stringify(pair[0]) !== JSON.stringify(pair[1])) changes[field] = pair;
  }
  return changes;
}

const valueSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.object({ hidden: z.enum(["personal", "secret"]) }),
]);

export const auditChangesSchema = z.record(z.string(), z.tuple([valueSchema, valueSchema]));

/** An entry of `GET /audit`. Names are read when it is asked for: the ledger has none. Times are RFC 3339 UTC. */
export const auditEntrySchema = z.object({
  id: z.string(),
  seq: z.number(),
  at: z.string(),
  actor: z.object({
    type: z.enum(AUDIT_ACTORS),
    id: z.nullable(z.string()),
    forId: z.nullable(z.string()),
    /** Null where there is none any more. Of a key, its own name. */
    name: z.nullable(z.string()),
  }),
  action: z.enum(AUDIT_ACTIONS),
  target: z.object({ type: z.enum(AUDIT_TARGETS), id: z.string(), name: z.nullable(z.string()) }),
  changes: auditChangesSchema,
  ip: z.nullable(z.string()),
  agent: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Why a chain does not hold: a row that is not what was written, one that is missing, or an end that was cut off. */
export const AUDIT_BREAKS = ["changed", "missing", "anchor"] as const;

/** What `GET /audit/verify` answers. */
export const auditVerdictSchema = z.object({
  ok: z.boolean(),
  /** How many entries there are. */
  length: z.number(),
  /** The newest entry's hash; of none, the root that the chain begins from. */
  head: z.string(),
  /** Where it breaks: the number of the first entry that does not hold. */
  broken: z.nullable(z.object({ seq: z.number(), why: z.enum(AUDIT_BREAKS) })),
  /** The newest anchor outside the ledger that it was compared with; null while there is none, or it could not be read. */
  anchor: z.nullable(z.object({ seq: z.number(), at: z.string() })),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;
