import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import type { AppEnv } from "../env.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses unsafe requests and socket upgrades that another site's page sends with our cookies.
 * Browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`); a program sends
 * neither and has no stolen cookies, or sends our own `Origin`.
 */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const upgrade = c.req.header("Upgrade")?.toLowerCase() === "websocket";
  if (!upgrade && SAFE.has(c.req.method)) return next();
  const site = c.req.header("Sec-Fetch-Site");
  const origin = c.req.header("Origin");
  const own = origin === undefined ? undefined : origin === new URL(c.req.url).origin;
  const allowed = own ?? (site === undefined ? false : site === "same-origin" || site === "none");
  if (!allowed || (site !== undefined && site !== "same-origin" && site !== "none" && !own)) {
    throw new AppError(
      403,
      "cross_origin",
      "This request came from another site, so it was refused. Use the app itself.",
    );
  }
  await next();
});
