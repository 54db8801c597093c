import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { isLoopback } from "../../platform/hosts.ts";
import type { AppEnv } from "../env.ts";
import { type Header, type PolicySources, pagePolicy, SECURITY_HEADERS } from "./security-headers.ts";

/** Pictures come from TikTok's delivery hosts (or the simulator), players from its site; the rest is ours. */
function sourcesOf(env: AppEnv["Bindings"]): PolicySources {
  const tiktok = new URL(env.TIKTOK_API_URL);
  const local = isLoopback(tiktok);
  return {
    pictures: local ? tiktok.origin : "https://*.tiktokcdn.com https://*.tiktokcdn-us.com https://*.tiktokcdn-eu.com",
    players: local ? tiktok.origin : "https://www.tiktok.com",
    consent: new URL(env.TIKTOK_AUTHORIZE_URL).origin,
  };
}

const made = new WeakMap<AppEnv["Bindings"], readonly Header[]>();

/** The same for every answer of a deployment: put together once. */
function everyAnswers(env: AppEnv["Bindings"]): readonly Header[] {
  const known = made.get(env);
  if (known) return known;
  const headers: readonly Header[] = [
    ["Content-Security-Policy", pagePolicy(sourcesOf(env))],
    ...SECURITY_HEADERS,
    ["Cache-Control", "no-store"],
  ];
  made.set(env, headers);
  return headers;
}

/** Headers of every answer. What the API says is never stored by anybody. */
export const headers = createMiddleware<AppEnv>(async (c, next) => {
  const every = everyAnswers(c.env);
  // An answer is made with what was set before it; each header that is set after it costs a copy of the answer.
  for (const [name, value] of every) c.header(name, value);
  await next();
  // An upgraded socket's answer cannot be changed, and needs none of this.
  if (c.res.status === 101 || c.res.headers.get("Content-Security-Policy") === every[0]?.[1]) return;
  // What was fetched, as assets are, was not made here: it gets them now, and says itself how long it may be kept.
  for (const [name, value] of every) if (name !== "Cache-Control" || !c.res.headers.has(name)) c.header(name, value);
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
