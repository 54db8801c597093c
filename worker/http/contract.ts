import type { Context, MiddlewareHandler } from "hono";
import type * as z from "zod/mini";
import { AppError, type FieldError } from "../../domain/app-error.ts";
import type { DoorName } from "../../domain/doors.ts";
import type { AppEnv } from "../env.ts";
import { BODY_BYTES, bodyWithin } from "./body.ts";

/**
 * What a route takes and answers, said once: the same schema checks the request, types the
 * client and is printed in `openapi.json`.
 *
 * A schema library's own validator would check a body first; here the order is the contract's
 * (401, 404, 403, 400 / 413 / 415, 409, 422), so a route lists its checks in that order.
 */

export type Schema = z.ZodMiniType;

export interface Described {
  summary?: string;
  tag?: string;
  /** What must be shown, where it is not a session or an API key. */
  credential?: "none" | "session" | "refresh";
  query?: Schema;
  body?: Schema;
  /** The door at which one may knock only so often. */
  door?: DoorName;
  /** What a success is written in, where it is not JSON. */
  media?: readonly string[];
  /** By status; null has no body. */
  answers?: Record<number, Schema | null>;
}

const DESCRIBED = Symbol("described");

type Carrier = MiddlewareHandler & { [DESCRIBED]?: Described };

/** Ties a description to a handler; `openapi.ts` collects them from the routes. */
export const carrying = <H extends MiddlewareHandler>(handler: H, described: Described): H =>
  Object.assign(handler, { [DESCRIBED]: described });

export const describedBy = (handler: unknown): Described | undefined => (handler as Carrier)[DESCRIBED];

/** Says what a route is for and what it answers. */
export const describe = (described: Described): MiddlewareHandler => carrying(async (_c, next) => next(), described);

/** 400, 413 and 415: whether the body is JSON at all, and no longer than `most` bytes. `checked` reads the same text. */
const jsonWithin =
  (most: number): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    await readJson(c, most);
    await next();
  };

export const jsonBody = jsonWithin(BODY_BYTES.json);
/** Of somebody who is not signed in yet. */
export const smallJsonBody = jsonWithin(BODY_BYTES.signIn);

export async function readJson(c: Context, most: number = BODY_BYTES.json): Promise<unknown> {
  const kind = c.req.header("Content-Type") ?? "";
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(kind)) {
    throw new AppError(415, "json_only", "Send the body as application/json.");
  }
  await bodyWithin(c, most);
  try {
    return JSON.parse(await c.req.text());
  } catch {
    throw new AppError(400, "json_malformed", "The body is not JSON. Nothing was changed.");
  }
}

/** 422: whether every field is right. Comes after the checks that need no field. */
export const checked = <T extends Schema>(
  schema: T,
): MiddlewareHandler<AppEnv, string, { in: { json: z.input<T> }; out: { json: z.output<T> } }> =>
  carrying(
    async (c, next) => {
      c.req.addValidatedData("json", parsed(schema, await readJson(c)) as object);
      await next();
    },
    { body: schema },
  );

/** Checks `?…`. Unknown members are refused by a strict schema, with 422. */
export const query = <T extends Schema>(
  schema: T,
): MiddlewareHandler<AppEnv, string, { in: { query: z.input<T> }; out: { query: z.output<T> } }> =>
  carrying(
    async (c, next) => {
      c.req.addValidatedData("query", parsed(schema, c.req.query()) as object);
      await next();
    },
    { query: schema },
  );

/** @throws AppError 422 `invalid_fields` naming each field */
export function parsed<T extends Schema>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(fieldErrors);
  throw new AppError(422, "invalid_fields", errors.map((error) => error.message).join(" "), { errors });
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...issue.path, key].join("."), message: `There is no field "${key}".` }));
  }
  return [
    {
      path: issue.path.join("."),
      message: issue.message === "Invalid input" ? "This is not what the field takes." : issue.message,
    },
  ];
}
