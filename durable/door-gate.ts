import { DurableObject } from "cloudflare:workers";
import type { Rate } from "../domain/doors.ts";
import type { DurableEnv } from "./env.ts";
import { migrate } from "./kit/schema.ts";
import type { GateAnswer } from "./login-gate.ts";

/** `gone_at`: when no part of the slice is in the window any more, ms since epoch. */
const MIGRATIONS = ["CREATE TABLE knocks (gone_at INTEGER PRIMARY KEY, times INTEGER NOT NULL)"];

/** A window is counted in so many slices: few rows, however many knocks. */
const SLICES = 60;

/**
 * One door for whoever knocks at it: never more than `most` within any `seconds`, however many
 * knock at once. The oldest slice lies in the window in part and counts whole, so it may refuse a
 * sixtieth too early and never lets one too many in. Who does not knock any more leaves nothing.
 */
export class DoorGate extends DurableObject<DurableEnv> {
  /** @param now ms since epoch */
  async knock({ most, seconds }: Rate, now = Date.now()): Promise<GateAnswer> {
    migrate(this.ctx.storage, MIGRATIONS);
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM knocks WHERE gone_at <= ?", now);
    const { times, next } = sql
      .exec<{ times: number | null; next: number | null }>(
        "SELECT sum(times) AS times, min(gone_at) AS next FROM knocks",
      )
      .one();
    if ((times ?? 0) >= most && next !== null)
      return { open: false, retryAfterSeconds: Math.max(1, Math.ceil((next - now) / 1000)) };
    const sliceMs = (seconds * 1000) / SLICES;
    const goneAt = Math.ceil((Math.floor(now / sliceMs) + 1 + SLICES) * sliceMs);
    sql.exec("INSERT INTO knocks VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1", goneAt);
    // Not moved by each knock, which would be a write more: the alarm looks whether it came too early.
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(goneAt);
    return { open: true };
  }

  override async alarm(): Promise<void> {
    migrate(this.ctx.storage, MIGRATIONS);
    const { last } = this.ctx.storage.sql
      .exec<{ last: number | null }>("SELECT max(gone_at) AS last FROM knocks")
      .one();
    if (last !== null && last > Date.now()) await this.ctx.storage.setAlarm(last);
    else await this.ctx.storage.deleteAll();
  }
}
