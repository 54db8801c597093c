import type { AuditAction, AuditActorType, AuditEntry, AuditValue } from "../../../domain/audit.ts";
import type { LiveSourceKind } from "../../../domain/live-message.ts";
import type { CreatorStage } from "../../../domain/records/creator.ts";
import type { Role } from "../../../domain/roles.ts";
import { calendarDay, MISSING, moment } from "../../format.ts";
import { memberName } from "../../state/session.ts";
import { ROLE_WORDS, SOURCE_WORDS, STAGE_WORDS } from "../../words.ts";

/** The ledger in plain words. */

export const ACTOR_WORDS: Record<AuditActorType, string> = {
  person: "Members",
  key: "Programs",
  creator: "Creators",
  system: "The system",
  nobody: "Not signed in",
};

type Changes = AuditEntry["changes"];

interface ActionWords {
  /** In a filter. */
  label: string;
  /** What follows the name of who did it; `what` is the record's name. */
  say: (what: string, changes: Changes) => string;
}

const before = (changes: Changes, field: string): string => spoken(field, changes[field]?.[0] ?? null);
const after = (changes: Changes, field: string): string => spoken(field, changes[field]?.[1] ?? null);

/** Why a connection ended, where nobody of the agency ended it. */
const END_REASONS: Readonly<Record<string, string>> = {
  revoked_at_tiktok: "access was taken back at TikTok",
  replaced: "another account took its place",
  expired: "nobody renewed the connection",
  tiktok_disconnected: "access was taken back at TikTok",
  tiktok_deleted: "the TikTok account was deleted",
  tiktok_age: "TikTok said that its holder is too young",
  tiktok_banned: "TikTok banned the account",
  tiktok_unknown: "TikTok removed the access",
};

function ended(what: string, changes: Changes): string {
  const reason = changes.reason?.[1];
  const why = typeof reason === "string" ? END_REASONS[reason] : undefined;
  return `disconnected ${what} from TikTok${why ? `: ${why}` : ""}`;
}

function edited(what: string, changes: Changes): string {
  const fields = Object.keys(changes);
  const [field] = fields;
  if (field === "stage") {
    const rest = fields.length > 1 ? ", and more" : "";
    return `moved ${what} from ${before(changes, "stage")} to ${after(changes, "stage")}${rest}`;
  }
  return fields.length === 1 && field ? `changed ${what}: ${fieldName(field).toLowerCase()}` : `changed ${what}`;
}

/** A second factor that is asked of everybody comes first: it is what most people meet. */
function secured(_what: string, changes: Changes): string {
  const asked = changes.secondFactorForAll?.[1];
  if (asked === undefined) return "changed how long sessions last";
  return asked === true ? "asked everybody for a second factor" : "asks nobody for a second factor any more";
}

export const ACTION_WORDS: Record<AuditAction, ActionWords> = {
  "agency.registered": { label: "Agency registered", say: (what) => `registered ${what}` },
  "auth.signed_in": { label: "Signed in", say: () => "signed in" },
  "auth.sign_in_failed": { label: "Sign-in failed", say: (what) => `tried to sign in as ${what} and was refused` },
  "auth.signed_out": { label: "Signed out", say: () => "signed out" },
  "auth.session_stopped": {
    label: "Session stopped",
    say: () => "showed a sign-in that was used before, so the session was ended",
  },
  "auth.session_ended": { label: "Session ended", say: () => "signed one of their browsers out" },
  "auth.sessions_ended": { label: "Sessions ended", say: () => "signed out every other browser" },
  "auth.stepped_up": { label: "Proof given", say: () => "showed that it is still them" },
  "auth.password_changed": { label: "Password changed", say: () => "changed their password" },
  "auth.password_reset": { label: "Password reset", say: () => "chose a new password by a link from a mail" },
  "auth.second_factor_on": { label: "Second factor on", say: () => "set up a second factor" },
  "auth.second_factor_off": { label: "Second factor off", say: () => "switched their second factor off" },
  "auth.email_confirmed": { label: "Address confirmed", say: () => "confirmed their e-mail address" },
  "auth.email_change_asked": { label: "New address asked for", say: () => "asked to move to another e-mail address" },
  "auth.email_change_called_off": {
    label: "New address called off",
    say: () => "called off the move to another e-mail address",
  },
  "auth.email_changed": { label: "Address changed", say: () => "moved to another e-mail address" },
  "user.renamed": { label: "Name changed", say: () => "changed their name" },
  "user.data_exported": { label: "Own data downloaded", say: () => "downloaded what is kept of them" },
  "security.changed": { label: "Security changed", say: secured },
  "key.created": {
    label: "API key made",
    say: (what, changes) => `made the API key ${what} (${after(changes, "role")})`,
  },
  "key.revoked": { label: "API key revoked", say: (what) => `revoked the API key ${what}` },
  "member.joined": { label: "Member joined", say: (_what, changes) => `joined as ${after(changes, "role")}` },
  "member.role_changed": {
    label: "Role changed",
    say: (what, changes) => `changed ${what}'s role from ${before(changes, "role")} to ${after(changes, "role")}`,
  },
  "member.team_changed": {
    label: "Team changed",
    say: (what, changes) => `moved ${what} from ${teamOf(changes, 0)} to ${teamOf(changes, 1)}`,
  },
  "member.suspended": { label: "Member suspended", say: (what) => `suspended ${what}` },
  "member.let_in": { label: "Member let in again", say: (what) => `let ${what} in again` },
  "member.left": { label: "Member left", say: (what) => `let ${what} go` },
  "ownership.transferred": { label: "Ownership handed over", say: (what) => `handed ownership over to ${what}` },
  "invitation.created": {
    label: "Member invited",
    say: (what, changes) => `invited ${what} as ${after(changes, "role")}`,
  },
  "invitation.resent": { label: "Invitation sent again", say: (what) => `sent the invitation of ${what} again` },
  "invitation.revoked": { label: "Invitation taken back", say: (what) => `took the invitation of ${what} back` },
  "creator.created": { label: "Creator added", say: (what) => `added ${what}` },
  "creator.changed": { label: "Creator changed", say: edited },
  "creator.trashed": { label: "Creator trashed", say: (what) => `moved ${what} to the trash` },
  "creator.restored": { label: "Creator restored", say: (what) => `took ${what} out of the trash` },
  "connect.invited": { label: "Invited to connect", say: (what) => `made a link for ${what} to connect TikTok` },
  "tiktok.connected": { label: "TikTok connected", say: () => "connected TikTok" },
  "tiktok.disconnected": { label: "TikTok disconnected", say: ended },
  "live.enabled": { label: "LIVE tracking on", say: (what) => `switched LIVE tracking of ${what} on` },
  "live.disabled": { label: "LIVE tracking off", say: (what) => `switched LIVE tracking of ${what} off` },
  "live.source_changed": {
    label: "LIVE reader changed",
    say: (what, changes) => `chose who listens to ${what}'s LIVE: ${after(changes, "source")}`,
  },
  "consent.live_granted": { label: "LIVE agreed to", say: () => "agreed to LIVE tracking" },
  "consent.live_withdrawn": { label: "LIVE agreement withdrawn", say: () => "withdrew the agreement to LIVE tracking" },
  "webhook.created": { label: "Webhook made", say: () => "made a webhook" },
  "webhook.changed": { label: "Webhook changed", say: () => "changed a webhook" },
  "webhook.secret_renewed": { label: "Webhook's secret renewed", say: () => "renewed the secret of a webhook" },
  "webhook.deleted": { label: "Webhook deleted", say: () => "deleted a webhook" },
  "log.read": { label: "Operational log read", say: () => "downloaded a day of the operational log" },
  "audit.exported": {
    label: "Audit exported",
    say: (_what, changes) => `exported the audit log as ${after(changes, "format")}`,
  },
};

