import { Buffer } from "node:buffer";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { isId, type SessionId } from "../../domain/ids.ts";
import { SESSION_HOURS } from "../../domain/records/tenant-security.ts";
import { isRegion } from "../../domain/regions.ts";
import { sessionHolder } from "../../platform/db/credentials.ts";
import { type TenantPlace, tenantDb } from "../../platform/db/tenant-db.ts";
import { equalInConstantTime, hmacSha256 } from "../../platform/hash.ts";
import type { AppEnv } from "../env.ts";
import { bearerOf, programOf } from "./api-key.ts";
import { knock } from "./rate-limit.ts";
import { refuseCrossOrigin } from "./same-origin.ts";
import { othersAsk } from "./turns.ts";

/** An access cookie is good for this long; then the browser asks `/auth/refresh`. */
export const ACCESS_SECONDS = 15 * 60;

/** The longest that an agency may let a session lie unused. The session's row says when it ends, the cookie only no sooner. */
const REFRESH_SECONDS = SESSION_HOURS.idle.most * 3600;

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
  c.set("signedOut", true);
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

/** Who asks: 401 for nobody, 403 for a person whose browser was sent here by another site's page. */
async function recognize(c: Context<AppEnv>): Promise<void> {
  othersAsk();
  const token = bearerOf(c);
  if (token !== null) {
    const program = await programOf(c, token);
    c.set("session", program.session);
    c.set("db", program.db.seenBy(program.session));
    await knock(c, "key");
    return;
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
}

/** Lets the same browser's next reads follow what this request wrote. */
function keepBookmark(c: Context<AppEnv>): void {
  const reads = c.req.method === "GET" || bearerOf(c) !== null || c.get("signedOut");
  const bookmark = reads ? null : c.get("db").bookmark();
  if (bookmark) setCookie(c, BOOKMARK, bookmark, { ...cookie, maxAge: 60 });
}

/**
 * Lets a signed-in person through, or a program with a key: one indexed read, so that a revoked
 * session or a changed role counts from the next request on. What another site's page sends in
 * the person's name goes no further; no page can send a key, so a key needs no such check and
 * goes before any cookie. Reads of the same browser follow its own writes.
 *
 * Whoever has yet to set up the second factor that their agency asks for is 403.
 */
export const signedIn = createMiddleware<AppEnv>(async (c, next) => {
  await recognize(c);
  if (c.get("session").needsTotp) {
    throw new AppError(
      403,
      "totp_setup_required",
      "Your agency asks everybody for a second factor. Set yours up, then go on.",
    );
  }
  await next();
  keepBookmark(c);
});

/** As `signedIn`, and for who has yet to set up a second factor too: for what that takes, and nothing else. */
export const signedInToSetUp = createMiddleware<AppEnv>(async (c, next) => {
  await recognize(c);
  await next();
  keepBookmark(c);
});
