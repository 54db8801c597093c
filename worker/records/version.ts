import type { Context } from "hono";
import { AppError } from "../../domain/app-error.ts";
import { readJson } from "../http/contract.ts";

/**
 * Optimistic concurrency: a PATCH names the version it saw, in `If-Match: "3"` or as `version`.
 * @returns the body without `version`
 * @throws AppError 428 without one, 409 `version_conflict` with the record as it is now as `current`
 */
export async function matchVersion(c: Context, current: { version: number }): Promise<Record<string, unknown>> {
  const body = await readJson(c);
  const { version, ...rest } =
    typeof body === "object" && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : { "": body };
  const header = c.req.header("If-Match");
  const seen = header === undefined ? version : Number(/^(?:W\/)?"?(\d+)"?$/.exec(header.trim())?.[1]);
  if (seen === undefined) {
    throw new AppError(
      428,
      "version_needed",
      'Say which version you changed: If-Match: "3", or "version": 3 in the body.',
    );
  }
  if (seen !== current.version) throw versionConflict(current);
  return rest;
}

export const versionConflict = (current: object): AppError =>
  new AppError(
    409,
    "version_conflict",
    "Somebody changed this while you were editing. Both versions are kept: choose one.",
    { members: { current } },
  );
