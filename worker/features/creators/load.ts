import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { notFound } from "../../../domain/app-error.ts";
import { isId } from "../../../domain/ids.ts";
import type { Creator } from "../../../domain/records/creator.ts";
import type { AppEnv } from "../../env.ts";
import { findCreator } from "./queries.ts";

export interface WithCreator extends AppEnv {
  Variables: AppEnv["Variables"] & { creator: Creator };
}

/** 404 unless the path's creator is one that the caller may see, and not in the trash. */
export const loadCreator = createMiddleware<WithCreator>(async (c, next) => {
  await load(c, false);
  await next();
});

/** As `loadCreator`, for what may be done with a creator in the trash. */
export const loadTrashedToo = createMiddleware<WithCreator>(async (c, next) => {
  await load(c, true);
  await next();
});

async function load(c: Context<WithCreator>, trashedToo: boolean): Promise<void> {
  const id = c.req.param("id") ?? "";
  const creator = isId("creator", id) ? await findCreator(c.get("db"), id) : null;
  if (!creator || (creator.deletedAt !== null && !trashedToo)) throw notFound("creator");
  c.set("creator", creator);
  c.set("record", creator);
}
