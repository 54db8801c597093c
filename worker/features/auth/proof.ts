import type { Context } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import { loginGate } from "../../../durable/kit/stubs.ts";
import type { LoginGate } from "../../../durable/login-gate.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { waitInWords } from "../../http/rate-limit.ts";
import { secondFactorHolds } from "../second-factor/service.ts";
import { addressHash } from "./address.ts";
import { passwordMatches } from "./passwords.ts";
import type { UserRow } from "./queries.ts";

/** Whatever can be guessed about an account is guessed through one gate: ten tries in fifteen minutes, in all. */

/**
 * Counts a try. Whoever was right with all that the account asks for calls `succeeded()`.
 * @throws AppError 429 `too_many_attempts`
 */
export async function enterGate(env: WorkerEnv, emailHash: string): Promise<DurableObjectStub<LoginGate>> {
  const gate = loginGate(env, emailHash);
  const answer = await gate.attempt();
  if (answer.open) return gate;
  throw new AppError(
    429,
    "too_many_attempts",
    `Too many tries for this address. Try again in ${waitInWords(answer.retryAfterSeconds)}.`,
    { retryAfterSeconds: answer.retryAfterSeconds },
  );
}

const gateOf = (env: WorkerEnv, { email }: UserRow): Promise<DurableObjectStub<LoginGate>> =>
  enterGate(env, addressHash(env, email));

const wrong = (code: string, path: string, message: string): AppError =>
  new AppError(422, code, message, { errors: [{ path, message }] });

/**
 * That a signed-in person knows their password.
 * @param path the field that it came in
 * @throws AppError 422 `wrong_password`, 429
 */
export async function provePassword(env: WorkerEnv, user: UserRow, password: string, path = "password"): Promise<void> {
  const gate = await gateOf(env, user);
  if (!(await passwordMatches(password, user.passwordHash)))
    throw wrong("wrong_password", path, "The password is wrong.");
  // With a second factor a password is half of what is asked: it must not make room for guesses at the other half.
  if (user.totpSecret === null) await gate.succeeded();
}

/**
 * That a signed-in person has their second factor.
 * @param path the field that the code came in
 * @throws AppError 422 `totp_invalid`, 429
 */
export async function proveCode(
  c: Context<AppEnv>,
  db: TenantDb,
  user: UserRow,
  code: string,
  path: string,
): Promise<void> {
  const gate = await gateOf(c.env, user);
  if (!(await secondFactorHolds(c, db, user, code))) throw wrong("totp_invalid", path, WRONG_CODE);
  await gate.succeeded();
}

export const WRONG_CODE = "The code is wrong, has run out or was used already. Wait for the next one.";
