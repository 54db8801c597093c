import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { type ApiKeyId, isId } from "../../domain/ids.ts";
import { isRegion } from "../../domain/regions.ts";
import { keyHolder } from "../../platform/db/credentials.ts";
import { type TenantDb, type TenantPlace, tenantDb } from "../../platform/db/tenant-db.ts";
import { equalInConstantTime, sha256Hex } from "../../platform/hash.ts";
import type { AppEnv, Session } from "../env.ts";

/** `Authorization: Bearer ek_<region>.<tenant>.<key>.<secret>`: like the session's cookie it says where its row is. */

const PREFIX = "ek_";
/** When a key was last used is told to the minute: a busy program costs one write in that time. */
const USED_EVERY_MS = 60_000;

/** The whole token. @param secret what the key's row holds the SHA-256 of */
export const keyToken = ({ region, tenantId }: TenantPlace, id: ApiKeyId, secret: string): string =>
  `${PREFIX}${region}.${tenantId}.${id}.${secret}`;

function named(token: string): { place: TenantPlace; id: ApiKeyId; secret: string } | null {
  if (!token.startsWith(PREFIX)) return null;
  const [region, tenantId = "", id = "", secret, ...rest] = token.slice(PREFIX.length).split(".");
  if (!isRegion(region) || !isId("tenant", tenantId) || !isId("apiKey", id) || !secret || rest.length > 0) return null;
  return { place: { region, tenantId }, id, secret };
}

/** What stands behind `Bearer`; null where a request says no such thing. */
export const bearerOf = (c: Context): string | null => {
  const said = /^bearer(?:\s+(.*))?$/i.exec(c.req.header("Authorization") ?? "");
  return said ? (said[1] ?? "") : null;
};

/** One answer to a key that is malformed, unknown, run out, revoked, or whose person left. */
const noSuchKey = (): AppError =>
  new AppError(401, "not_signed_in", "This API key opens nothing: it is wrong, has run out or was revoked.");

/**
 * Who asks with this key.
 * @throws AppError 401 `not_signed_in`
 */
export async function programOf(c: Context<AppEnv>, token: string): Promise<{ session: Session; db: TenantDb }> {
  const key = named(token);
  if (!key) throw noSuchKey();
  const now = Date.now();
  // A program keeps no bookmark: its reads go where its writes went.
  const db = tenantDb(c.env, key.place, "first-primary");
  const known = await keyHolder(db, key.id, now);
  if (!known || !equalInConstantTime(sha256Hex(key.secret), known.secretHash)) throw noSuchKey();
  if ((known.lastUsedAt ?? 0) <= now - USED_EVERY_MS) c.executionCtx.waitUntil(used(db, key.id, now));
  return { session: { place: key.place, credential: key.id, ...known.holder }, db };
}

/** Of many requests at once, one writes. */
const used = (db: TenantDb, id: ApiKeyId, now: number): Promise<unknown> =>
  db
    .sql(
      "UPDATE api_keys SET last_used_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND coalesce(last_used_at, 0) <= ?4",
      id,
      now,
      now - USED_EVERY_MS,
    )
    .run();

/**
 * 403 for whatever carries a key: who signs in, where, and with what, is a person's to decide.
 * Comes after `signedIn`, where that is asked for, so that a bad key is 401 everywhere.
 */
export const notForKeys = createMiddleware(async (c, next) => {
  if (bearerOf(c) !== null) {
    throw new AppError(403, "not_for_keys", "An API key cannot do this. Sign in as a person, in a browser.");
  }
  await next();
});
