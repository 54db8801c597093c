import { Hono } from "hono";
import * as z from "zod/mini";
import { logOfDay } from "../../../platform/log-store.ts";
import type { AppEnv } from "../../env.ts";
import { audit } from "../../http/audit.ts";
import { describe, query } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";

const DAY = "day is a date, as 2026-11-24";
const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
const daySchema = z.string(DAY).check(z.refine(isDay, DAY));

/** What was asked of this agency's part of the server, by whom and from where: for the owner alone. */
export const operationalLog = new Hono<AppEnv>().use(signedIn).get(
  "/",
  describe({
    tag: "Operational log",
    summary: "A day's lines (UTC), newline-delimited JSON: time, route, status, address, browser, ids; kept 180 days",
    answers: { 200: null },
  }),
  right("log.read"),
  query(z.strictObject({ day: daySchema })),
  async (c) => {
    const { day } = c.req.valid("query");
    await audit(c, { action: "log.read", target: { type: "log", id: day } });
    return c.body(logOfDay(c.env, c.get("session").place, day), 200, {
      "Content-Type": "application/x-ndjson",
      "Content-Disposition": `attachment; filename="log-${day}.jsonl"`,
    });
  },
);
