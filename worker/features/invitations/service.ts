import type { Context } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import { changesBetween } from "../../../domain/audit.ts";
import { type InvitationId, newId } from "../../../domain/ids.ts";
import type { Account } from "../../../domain/records/account.ts";
import type {
  Invitation,
  InvitationAccept,
  InvitationCreate,
  InvitationOffer,
} from "../../../domain/records/member.ts";
import { announce } from "../../../durable/webhooks/announce.ts";
import { normalizeEmail } from "../../../platform/blind-index.ts";
import { activateEmail, releaseEmail } from "../../../platform/db/directory-db.ts";
import { constraintOf } from "../../../platform/db/errors.ts";
import { type TenantDb, tenantDb } from "../../../platform/db/tenant-db.ts";
import { linkToken, openLink } from "../../../platform/links.ts";
import { sendAccountMail } from "../../../platform/mail/account-mail.ts";
import type { AppEnv, Session, WorkerEnv } from "../../env.ts";
import { actingPerson, auditAs } from "../../http/audit.ts";
import { startCookies } from "../../http/session.ts";
import { addressHash } from "../auth/address.ts";
import { hashPassword } from "../auth/passwords.ts";
import { account, newSession, takeAddress } from "../auth/service.ts";
import { refuseRoleAbove } from "../members/service.ts";
import { mailVerification } from "../recovery/email.ts";
import {
  findOffer,
  holderOf,
  type InvitationRow,
  insertInvitation,
  join,
  noteMail,
  openInvitations,
  renewInvitation,
} from "./queries.ts";

/** So many may wait for an answer at once: an account that was made to send mail sends little of it. */
const MOST_OPEN = 50;
/** One invitation is mailed again no sooner than this. */
const AGAIN_MS = 60_000;

const iso = (at: number): string => new Date(at).toISOString();

const urlOf = (env: WorkerEnv, db: TenantDb, id: InvitationId): string =>
  `${env.PUBLIC_URL}/app/invitation/${linkToken(env.SESSION_KEY, "invitation", db, id)}`;

/**
 * As those see it who manage members. The link opens an account in somebody's name, so it is theirs
 * alone once their mail has it; where no mail went out there is no other way to give it to them.
 */
export const toInvitation = (env: WorkerEnv, db: TenantDb, row: InvitationRow): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  team: row.team,
  invitedBy: row.invitedBy,
  createdAt: iso(row.createdAt),
  expiresAt: iso(row.expiresAt),
  mail: row.mail,
  url: row.mail === "sent" ? null : urlOf(env, db, row.id),
});

/** 409 comes before 422 in the contract. Says nothing of other agencies: an address may be known there or not. */
export async function refuseKnown(db: TenantDb, body: unknown): Promise<void> {
  const asked = typeof body === "object" && body !== null && "email" in body ? body.email : null;
  if (typeof asked !== "string") return;
  const known = await holderOf(db, normalizeEmail(asked), Date.now());
  if (known) throw alreadyKnown(known.holder);
}

const alreadyKnown = (holder: "member" | "invited"): AppError => {
  const message =
    holder === "member"
      ? "They are a member of your agency already."
      : "They are invited already: send that one again.";
  return new AppError(409, holder === "member" ? "already_member" : "already_invited", message, {
    errors: [{ path: "email", message }],
  });
};

/** Invites somebody to join the agency, by mail where there is a provider. */
export async function invite(
  env: WorkerEnv,
  db: TenantDb,
  by: Session,
  wanted: InvitationCreate,
): Promise<InvitationRow> {
  refuseRoleAbove(by, wanted.role);
  if ((await openInvitations(db)).length >= MOST_OPEN)
    throw new AppError(
      409,
      "too_many_invitations",
      `${MOST_OPEN} invitations wait for an answer. Revoke those that nobody needs any more.`,
    );
  const id = newId("invitation");
  const { role, team = null } = wanted;
  const row = { id, email: normalizeEmail(wanted.email), role, team, invitedBy: by.userId };
  try {
    await db.batch(insertInvitation(db, row, Date.now()));
  } catch (error) {
    // Two who invite the same address may both have found it free; the index decides.
    if (constraintOf(error)) throw alreadyKnown("invited");
    throw error;
  }
  return mailed(env, db, id);
}

/** Mails an invitation again, good for as long as a new one. */
export async function inviteAgain(env: WorkerEnv, db: TenantDb, id: InvitationId): Promise<InvitationRow> {
  const now = Date.now();
  if (!(await renewInvitation(db, id, now - AGAIN_MS, now))) {
    throw new AppError(429, "sent_recently", "This invitation was sent less than a minute ago. Try again shortly.", {
      retryAfterSeconds: AGAIN_MS / 1000,
    });
  }
  return mailed(env, db, id);
}

