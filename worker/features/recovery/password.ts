import { eq } from "drizzle-orm";
import type { Context } from "hono";
import type { SessionId } from "../../../domain/ids.ts";
import type { Account, PasswordChange, Reset } from "../../../domain/records/account.ts";
import { loginGate } from "../../../durable/kit/stubs.ts";
import { findEmail } from "../../../platform/db/directory-db.ts";
import { users } from "../../../platform/db/region/index.ts";
import { tenantDb } from "../../../platform/db/tenant-db.ts";
import { sendAccountMail } from "../../../platform/mail/account-mail.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { actingPerson, auditAs } from "../../http/audit.ts";
import { addressHash, hasAddress } from "../auth/address.ts";
import { hashPassword } from "../auth/passwords.ts";
import { provePassword } from "../auth/proof.ts";
import { findAccount, findUser, type UserRow } from "../auth/queries.ts";
import { tell } from "../auth/security-mail.ts";
import { closeSockets, endOtherSessions } from "../sessions/service.ts";
import { linkGone, mailedEnough, newLink, openMailLink, urlOf } from "./links.ts";
import { insertLink, resetStatements, voidLinks } from "./queries.ts";

/** The answer is long gone when the work begins: beside it, what is done for an account would slow it down, measurably. */
const AFTER_THE_ANSWER_MS = 500;

/**
 * Mails a link to whoever has the address. All of it happens after the answer, which therefore
 * comes as soon, and says the same, for an address that nobody has.
 */
export function forgotPassword(c: Context<AppEnv>, email: string): void {
  const later = new Promise((resolve) => setTimeout(resolve, AFTER_THE_ANSWER_MS));
  c.executionCtx.waitUntil(later.then(() => mailResetLink(c.env, email)));
}

async function mailResetLink(env: WorkerEnv, email: string): Promise<void> {
  const emailHash = addressHash(env, email);
  const entry = await findEmail(env, emailHash);
  if (!entry) return;
  const db = tenantDb(env, entry, "first-primary");
  const user = await findUser(db, entry.userId);
  if (user?.state !== "active" || !hasAddress(env, user, emailHash)) return;
  if (await mailedEnough(db, user.id, "reset")) return;
  const link = newLink(user, "reset", user.email, Date.now());
  await insertLink(db, link).run();
  await sendAccountMail(env, link.id, {
    to: user.email,
    subject: "Choose a new password",
    text: `Hello ${user.name},\n\nsomebody, hopefully you, forgot the password of your account. Choose a new one here, within 30 minutes:\n\n${urlOf(env, db, link)}\n\nThe link works once, and signs out every browser. If it was not you, ignore this mail: nothing happens.`,
  });
}

/**
 * Sets a new password by a link, and ends every session. It signs nobody in: a second factor is
 * asked for at the sign-in that follows. API keys stay, since no password opened them; the mail
 * about it says so.
 * @throws AppError 410 `link_gone`
 */
export async function resetPassword(c: Context<AppEnv>, { token, password }: Reset): Promise<Account> {
  const { db, link, usedAt } = await openMailLink(c.env, "password-reset", token);
  if (usedAt !== null) throw linkGone();
  const [set, ended] = await db.batch<{ id: SessionId }>(
    resetStatements(db, link, await hashPassword(password), Date.now()),
  );
  const [user, account] = await Promise.all([findUser(db, link.userId), findAccount(db, link.userId)]);
  if (set?.meta.changes !== 1 || !user || !account) throw linkGone();
  await closeSockets(c.env, db, ended?.results ?? []);
  // Whoever guessed at the old password shut the gate: it is not shut to the one who has the mailbox.
  await loginGate(c.env, addressHash(c.env, user.email)).succeeded();
  tell(c, user, "passwordChanged", link.id);
  await auditAs(c, actingPerson(db, user.id), {
    action: "auth.password_reset",
    target: { type: "user", id: user.id },
  });
  return account;
}

/**
 * Changes the password of who is signed in, and ends their other sessions.
 * @throws AppError 422 `wrong_password` for `current`, 429
 */
export async function changePassword(c: Context<AppEnv>, user: UserRow, wanted: PasswordChange): Promise<void> {
  await provePassword(c.env, user, wanted.current, "current");
  const db = c.get("db");
  const now = Date.now();
  await db.batch([
    db.update(users, { passwordHash: await hashPassword(wanted.password) }, eq(users.id, user.id)),
    voidLinks(db, user.id, ["reset"], now),
  ]);
  await endOtherSessions(c.env, db, user.id, c.get("session").credential);
  tell(c, user, "passwordChanged", `${user.id}.${now}`);
}
