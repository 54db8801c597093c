/** The `log_id` of every answer of TikTok's: the second, then random hex, upper case. */
import { randomBytes } from "node:crypto";

export const newLogId = (now: number): string =>
  new Date(now).toISOString().replaceAll(/\D/g, "").slice(0, 14) + randomBytes(10).toString("hex").toUpperCase();
