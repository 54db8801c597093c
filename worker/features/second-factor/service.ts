import type { Context } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import type { RecoveryCodes, TotpBegun } from "../../../domain/records/second-factor.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { qrCode } from "../../../platform/qr/symbol.ts";
import { newTotpSecret, otpauthUrl, stepOfCode } from "../../../platform/totp.ts";
import { createVault, type SealContext } from "../../../platform/vault.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { audit } from "../../http/audit.ts";
import type { UserRow } from "../auth/queries.ts";
import { tell } from "../auth/security-mail.ts";
import { confirmPending, keepPending, removeSecondFactor, useRecoveryCode, useStep } from "./queries.ts";
import { newRecoveryCodes, recoveryHash } from "./recovery-codes.ts";

/** Whom an authenticator app lists the codes under. */
const ISSUER = "Etica Pro CRM";

const sealOf = (db: TenantDb, userId: string): SealContext => ({
  tenant: db.tenantId,
  record: userId,
  purpose: "totp_secret",
});

const alreadyOn = (): AppError =>
  new AppError(409, "totp_on", "Your second factor is on already. Switch it off first to set up another.");

/**
 * Makes a secret that counts once a code of it was shown.
 * @throws AppError 409 `totp_on`
 */
export async function beginTotp(env: WorkerEnv, db: TenantDb, user: UserRow): Promise<TotpBegun> {
  const secret = newTotpSecret();
  const sealed = await createVault(env.TOKEN_KEYS).seal(secret, sealOf(db, user.id));
  const { meta } = await keepPending(db, user.id, sealed).run();
  if (meta.changes !== 1) throw alreadyOn();
  const url = otpauthUrl(ISSUER, user.email, secret);
  return { secret, url, qr: qrCode(url) };
}

/**
 * Switches the second factor on: a code shows that the app has the secret.
 * @returns the recovery codes, which nobody can ask for again
 * @throws AppError 409 `totp_on` or `totp_not_begun`, 422 `totp_invalid`
 */
export async function confirmTotp(c: Context<AppEnv>, user: UserRow, code: string): Promise<RecoveryCodes> {
  const db = c.get("db");
  if (user.totpSecret !== null) throw alreadyOn();
  if (user.totpPending === null)
    throw new AppError(409, "totp_not_begun", "Begin anew: there is no secret to confirm.");
  const secret = await createVault(c.env.TOKEN_KEYS).open(user.totpPending, sealOf(db, user.id));
  const step = stepOfCode(secret, plain(code), Date.now());
  if (step === null) {
    const message = "That is not the code of now. Check the clock of your phone, and try the next one.";
    throw new AppError(422, "totp_invalid", message, { errors: [{ path: "code", message }] });
  }
  const recoveryCodes = newRecoveryCodes();
  const hashes = recoveryCodes.map((recovery) => recoveryHash(c.env, db, user.id, recovery));
  const { meta } = await confirmPending(db, user.id, user.totpPending, step, hashes).run();
  if (meta.changes !== 1) throw alreadyOn();
  tell(c, user, "totpOn", `${user.id}.${step}`);
  await audit(c, { action: "auth.second_factor_on", target: { type: "user", id: user.id } });
  return { recoveryCodes };
}

/** Switches the second factor off, and voids its recovery codes. That it was asked for by its person was proven. */
export async function removeTotp(c: Context<AppEnv>, user: UserRow): Promise<void> {
  await removeSecondFactor(c.get("db"), user.id).run();
  tell(c, user, "totpOff", `${user.id}.${Date.now()}`);
  await audit(c, { action: "auth.second_factor_off", target: { type: "user", id: user.id } });
}

const plain = (code: string): string => code.replace(/[\s-]/g, "");

/** Whether a code is good, which uses it up: no code is good twice. A recovery code's use is told by mail. */
export async function secondFactorHolds(
  c: Context<AppEnv>,
  db: TenantDb,
  user: UserRow,
  code: string,
): Promise<boolean> {
  if (user.totpSecret === null) return false;
  if (/^\d{6}$/.test(plain(code))) {
    const secret = await createVault(c.env.TOKEN_KEYS).open(user.totpSecret, sealOf(db, user.id));
    const step = stepOfCode(secret, plain(code), Date.now());
    return step !== null && (await useStep(db, user.id, step).run()).meta.changes === 1;
  }
  const hash = recoveryHash(c.env, db, user.id, code);
  const used = await useRecoveryCode(db, user.id, hash).first<{ left: number }>();
  if (!used) return false;
  tell(c, user, "recoveryCodeUsed", hash, ` You have ${used.left} left.`);
  return true;
}
