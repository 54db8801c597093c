import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { isLoopback } from "../../platform/hosts.ts";
import type { AppEnv } from "../env.ts";
import { addressOf } from "./log.ts";

type Limit = "REGISTER_LIMIT" | "LOGIN_LIMIT" | "CONNECT_LIMIT";

/** First gate, by address: thirty a minute. `RATE_LIMITS=off` lifts it on loopback alone. */
export const limitByAddress = (limit: Limit) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const lifted = c.env.RATE_LIMITS === "off" && isLoopback(new URL(c.env.PUBLIC_URL));
    if (!lifted && !(await c.env[limit].limit({ key: addressOf(c) })).success) {
      throw new AppError(429, "rate_limited", "Too many tries from your address. Wait a minute, then try again.", {
        retryAfterSeconds: 60,
      });
    }
    await next();
  });
