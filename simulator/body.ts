/** Bodies of the simulator's own endpoints: JSON from programs, forms from its index page. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import type { SimulatorEnv } from "./simulation.ts";

const isForm = (c: Context<SimulatorEnv>): boolean =>
  c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;

/** A form says "true" where JSON says true. */
const unquote = (value: string): string | boolean => (value === "true" || value === "false" ? value === "true" : value);

const readRaw = async (c: Context<SimulatorEnv>): Promise<unknown> => {
  const text = await c.req.text();
  if (!isForm(c)) return text === "" ? {} : JSON.parse(text);
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, unquote(value)]));
};

/** Throws 400 with what is wrong, as text. */
export const readBody = async <Schema extends z.ZodType>(
  c: Context<SimulatorEnv>,
  schema: Schema,
): Promise<z.output<Schema>> => {
  let raw: unknown;
  try {
    raw = await readRaw(c);
  } catch {
    throw new HTTPException(400, { message: "The body is no JSON." });
  }
  const body = schema.safeParse(raw);
  if (!body.success) throw new HTTPException(400, { message: z.prettifyError(body.error) });
  return body.data;
};

/** JSON for a program; a person who pressed a button goes back to the index page. */
export const answer = (c: Context<SimulatorEnv>, body: object, status: 200 | 201 = 200): Response =>
  isForm(c) ? c.redirect("/", 303) : c.json(body, status);
