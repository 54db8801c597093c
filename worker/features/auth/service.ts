import type { Context } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import { deviceOf } from "../../../domain/device.ts";
import { newId, type UserId } from "../../../domain/ids.ts";
import type { Account, Login, Register } from "../../../domain/records/account.ts";
import type { Region } from "../../../domain/regions.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import { normalizeEmail } from "../../../platform/blind-index.ts";
import {
  activateEmail,
  claimEmail,
  type EmailEntry,
  findEmail,
  forgetEmails,
  releaseEmail,
  settleEmail,
} from "../../../platform/db/directory-db.ts";
import { type TenantDb, type TenantPlace, tenantDb } from "../../../platform/db/tenant-db.ts";
import { equalInConstantTime, sha256Hex } from "../../../platform/hash.ts";
import { randomToken } from "../../../platform/random.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { actingNobody, actingPerson, auditAs, behindAnswer } from "../../http/audit.ts";
import { clientOf } from "../../http/client.ts";
import { accessOf, endCookies, notSignedIn, refreshOf, startCookies } from "../../http/session.ts";
import { TERMS_VERSION } from "../../pages/policy/versions.ts";
import { mailVerification } from "../recovery/email.ts";
import { secondFactorHolds } from "../second-factor/service.ts";
import { newestSessionsOf } from "../sessions/queries.ts";
import { addressHash, hasAddress } from "./address.ts";
import { hashPassword, passwordMatches } from "./passwords.ts";
import { enterGate, WRONG_CODE } from "./proof.ts";
import {
  findAccount,
  findSession,
  findUser,
  insertSession,
  insertTenant,
  type NewSession,
  revokeSession,
  rotateSession,
  seenNow,
  type UserRow,
} from "./queries.ts";
import { tell } from "./security-mail.ts";

/** A registration that stopped half-way holds its address no longer than this when somebody asks for it. */
const HALF_WAY_MS = 60_000;
/** Two tabs of one browser may refresh at once: the loser's token is let through this long. */
const GRACE_MS = 10_000;
/** An unknown address is looked for in a region as well, so that it takes the same steps. */
const REGION_OF_NOBODY: Region = "eu";

/** A session to be stored, and the refresh token that it begins with. */
export const newSession = (
  c: Context<AppEnv>,
  userId: NewSession["userId"],
  now: number,
): { row: NewSession; refresh: string } => {
  const refresh = randomToken(32);
  const row: NewSession = {
    id: newId("session", now),
    userId,
    refreshHash: sha256Hex(refresh),
    ...clientOf(c),
  };
  return { row, refresh };
};

/** Two steps: the directory takes the address, then the region gets tenant, owner and session in one batch. */
export async function register(c: Context<AppEnv>, wanted: Register): Promise<Account> {
  const now = Date.now();
  const email = normalizeEmail(wanted.email);
  const emailHash = addressHash(c.env, email);
  const place = { region: wanted.region, tenantId: newId("tenant") };
  const userId = newId("user");

  // Hash before claiming: the address is held for as short as can be.
  const passwordHash = await hashPassword(wanted.password);
  if (!(await takeAddress(c.env, emailHash, place, userId, now))) {
    throw new AppError(409, "email_taken", "An account with this e-mail address exists. Sign in instead.", {
      errors: [{ path: "email", message: "An account with this address exists. Sign in instead." }],
    });
  }
  const db = tenantDb(c.env, place, "first-primary");
  const session = newSession(c, userId, now);
  const user = { id: userId, name: wanted.name, email, passwordHash };
  await db.batch([
    ...insertTenant(db, { agency: wanted.agency, termsVersion: TERMS_VERSION, user }, now),
    insertSession(db, session.row, now),
  ]);
  await activateEmail(c.env, { emailHash, userId, tenantId: place.tenantId });
  startCookies(c, place, session.row.id, session.refresh);
  c.executionCtx.waitUntil(mailVerification(c.env, db, user));
  await auditAs(c, actingPerson(place, userId), {
    action: "agency.registered",
    target: { type: "agency", id: place.tenantId },
    changes: { region: [null, place.region] },
  });
  return account(db, userId);
}

/**
 * First step of everything that makes an account: one address belongs to one tenant.
 * @returns false when somebody has it
 */
export async function takeAddress(
  env: WorkerEnv,
  emailHash: string,
  place: TenantPlace,
  userId: UserId,
  now: number,
): Promise<boolean> {
  const holder = await findEmail(env, emailHash);
  if (holder) await releaseIfHalfWay(env, holder, now);
  return claimEmail(env, emailHash, place, userId, now);
}

async function releaseIfHalfWay(env: WorkerEnv, entry: EmailEntry, now: number): Promise<void> {
  if (entry.state === "active" || entry.createdAt > now - HALF_WAY_MS) return;
  await repairRegistration(env, entry);
}

/**
 * What stopped between its steps, a registration, a move to another address or a leaving: finished
 * when the region has the person under that address, or let them go, undone when not.
 */
export async function repairRegistration(env: WorkerEnv, entry: EmailEntry): Promise<void> {
  const user = await findUser(tenantDb(env, entry, "first-primary"), entry.userId);
  if (user?.state === "left") await forgetEmails(env, entry);
  else if (user && hasAddress(env, user, entry.emailHash)) await settleEmail(env, entry);
  else await releaseEmail(env, entry);
}

/**
 * The same answer, after the same steps, for a wrong password and for an address that nobody has.
 * Only who knows the password hears whether there is a second factor.
 * @throws AppError 401 `wrong_credentials`, `totp_required`, `totp_invalid`; 429
 */
