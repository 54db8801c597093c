import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";

/** 400 for what is no upgrade, where the conversation is a WebSocket's. */
export const webSocketOnly = createMiddleware(async (c, next) => {
  if (c.req.header("Upgrade")?.toLowerCase() !== "websocket")
    throw new AppError(400, "websocket_only", "This address speaks WebSocket: ask with Upgrade: websocket.");
  await next();
});
