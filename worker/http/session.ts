import { Buffer } from "node:buffer";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { isId, type SessionId } from "../../domain/ids.ts";
import { isRegion } from "../../domain/regions.ts";
import { sessionHolder } from "../../platform/db/credentials.ts";
import { type TenantPlace, tenantDb } from "../../platform/db/tenant-db.ts";
import { equalInConstantTime, hmacSha256 } from "../../platform/hash.ts";
import type { AppEnv } from "../env.ts";
import { bearerOf, programOf } from "./api-key.ts";
import { knock } from "./rate-limit.ts";
import { refuseCrossOrigin } from "./same-origin.ts";

/** An access cookie is good for this long; then the browser asks `/auth/refresh`. */
export const ACCESS_SECONDS = 15 * 60;
/** A refresh cookie that is not used for this long ends the session. */
export const REFRESH_SECONDS = 30 * 86_400;

const ACCESS = "session";
const REFRESH = "refresh";
const BOOKMARK = "bookmark";

const cookie = { path: "/", secure: true, httpOnly: true, sameSite: "Lax", prefix: "host" } as const;

const sign = (key: string, text: string): string =>
  Buffer.from(hmacSha256(Buffer.from(key, "base64"), `session\0${text}`)).toString("base64url");

/** Sets both cookies: a signed access token that names region, tenant and session, and the refresh token. */
export function startCookies(
  c: Context<AppEnv>,
  place: TenantPlace,
  sessionId: SessionId,
  refresh: string,
  now = Date.now(),
): void {
  const expires = Math.floor(now / 1000) + ACCESS_SECONDS;
  const named = `${place.region}.${place.tenantId}.${sessionId}.${expires}`;
  setCookie(c, ACCESS, `${named}.${sign(c.env.SESSION_KEY, named)}`, { ...cookie, maxAge: ACCESS_SECONDS });
  setCookie(c, REFRESH, `${place.region}.${place.tenantId}.${sessionId}.${refresh}`, {
    ...cookie,
    maxAge: REFRESH_SECONDS,
  });
}

export function endCookies(c: Context<AppEnv>): void {
  for (const name of [ACCESS, REFRESH, BOOKMARK]) deleteCookie(c, name, cookie);
}

interface Named {
  place: TenantPlace;
  sessionId: SessionId;
}

function named(region: string | undefined, tenantId: string | undefined, sessionId: string | undefined): Named | null {
  if (!isRegion(region) || !tenantId || !sessionId) return null;
  if (!isId("tenant", tenantId) || !isId("session", sessionId)) return null;
  return { place: { region, tenantId }, sessionId };
}

/** What the access cookie says, if we signed it and it has not run out. */
export function accessOf(c: Context<AppEnv>, now = Date.now()): Named | null {
  const [region, tenantId, sessionId, expires, signature] = (getCookie(c, ACCESS, "host") ?? "").split(".");
  if (!expires || !signature || Number(expires) * 1000 <= now) return null;
  if (!equalInConstantTime(signature, sign(c.env.SESSION_KEY, `${region}.${tenantId}.${sessionId}.${expires}`)))
    return null;
  return named(region, tenantId, sessionId);
}

/** What the refresh cookie says; whether its secret is good, the session's row says. */
export function refreshOf(c: Context<AppEnv>): (Named & { secret: string }) | null {
  const [region, tenantId, sessionId, secret] = (getCookie(c, REFRESH, "host") ?? "").split(".");
  const who = named(region, tenantId, sessionId);
  return who && secret ? { ...who, secret } : null;
}

export const notSignedIn = (): AppError =>
  new AppError(401, "not_signed_in", "You are not signed in. Sign in and try again.");

/**
 * Lets a signed-in person through, or a program with a key: one indexed read, so that a revoked
 * session or a changed role counts from the next request on. What another site's page sends in
 * the person's name goes no further; no page can send a key, so a key needs no such check and
 * goes before any cookie. Reads of the same browser follow its own writes.
 */
export const signedIn = createMiddleware<AppEnv>(async (c, next) => {
  const token = bearerOf(c);
  if (token !== null) {
    const program = await programOf(c, token);
    c.set("session", program.session);
    c.set("db", program.db.seenBy(program.session));
    await knock(c, "key");
    return next();
  }
  const access = accessOf(c);
  if (!access) throw notSignedIn();
  const db = tenantDb(c.env, access.place, getCookie(c, BOOKMARK, "host"));
  const holder = await sessionHolder(db, access.sessionId, Date.now());
  if (!holder) throw notSignedIn();
  refuseCrossOrigin(c);
  const session = { place: access.place, credential: access.sessionId, ...holder };
  c.set("session", session);
  c.set("db", db.seenBy(session));
  await next();
  const bookmark = c.req.method === "GET" ? null : db.bookmark();
  if (bookmark) setCookie(c, BOOKMARK, bookmark, { ...cookie, maxAge: 60 });
});