const teamOf = (changes: Changes, side: 0 | 1): string =>
  changes.team?.[side] == null ? "no team" : `team ${spoken("team", changes.team[side])}`;

const NAMELESS: Record<AuditEntry["target"]["type"], string> = {
  agency: "the agency",
  user: "a former member",
  session: "a session",
  key: "a key",
  invitation: "somebody",
  creator: "a creator who is gone",
  webhook: "a webhook",
  audit: "the audit log",
  log: "the operational log",
};

export function actorName({ type, name }: AuditEntry["actor"]): string {
  if (type === "system") return "The system";
  if (type === "nobody") return "Somebody";
  if (type === "key") return name ? `The program “${name}”` : "A program";
  return name ?? (type === "creator" ? "A creator who is gone" : "A former member");
}

export const targetName = ({ type, name }: AuditEntry["target"]): string => name ?? NAMELESS[type];

/** "changed Leo's role from Agent to Manager": what follows the actor's name. */
export const deedOf = ({ action, target, changes }: AuditEntry): string =>
  ACTION_WORDS[action].say(targetName(target), changes);

const FIELD_WORDS: Readonly<Record<string, string>> = {
  displayName: "Name",
  ownerId: "Owner",
  email: "E-mail",
  joinedOn: "Joined on",
  contractFrom: "Contract from",
  contractTo: "Contract to",
  sharePercent: "Share, %",
  expiresAt: "Good until",
  reassignTo: "Taken over by",
  live: "LIVE",
  enabled: "On",
  custom: "Custom fields",
  idleHours: "Unused for at most, hours",
  absoluteHours: "In all at most, hours",
  secondFactorForAll: "Second factor for everybody",
};

/** "legalName" → "Legal name", where there is no word for it. */
export const fieldName = (field: string): string =>
  FIELD_WORDS[field] ??
  `${field.charAt(0).toUpperCase()}${field.slice(1).replace(/[A-Z]/g, (at) => ` ${at.toLowerCase()}`)}`;

const wordIn = (words: Readonly<Record<string, string>>, value: string): string => words[value] ?? value;

/** A value of a change, as a person reads it. */
export function spoken(field: string, value: AuditValue): string {
  if (value === null) return MISSING;
  if (typeof value === "object") return value.hidden === "secret" ? "kept out: a secret" : "not kept: personal";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "number") return String(value);
  if (field === "role") return wordIn(ROLE_WORDS satisfies Record<Role, string>, value);
  if (field === "stage") return wordIn(STAGE_WORDS satisfies Record<CreatorStage, string>, value);
  if (field === "source") return wordIn(SOURCE_WORDS satisfies Record<LiveSourceKind, string>, value);
  if (field === "ownerId" || field === "reassignTo") return memberName(value) ?? "a former member";
  if (field === "format") return value === "csv" ? "CSV" : "JSON Lines";
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return calendarDay(value);
  return /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value, Date.now()) : value;
}
