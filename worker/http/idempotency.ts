import { and, eq } from "drizzle-orm";
import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { isId } from "../../domain/ids.ts";
import { constraintOf } from "../../platform/db/errors.ts";
import { idempotencyKeys } from "../../platform/db/region/index.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { createVault } from "../../platform/vault.ts";
import type { AppEnv } from "../env.ts";

/** How long an answer is kept for a repeat. */
export const IDEMPOTENCY_MS = 24 * 3_600_000;
/** A first request that never finished stands in the way no longer than this. */
const ABANDONED_MS = 60_000;

/**
 * A POST with an `Idempotency-Key` happens once: a repeat gets the first one's answer, a repeat
 * while the first is under way 409, the same key with another body 422. Failures are not kept. An
 * answer may hold a link that opens something, and people's addresses: it is kept sealed.
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const key = c.req.header("Idempotency-Key") ?? "";
  if (c.req.header("Idempotency-Key") === undefined) return next();
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new AppError(400, "idempotency_key_malformed", "An Idempotency-Key is 1 to 200 visible ASCII characters.");
  }
  const db = c.get("db");
  const { credential, userId } = c.get("session");
  // A person's browsers share their keys of this kind; two programs of one person know nothing of each other.
  const callerId = isId("apiKey", credential) ? credential : userId;
  const fingerprint = sha256Hex(`${c.req.method}\n${c.req.path}\n${await c.req.text()}`);
  const mine = and(eq(idempotencyKeys.callerId, callerId), eq(idempotencyKeys.key, key));
  const now = Date.now();
  const vault = createVault(c.env.TOKEN_KEYS);
  const place = { tenant: db.tenantId, record: `${callerId}.${key}`, purpose: "kept_answer" } as const;

  if (!(await claimed())) {
    const found = await db.first(idempotencyKeys, mine);
    const first = found && found.createdAt > now - IDEMPOTENCY_MS ? found : null;
    if (first && first.fingerprint !== fingerprint) {
      throw new AppError(
        422,
        "idempotency_mismatch",
        "This Idempotency-Key was used for another request. Use a new one.",
      );
    }
    if (first && first.status !== null) {
      return c.body(await vault.open(first.body ?? "", place), first.status as 200, {
        "Content-Type": "application/json",
        "Idempotent-Replay": "true",
      });
    }
    if (first && first.status === null && first.createdAt > now - ABANDONED_MS) {
      throw new AppError(
        409,
        "in_progress",
        "The first request with this Idempotency-Key is still under way. Try again shortly.",
        { retryAfterSeconds: 1 },
      );
    }
    // Only the row that was looked at: another request may have claimed the key meanwhile.
    await db.remove(idempotencyKeys, and(mine, eq(idempotencyKeys.createdAt, found?.createdAt ?? 0))).run();
    if (!(await claimed()))
      throw new AppError(
        409,
        "in_progress",
        "Another request with this Idempotency-Key was quicker. Try again shortly.",
      );
  }
  try {
    await next();
  } finally {
    const done = c.error === undefined && c.res.status < 300;
    const kept = done ? { status: c.res.status, body: await vault.seal(await c.res.clone().text(), place) } : null;
    await (kept && mine ? db.update(idempotencyKeys, kept, mine) : db.remove(idempotencyKeys, mine)).run();
  }

  async function claimed(): Promise<boolean> {
    try {
      await db.insert(idempotencyKeys, { callerId, key, fingerprint, createdAt: now }).run();
      return true;
    } catch (error) {
      if (constraintOf(error) === null) throw error;
      return false;
    }
  }
});
