import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { createLog, type Log, type LogEntry } from "../../platform/log.ts";
import { keepLog } from "../../platform/log-store.ts";
import type { AppEnv } from "../env.ts";

const log = createLog();

type Line = Omit<LogEntry, "route" | "method" | "requestId" | "tenantId" | "userId" | "ip" | "agent">;

/** A log that knows its request: the route's pattern, never the path, so that no token of a link is written. */
export const logOf = (c: Context<AppEnv>): { info: (line: Line) => void; error: (line: Line) => void } => {
  const session = c.get("session") as AppEnv["Variables"]["session"] | undefined;
  const about: LogEntry = {
    route: matchedRoutes(c).find(({ method }) => method !== "ALL")?.path,
    method: c.req.method,
    requestId: c.get("requestId"),
    ip: addressOf(c),
    agent: c.req.header("User-Agent") ?? "",
    ...(session ? { tenantId: session.place.tenantId, userId: session.userId } : {}),
  };
  const write = (level: keyof Log) => (line: Line) => log[level]({ ...about, ...line });
  return { info: write("info"), error: write("error") };
};

/** The caller's address as the platform saw it. */
export const addressOf = (c: Context): string => c.req.header("CF-Connecting-IP") ?? "127.0.0.1";

/** Gives each request its id and writes one line when it is answered. */
export const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const began = Date.now();
  const requestId = c.req.header("CF-Ray") ?? crypto.randomUUID().replaceAll("-", "").slice(0, 20).toUpperCase();
  c.set("requestId", requestId);
  // Before the answer is made, as in `headers.ts`; what was fetched gets it after.
  c.header("X-Request-Id", requestId);
  await next();
  if (!c.res.headers.has("X-Request-Id")) c.header("X-Request-Id", requestId);
  logOf(c).info({ status: c.res.status, ms: Date.now() - began });
  c.executionCtx.waitUntil(keepLog(c.env));
});