export async function signIn(c: Context<AppEnv>, { email, password, totp }: Login): Promise<Account> {
  const emailHash = addressHash(c.env, email);
  const gate = await enterGate(c.env, emailHash);
  const entry = await findEmail(c.env, emailHash);
  const db = tenantDb(c.env, entry ?? { region: REGION_OF_NOBODY, tenantId: newId("tenant") }, "first-primary");
  const user = await findUser(db, entry?.userId ?? "nobody");
  const matches = await passwordMatches(password, user?.passwordHash ?? null);
  if (!matches || !entry || !user || user.state !== "active" || !hasAddress(c.env, user, emailHash)) {
    // Not waited for: a known address must not take longer to refuse.
    if (entry && user) {
      const target = { type: "user", id: user.id } as const;
      behindAnswer(c, actingNobody(entry), [{ action: "auth.sign_in_failed", target }]);
    }
    throw new AppError(401, "wrong_credentials", "The e-mail address or the password is wrong.");
  }
  if (user.totpSecret !== null) await askSecondFactor(c, db, user, totp?.trim() ?? "");
  await gate.succeeded();
  const now = Date.now();
  const session = newSession(c, user.id, now);
  await db.batch([insertSession(db, session.row, now), seenNow(db, user.id, now)]);
  // What this browser was signed in with before loses its cookies here: a copy of them must not outlive that.
  await endShownSession(c);
  startCookies(c, entry, session.row.id, session.refresh);
  c.executionCtx.waitUntil(tellOfNewDevice(c, db, user, session.row));
  const target = { type: "session", id: session.row.id } as const;
  await auditAs(c, actingPerson(entry, user.id), { action: "auth.signed_in", target });
  return account(db, user.id);
}

async function askSecondFactor(c: Context<AppEnv>, db: TenantDb, user: UserRow, code: string): Promise<void> {
  if (code === "") {
    throw new AppError(401, "totp_required", "Enter the code of your authenticator app, or a recovery code.");
  }
  if (!(await secondFactorHolds(c, db, user, code))) throw new AppError(401, "totp_invalid", WRONG_CODE);
}

/** A device is known by its words, not by a mark left on it: browser, system and country. */
async function tellOfNewDevice(
  c: Context<AppEnv>,
  db: TenantDb,
  user: UserRow,
  { id, agent, country }: NewSession,
): Promise<void> {
  const before = (await newestSessionsOf(db, user.id)).filter((session) => session.id !== id);
  const seen = before.some((session) => deviceOf(session.agent) === deviceOf(agent) && session.country === country);
  if (!seen) tell(c, user, "newDevice", id);
}

/**
 * Gives a new pair of cookies for a good refresh token and retires it. Any other token of the
 * session, beyond the grace of two tabs at once, was copied or made up: the whole session ends,
 * and the person is told.
 */
export async function refresh(c: Context<AppEnv>): Promise<Account> {
  const shown = refreshOf(c);
  if (!shown) throw notSignedIn();
  const db = tenantDb(c.env, shown.place, "first-primary");
  const session = await findSession(db, shown.sessionId);
  const now = Date.now();
  if (!session || session.revokedAt !== null || session.expiresAt <= now) return refuse();

  const hash = sha256Hex(shown.secret);
  const client = clientOf(c);
  const user = await findUser(db, session.userId);
  if (user?.state !== "active") return refuse();
  if (equalInConstantTime(hash, session.refreshHash)) {
    const next = randomToken(32);
    const [rotated] = await db.batch([
      rotateSession(db, shown.sessionId, { from: hash, to: sha256Hex(next) }, client, now),
      seenNow(db, user.id, now),
    ]);
    if (rotated?.meta.changes === 1) startCookies(c, shown.place, shown.sessionId, next);
    return account(db, session.userId);
  }
  const previous = session.previousHash !== null && equalInConstantTime(hash, session.previousHash);
  const sibling = previous && session.agent === client.agent && now - session.rotatedAt <= GRACE_MS;
  if (sibling) return account(db, session.userId);
  await revokeSession(db, shown.sessionId, now).run();
  await tenantHub(c.env, shown.place).signedOut(shown.sessionId);
  tell(c, user, "sessionReused", shown.sessionId);
  const target = { type: "session", id: shown.sessionId } as const;
  await auditAs(c, actingNobody(shown.place), { action: "auth.session_stopped", target });
  return refuse();

  function refuse(): never {
    endCookies(c);
    throw notSignedIn();
  }
}

/** Ends the session here and its open sockets. Works with a run-out access cookie too; never fails. */
export async function signOut(c: Context<AppEnv>): Promise<void> {
  await endShownSession(c);
  endCookies(c);
}

/** Ends the session whose cookies the request shows, if any. */
async function endShownSession(c: Context<AppEnv>): Promise<void> {
  const who = accessOf(c) ?? (await refreshHolder(c));
  if (who) {
    const db = tenantDb(c.env, who.place, "first-primary");
    const session = await findSession(db, who.sessionId);
    await revokeSession(db, who.sessionId, Date.now()).run();
    await tenantHub(c.env, who.place).signedOut(who.sessionId);
    // Signed out twice, somebody was signed in once.
    if (session?.revokedAt === null) {
      const target = { type: "session", id: who.sessionId } as const;
      await auditAs(c, actingPerson(who.place, session.userId), { action: "auth.signed_out", target });
    }
  }
}

async function refreshHolder(c: Context<AppEnv>) {
  const shown = refreshOf(c);
  if (!shown) return null;
  const session = await findSession(tenantDb(c.env, shown.place, "first-primary"), shown.sessionId);
  return session && equalInConstantTime(sha256Hex(shown.secret), session.refreshHash) ? shown : null;
}

export async function account(db: TenantDb, userId: string): Promise<Account> {
  const found = await findAccount(db, userId);
  if (!found) throw notSignedIn();
  return found;
}
