import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses unsafe requests and socket upgrades that another site's page sends with our cookies.
 * A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`); a program sends our
 * own `Origin`. One of them must be there, and what is there must be ours.
 *
 * @throws AppError 403 `cross_origin`
 */
export function refuseCrossOrigin(c: Context): void {
  const upgrade = c.req.header("Upgrade")?.toLowerCase() === "websocket";
  if (!upgrade && SAFE.has(c.req.method)) return;
  if (cameFrom(c) !== "here") throw crossOrigin();
}

/** Where a request says that it comes from. */
function cameFrom(c: Context): "here" | "elsewhere" | "nowhere" {
  const site = c.req.header("Sec-Fetch-Site") ?? null;
  const origin = c.req.header("Origin") ?? null;
  if (site === null && origin === null) return "nowhere";
  const foreign =
    (site !== null && site !== "same-origin") || (origin !== null && origin !== new URL(c.req.url).origin);
  return foreign ? "elsewhere" : "here";
}

const crossOrigin = (): AppError =>
  new AppError(403, "cross_origin", "This request came from another site, so it was refused. Use the app itself.");

/**
 * For the form of a personal link, where nobody is signed in: the link in the address is what lets
 * in, and no other page has it. What says that it comes from elsewhere is refused all the same.
 */
export const notFromElsewhere = createMiddleware(async (c, next) => {
  if (cameFrom(c) === "elsewhere") throw crossOrigin();
  await next();
});

/** As `refuseCrossOrigin`, for what needs no session; `signedIn` asks by itself, after 401. */
export const sameOrigin = createMiddleware(async (c, next) => {
  refuseCrossOrigin(c);
  await next();
});
