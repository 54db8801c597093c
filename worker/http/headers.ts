import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { isLoopback } from "../../platform/hosts.ts";
import type { AppEnv } from "../env.ts";

/** Pictures come from TikTok's delivery hosts (or the simulator), players from its site; the rest is ours. */
function contentPolicy(env: AppEnv["Bindings"]): string {
  const tiktok = new URL(env.TIKTOK_API_URL);
  const pictures = isLoopback(tiktok)
    ? tiktok.origin
    : "https://*.tiktokcdn.com https://*.tiktokcdn-us.com https://*.tiktokcdn-eu.com";
  const players = isLoopback(tiktok) ? tiktok.origin : "https://www.tiktok.com";
  // Chromium holds redirects of a form's answer to `form-action` too: connecting ends at TikTok.
  const consent = new URL(env.TIKTOK_AUTHORIZE_URL).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: ${pictures}`,
    `frame-src ${players}`,
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    `form-action 'self' ${consent}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}

/** Headers of every answer. What the API says is never stored by anybody. */
export const headers = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // An upgraded socket's answer cannot be changed, and needs none of this.
  if (c.res.status === 101) return;
  c.header("Content-Security-Policy", contentPolicy(c.env));
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "same-origin");
  c.header("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()");
  c.header("Cross-Origin-Opener-Policy", "same-origin");
  c.header("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
});

/** The app serves people's data: it does not run on an address that anybody could listen to. */
export const secureAddress = createMiddleware<AppEnv>(async (c, next) => {
  const url = URL.parse(c.env.PUBLIC_URL);
  if (!url || (url.protocol !== "https:" && !isLoopback(url))) {
    throw new AppError(
      503,
      "insecure_public_url",
      "PUBLIC_URL must be https unless it is this very machine. Nothing is served until it is.",
    );
  }
  await next();
});
