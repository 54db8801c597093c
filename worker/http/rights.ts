import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { may, type Right } from "../../domain/roles.ts";
import type { AppEnv } from "../env.ts";

/** 403 where the caller's role lacks the right on the whole resource. Comes after the record was found (404). */
export const right = (needed: Right) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (!may(c.get("session").rights, needed)) {
      throw new AppError(403, "not_allowed", "Your role does not allow this. Ask an owner or admin of your agency.");
    }
    await next();
  });
