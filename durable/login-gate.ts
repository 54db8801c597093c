import { DurableObject } from "cloudflare:workers";
import { DOORS } from "../domain/doors.ts";
import type { DurableEnv } from "./env.ts";
import { migrate } from "./kit/schema.ts";

const WINDOW_MS = DOORS.signInAccount.seconds * 1000;
const ATTEMPTS = DOORS.signInAccount.most;

const MIGRATIONS = ["CREATE TABLE attempts (at INTEGER NOT NULL)"];

export type GateAnswer = { open: true } | { open: false; retryAfterSeconds: number };

/**
 * Guards one e-mail address, known or not, before any hashing: ten tries in fifteen minutes.
 * A try is counted when it begins, so tries side by side cannot slip past; success clears.
 * What is not tried any more leaves nothing: not even that this object was ever used.
 */
export class LoginGate extends DurableObject<DurableEnv> {
  async attempt(now = Date.now()): Promise<GateAnswer> {
    migrate(this.ctx.storage, MIGRATIONS);
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM attempts WHERE at <= ?", now - WINDOW_MS);
    const { tries, first } = sql
      .exec<{ tries: number; first: number | null }>("SELECT count(*) AS tries, min(at) AS first FROM attempts")
      .one();
    if (tries >= ATTEMPTS && first !== null) {
      return { open: false, retryAfterSeconds: Math.max(1, Math.ceil((first + WINDOW_MS - now) / 1000)) };
    }
    sql.exec("INSERT INTO attempts (at) VALUES (?)", now);
    await this.ctx.storage.setAlarm(now + WINDOW_MS);
    return { open: true };
  }

  /** The password was right: forget the tries. */
  async succeeded(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** The last try is out of the window. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}
