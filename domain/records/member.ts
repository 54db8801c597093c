import * as z from "zod/mini";
import { ROLES } from "../roles.ts";
import { emailSchema, nameSchema, newPasswordSchema } from "./account.ts";

/** Suspended: may not sign in, and keeps what they own. */
export const MEMBER_STATES = ["active", "suspended"] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

/** One of an agency's people. Times are RFC 3339 UTC. */
export const memberSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  /** What the reach `team` compares; null is in no team. */
  team: z.nullable(z.string()),
  state: z.enum(MEMBER_STATES),
  createdAt: z.string(),
  /** To the quarter of an hour, null while they never signed in; told to those alone who manage members. */
  lastActiveAt: z.optional(z.nullable(z.string())),
  version: z.number(),
});
export type Member = z.infer<typeof memberSchema>;

const role = z.enum(ROLES, `A role is one of ${ROLES.join(", ")}`);

/** A team is its name; an empty one is none. */
const team = z.nullable(
  z.pipe(
    z.string("A team is a name").check(z.trim(), z.maxLength(60, "A team's name has at most 60 characters")),
    z.transform((value) => (value === "" ? null : value)),
  ),
);

export const memberPatchSchema = z.strictObject({
  role: z.optional(role),
  team: z.optional(team),
  state: z.optional(z.enum(MEMBER_STATES, "A member is active or suspended")),
});
export type MemberPatch = z.infer<typeof memberPatchSchema>;

/** Who takes over what a leaver owns; needed where they own anything. */
export const memberLeaveSchema = z.strictObject({
  reassignTo: z.optional(z.string("Say who takes over, by the member's id")),
});
export type MemberLeave = z.infer<typeof memberLeaveSchema>;

/** What became of an invitation's mail: sent; no provider is set up; refused; the provider did not answer. */
export const INVITATION_MAILS = ["sent", "none", "refused", "transient"] as const;
export type InvitationMail = (typeof INVITATION_MAILS)[number];

/** An invitation that waits for an answer. Times are RFC 3339 UTC. */
export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  team: z.nullable(z.string()),
  invitedBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  mail: z.enum(INVITATION_MAILS),
  /** The link to send by hand. Null once the mail went out: whoever opens it then has the mailbox. */
  url: z.nullable(z.string()),
});
export type Invitation = z.infer<typeof invitationSchema>;

export const invitationCreateSchema = z.strictObject({ email: emailSchema, role, team: z.optional(team) });
export type InvitationCreate = z.infer<typeof invitationCreateSchema>;

/** What the invited person reads before they say yes. */
export const invitationOfferSchema = z.object({
  agency: z.string(),
  invitedBy: z.string(),
  role: z.enum(ROLES),
  team: z.nullable(z.string()),
  email: z.string(),
  expiresAt: z.string(),
});
export type InvitationOffer = z.infer<typeof invitationOfferSchema>;

export const invitationAcceptSchema = z.strictObject({ name: nameSchema("Your name"), password: newPasswordSchema });
export type InvitationAccept = z.infer<typeof invitationAcceptSchema>;
