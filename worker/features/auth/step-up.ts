import { eq } from "drizzle-orm";
import type { Context } from "hono";
import type { StepUp } from "../../../domain/records/account.ts";
import { sessions } from "../../../platform/db/region/index.ts";
import type { AppEnv } from "../../env.ts";
import { audit } from "../../http/audit.ts";
import { notSignedIn } from "../../http/session.ts";
import { STEPPED_UP_MS } from "../../http/step-up.ts";
import { proveCode, provePassword } from "./proof.ts";
import { findUser } from "./queries.ts";

/**
 * Raises the session that asks for ten minutes.
 * @returns until when, RFC 3339
 * @throws AppError 422 `wrong_password` or `totp_invalid`, 429
 */
export async function stepUp(c: Context<AppEnv>, proof: StepUp): Promise<{ until: string }> {
  const { userId, credential } = c.get("session");
  const db = c.get("db");
  const user = await findUser(db, userId);
  if (!user) throw notSignedIn();
  if ("password" in proof) await provePassword(c.env, user, proof.password);
  else await proveCode(c, db, user, proof.totp, "totp");
  const now = Date.now();
  await db.update(sessions, { steppedUpAt: now }, eq(sessions.id, credential)).run();
  await audit(c, { action: "auth.stepped_up", target: { type: "session", id: credential } });
  return { until: new Date(now + STEPPED_UP_MS).toISOString() };
}
