import { createMiddleware } from "hono/factory";
import { AppError } from "../../domain/app-error.ts";
import { may, type Right } from "../../domain/roles.ts";
import type { AppEnv } from "../env.ts";

/**
 * 403 where the caller's role lacks the right on the whole resource, or on the record that the path
 * names. Comes after the record was found: one that they may not even see is 404.
 */
export const right = (needed: Right) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (!may(c.get("session"), needed, c.get("record"))) throw notAllowed();
    await next();
  });

export const notAllowed = (): AppError =>
  new AppError(403, "not_allowed", "Your role does not allow this. Ask an owner or admin of your agency.");
