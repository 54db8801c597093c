import type { Context } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import type { AuditAction } from "../../../domain/audit.ts";
import type { EmailChange, EmailConfirmed } from "../../../domain/records/account.ts";
import { normalizeEmail } from "../../../platform/blind-index.ts";
import { claimEmail, findEmail, settleEmail } from "../../../platform/db/directory-db.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { sendAccountMail } from "../../../platform/mail/account-mail.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { actingPerson, auditAs } from "../../http/audit.ts";
import { addressHash } from "../auth/address.ts";
import { provePassword } from "../auth/proof.ts";
import { findUser, type UserRow } from "../auth/queries.ts";
import { linkGone, mailedEnough, mailedTooOften, newLink, openMailLink, urlOf } from "./links.ts";
import { changeLinks, insertLink, type MailLinkRow, markUsed, moveEmail, verifyEmail, voidLinks } from "./queries.ts";

/** Mails the link by which a person shows that the address of their account is theirs. */
export async function mailVerification(env: WorkerEnv, db: TenantDb, user: Addressed): Promise<void> {
  const link = newLink(user, "verify", user.email, Date.now());
  await insertLink(db, link).run();
  await sendAccountMail(env, link.id, {
    to: user.email,
    subject: "Confirm your e-mail address",
    text: `Hello ${user.name},\n\nconfirm that this is your address, so that you can get back into your account should you ever forget the password:\n\n${urlOf(env, db, link)}\n\nThe link is good for 7 days. If you have no account, ignore this mail: nothing happens.`,
  });
}

type Addressed = Pick<UserRow, "id" | "name" | "email">;

/**
 * Mails it once more.
 * @throws AppError 409 `already_verified`, 429 `sent_recently`
 */
export async function mailVerificationAgain(env: WorkerEnv, db: TenantDb, user: UserRow): Promise<void> {
  if (user.emailVerifiedAt !== null)
    throw new AppError(409, "already_verified", "Your address is confirmed already: there is nothing to do.");
  if (await mailedEnough(db, user.id, "verify")) throw mailedTooOften();
  await mailVerification(env, db, user);
}

/**
 * Begins the move to another address: both must confirm it, the old one so that nobody who found
 * a browser open takes the account along, the new one so that it is reached at all. Whether the
 * new address has an account is told to its own mailbox only.
 * @throws AppError 422 `wrong_password` or `invalid_fields`, 429
 */
export async function beginEmailChange(c: Context<AppEnv>, user: UserRow, wanted: EmailChange): Promise<void> {
  await provePassword(c.env, user, wanted.password);
  const db = c.get("db");
  const email = normalizeEmail(wanted.email);
  if (email === user.email) {
    const message = "That is your address already.";
    throw new AppError(422, "invalid_fields", message, { errors: [{ path: "email", message }] });
  }
  if (await mailedEnough(db, user.id, "change_new")) throw mailedTooOften();
  const now = Date.now();
  const [old, fresh] = [newLink(user, "change_old", email, now), newLink(user, "change_new", email, now)];
  await db.batch([
    voidLinks(db, user.id, ["change_old", "change_new"], now),
    insertLink(db, old),
    insertLink(db, fresh),
  ]);
  c.executionCtx.waitUntil(mailChange(c.env, db, user, old, fresh));
}

async function mailChange(
  env: WorkerEnv,
  db: TenantDb,
  user: UserRow,
  old: MailLinkRow,
  fresh: MailLinkRow,
): Promise<void> {
  const taken = (await findEmail(env, addressHash(env, fresh.email))) !== null;
  await Promise.all([
    sendAccountMail(env, old.id, {
      to: user.email,
      subject: "Confirm the move to another address",
      text: `Hello ${user.name},\n\nyour account shall move to ${fresh.email}. Agree to it here, within a day:\n\n${urlOf(env, db, old)}\n\nThe other address is asked too. If it was not you, do not open the link, and choose a new password now:\n\n${env.PUBLIC_URL}/app/forgot`,
    }),
    sendAccountMail(
      env,
      fresh.id,
      taken
        ? {
            to: fresh.email,
            subject: "Your address was named for another account",
            text: `Hello,\n\nsomebody wanted to move another account of Etica Pro CRM to this address. It has an account of its own already, so that cannot be: nothing happens. To move, they would have to use another address.`,
          }
        : {
            to: fresh.email,
            subject: "Confirm your new e-mail address",
            text: `Hello ${user.name},\n\nyour account shall move to this address. Confirm that it is yours, within a day:\n\n${urlOf(env, db, fresh)}\n\nThe address that you have had is asked too. If you have no account, ignore this mail: nothing happens.`,
          },
    ),
  ]);
}

/** Where a move to another address stands; null when none is under way. */
export async function emailChangeOf(
  db: TenantDb,
  userId: string,
  now: number,
): Promise<{ email: string; waitsFor: "both" | "old" | "new"; expiresAt: string } | null> {
  const links = await changeLinks(db, userId, now);
  const [first] = links;
  const open = links.flatMap(({ kind, usedAt }) => (usedAt === null ? [kind] : []));
  if (!first || open.length === 0) return null;
  const waitsFor = open.length === 2 ? "both" : open[0] === "change_old" ? "old" : "new";
  return { email: first.email, waitsFor, expiresAt: new Date(first.expiresAt).toISOString() };
}

export const cancelEmailChange = (db: TenantDb, userId: string): D1PreparedStatement =>
  voidLinks(db, userId, ["change_old", "change_new"], Date.now());

/**
 * Does what a link from a mail is for. Opened again, it says the same again.
 * @throws AppError 410 `link_gone`, 409 `email_taken`
 */
export async function confirmEmail(c: Context<AppEnv>, token: string): Promise<EmailConfirmed> {
  const { env } = c;
  const { db, link } = await openMailLink(env, "email-confirm", token);
  const user = await findUser(db, link.userId);
  if (user?.state !== "active") throw linkGone();
  const now = Date.now();
  if (link.kind === "verify") {
    await db.batch([verifyEmail(db, user.id, link.email, now), markUsed(db, link.id, now)]);
    if (user.emailVerifiedAt === null) await tellAudit("auth.email_confirmed");
    return { outcome: "verified", email: link.email };
  }
  await markUsed(db, link.id, now).run();
  if (await emailChangeOf(db, user.id, now)) return { outcome: "waiting", email: link.email };
  await moveTo(env, db, user, link.email, now);
  if (user.email !== link.email) await tellAudit("auth.email_changed");
  return { outcome: "changed", email: link.email };

  function tellAudit(action: AuditAction): Promise<void> {
    return auditAs(c, actingPerson(db, link.userId), { action, target: { type: "user", id: link.userId } });
  }
}

/**
 * Three steps, as registering: the directory takes the address, the region has the person under
 * it, the directory lets the old one go. What is cut in between the cron finishes or undoes.
 */
async function moveTo(env: WorkerEnv, db: TenantDb, user: UserRow, email: string, now: number): Promise<void> {
  const emailHash = addressHash(env, email);
  if (!(await claimEmail(env, emailHash, db, user.id, now))) {
    // A move that was cut holds the address for the very person who asks again.
    if ((await findEmail(env, emailHash))?.userId !== user.id)
      throw new AppError(409, "email_taken", "This address has an account of its own. Choose another one.");
  }
  const [moved] = await db.batch(moveEmail(db, user.id, email, now));
  // It was called off meanwhile, unless the other end was confirmed in the same moment and did it.
  if (moved?.meta.changes !== 1 && (await findUser(db, user.id))?.email !== email) throw linkGone();
  await settleEmail(env, { emailHash, userId: user.id, tenantId: db.tenantId });
}