async function mailed(env: WorkerEnv, db: TenantDb, id: InvitationId): Promise<InvitationRow> {
  const offer = await findOffer(db, id);
  if (!offer) throw new AppError(404, "not_found", "This invitation was revoked meanwhile.");
  const { status } = await sendAccountMail(env, `${id}.${offer.mailedAt}`, {
    to: offer.email,
    subject: `${offer.inviter} invites you to ${offer.agency}`,
    text: `Hello,\n\n${offer.inviter} invites you to work with ${offer.agency} in Etica Pro CRM, as ${offer.role}. Who invites you, and to what, stands on this page, where you choose a name and a password of your own:\n\n${urlOf(env, db, id)}\n\nThe link is good for one use until ${iso(offer.expiresAt).slice(0, 10)}. One address belongs to one agency: if this one has an account with another, ask for an invitation to a different address. If you do not know the agency, ignore this mail: nothing happens.`,
  });
  await noteMail(db, id, status).run();
  return { ...offer, mail: status };
}

interface Opened {
  db: TenantDb;
  row: InvitationRow & { agency: string; inviter: string };
}

const GONE = {
  invitation_used: "This invitation was accepted already. Sign in instead.",
  invitation_revoked: "This invitation was taken back. Ask your agency for a new one.",
  invitation_expired: "This invitation has run out. Ask your agency for a new one.",
} as const;

const gone = (code: keyof typeof GONE): AppError => new AppError(410, code, GONE[code]);

/**
 * The invitation that a link opens. Reading consumes nothing.
 * @throws AppError 404 for a link that we did not make, 410 for one that was used, revoked or ran out
 */
async function open(env: WorkerEnv, token: string): Promise<Opened> {
  const link = openLink(env.SESSION_KEY, "invitation", "invitation", token);
  if (!link) throw new AppError(404, "not_found", "This link is not whole. Open it once more from the invitation.");
  const db = tenantDb(env, link.place, "first-primary");
  const row = await findOffer(db, link.subject);
  // We made the link, and what ran out is deleted after a while.
  if (!row) throw gone("invitation_expired");
  if (row.acceptedAt !== null) throw gone("invitation_used");
  if (row.revokedAt !== null) throw gone("invitation_revoked");
  if (row.expiresAt <= Date.now()) throw gone("invitation_expired");
  return { db, row };
}

export async function offerOf(env: WorkerEnv, token: string): Promise<InvitationOffer> {
  const { row } = await open(env, token);
  const { agency, inviter, role, team, email, expiresAt } = row;
  return { agency, invitedBy: inviter, role, team, email, expiresAt: iso(expiresAt) };
}

/**
 * Joins the agency and signs in. As registering: the directory takes the address, then the region gets
 * the person, and the cron repairs what is cut between.
 */
export async function accept(c: Context<AppEnv>, token: string, who: InvitationAccept): Promise<Account> {
  const { db, row } = await open(c.env, token);
  const passwordHash = await hashPassword(who.password);
  const now = Date.now();
  const userId = newId("user", now);
  const emailHash = addressHash(c.env, row.email);
  if (!(await takeAddress(c.env, emailHash, db, userId, now))) {
    // Pressed twice, it is this very invitation that took the address.
    await open(c.env, token);
    throw new AppError(
      409,
      "email_taken",
      "An account with this e-mail address exists, and an address belongs to one agency. Ask for an invitation to another address.",
    );
  }
  const session = newSession(c, userId, now);
  if (!(await join(db, row.id, { id: userId, name: who.name, passwordHash }, session.row, now))) {
    await releaseEmail(c.env, { emailHash, userId, tenantId: db.tenantId });
    await open(c.env, token);
    throw gone("invitation_used");
  }
  announce(c.env, db, "member.joined", { id: userId, role: row.role, team: row.team });
  await activateEmail(c.env, { emailHash, userId, tenantId: db.tenantId });
  startCookies(c, db, session.row.id, session.refresh);
  if (row.mail !== "sent")
    c.executionCtx.waitUntil(mailVerification(c.env, db, { id: userId, name: who.name, email: row.email }));
  await auditAs(c, actingPerson(db, userId), {
    action: "member.joined",
    target: { type: "user", id: userId },
    changes: changesBetween({}, { role: row.role, team: row.team }),
  });
  return account(db, userId);
}
