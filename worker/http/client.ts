import type { Context } from "hono";
import { addressOf } from "./log.ts";

/** From where and with what a person asks. */
export interface Client {
  ip: string;
  /** The browser's own words, at most 300 characters. */
  agent: string;
  /** ISO 3166 code, as the platform guesses it from the address; null where it does not. */
  country: string | null;
}

/** Tor and unknown places have codes that are no country's: `T1`, `XX`. */
const COUNTRY = /^(?!XX)[A-Z]{2}$/;

export function clientOf(c: Context): Client {
  const { cf } = c.req.raw as Request<unknown, Partial<IncomingRequestCfProperties>>;
  const country = typeof cf?.country === "string" && COUNTRY.test(cf.country) ? cf.country : null;
  return { ip: addressOf(c), agent: (c.req.header("User-Agent") ?? "").slice(0, 300), country };
}
