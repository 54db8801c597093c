import { DurableObject } from "cloudflare:workers";
import type { DurableEnv } from "./env.ts";
import { migrate } from "./kit/schema.ts";

/**
 * Requests a minute for the whole app. TikTok counts 600 an endpoint over a sliding minute and
 * says no `Retry-After`; a tenth is left for the clock's and the network's unevenness. LIVE
 * discovery is not TikTok's API: it is paced so that no address is worn out. The signer sells
 * signatures: few are needed, one a LIVE and one a redial.
 */
export const PER_MINUTE = {
  token: 540,
  user_info: 540,
  video_list: 540,
  video_query: 540,
  api_live: 300,
  sign: 60,
} as const;

export type Endpoint = keyof typeof PER_MINUTE;

/** `retryAt`: when to ask again, ms since epoch; of no meaning when granted. */
export interface Lease {
  granted: boolean;
  retryAt: number;
}

const MINUTE_MS = 60_000;
/** A 429 although we kept the budget: somebody else spends it too. Everybody waits. */
const BACK_OFF_MS = 30_000;
/** No single answer stops the whole app for longer. */
const LONGEST_BACK_OFF_MS = 15 * MINUTE_MS;

const MIGRATIONS = [
  `CREATE TABLE spent (second INTEGER PRIMARY KEY, requests INTEGER NOT NULL);
   CREATE TABLE pause (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER NOT NULL);`,
];

/** Hands out one endpoint's requests, exactly, over a sliding minute. */
export class ApiBudget extends DurableObject<DurableEnv> {
  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    migrate(ctx.storage, MIGRATIONS);
  }

  /** Asks for one request to `endpoint`, which is this object's. `retryAt` is ms since epoch. */
  take(endpoint: Endpoint, now = Date.now()): Lease {
    const { sql } = this.ctx.storage;
    const [pause] = sql.exec<{ until: number }>("SELECT until FROM pause").toArray();
    if (pause && pause.until > now) return { granted: false, retryAt: pause.until };

    const second = Math.floor(now / 1000);
    // The second of a minute ago is within the minute in part: it counts whole.
    sql.exec("DELETE FROM spent WHERE second < ?", second - MINUTE_MS / 1000);
    const { requests, first } = sql
      .exec<{ requests: number | null; first: number | null }>(
        "SELECT sum(requests) AS requests, min(second) AS first FROM spent",
      )
      .one();
    if ((requests ?? 0) >= PER_MINUTE[endpoint] && first !== null) {
      return { granted: false, retryAt: first * 1000 + MINUTE_MS + 1000 };
    }
    sql.exec(
      "INSERT INTO spent (second, requests) VALUES (?, 1) ON CONFLICT DO UPDATE SET requests = requests + 1",
      second,
    );
    return { granted: true, retryAt: now };
  }

  /** The endpoint answered 429: nobody asks before `until` (ms since epoch), half a minute when it did not say. */
  refused(until?: number, now = Date.now()): void {
    this.ctx.storage.sql.exec(
      "INSERT INTO pause (one, until) VALUES (1, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
      Math.min(until ?? now + BACK_OFF_MS, now + LONGEST_BACK_OFF_MS),
    );
  }
}
