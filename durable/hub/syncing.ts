import { eq } from "drizzle-orm";
import type { ConnectionId, CreatorId } from "../../domain/ids.ts";
import { retainedUntil } from "../../domain/retention.ts";
import { connections } from "../../platform/db/region/index.ts";
import { jittered } from "../clock.ts";
import type { Tasks } from "../kit/tasks.ts";
import { type HubContext, STANDS } from "./context.ts";
import { standingConnection } from "./disconnect.ts";
import type { Endings } from "./endings.ts";
import { syncConnection } from "./sync.ts";
import type { ConnectionRow, Tokens } from "./tokens.ts";

/** When "sync now" was last asked for, by connection. */
export const ASKED_SCHEMA = "CREATE TABLE asked (connection_id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;";

/** "Sync now" at most this often. */
const SYNC_AGAIN_MS = 60_000;

/** Whether "sync now" began, and if not why. */
export interface SyncAnswer {
  started: boolean;
  refusal: "not_connected" | "synced_recently" | null;
  retryAfterSeconds: number;
}

/** Who hears what a sync brought. */
export interface SyncListener {
  synced(creatorId: CreatorId, at: number): Promise<void>;
  /** Something that decides on syncing or LIVE is another one now. */
  changed(creatorId: CreatorId): Promise<unknown>;
}

/** When each connection is synced, and what becomes of one whose grant is dead. */
export class Syncing {
  readonly #hub: HubContext;
  readonly #tokens: Tokens;
  readonly #sql: SqlStorage;
  readonly #listener: SyncListener;
  readonly #tasks: () => Tasks;
  readonly #endings: () => Endings;

  /** `tasks` and `endings` are asked for when they are needed: they know of syncing, too. */
  constructor(
    hub: HubContext,
    tokens: Tokens,
    sql: SqlStorage,
    listener: SyncListener,
    tasks: () => Tasks,
    endings: () => Endings,
  ) {
    this.#hub = hub;
    this.#tokens = tokens;
    this.#sql = sql;
    this.#listener = listener;
    this.#tasks = tasks;
    this.#endings = endings;
  }

  /** Refusals are answers, not errors: an error's class does not survive the way between objects. */
  async now(creatorId: CreatorId): Promise<SyncAnswer> {
    const standing = await standingConnection(this.#hub, creatorId);
    if (standing?.status !== "active") return { started: false, refusal: "not_connected", retryAfterSeconds: 0 };
    const now = Date.now();
    const sql = this.#sql;
    const [asked] = sql
      .exec<{ at: number }>("SELECT at FROM asked WHERE connection_id = ?", standing.connectionId)
      .toArray();
    const last = asked?.at ?? 0;
    if (now - last < SYNC_AGAIN_MS) {
      return {
        started: false,
        refusal: "synced_recently",
        retryAfterSeconds: Math.ceil((last + SYNC_AGAIN_MS - now) / 1000),
      };
    }
    sql.exec("INSERT INTO asked VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at", standing.connectionId, now);
    await this.#tasks().schedule("sync", standing.connectionId, now);
    return { started: true, refusal: null, retryAfterSeconds: 0 };
  }

  /** The task "sync". @returns when to sync next, ms since epoch; null: not again */
  async run(connectionId: ConnectionId): Promise<number | null> {
    const outcome = await syncConnection(this.#hub, this.#tokens, connectionId);
    const now = Date.now();
    switch (outcome.kind) {
      case "synced":
        await this.#listener.synced(outcome.creatorId as CreatorId, now);
        return now + jittered(this.#hub.clock.syncEveryMs);
      case "gone":
        return null;
      case "later":
        return outcome.at + jittered(1_000);
      case "dead":
        return this.#grantDied(outcome.connection);
      case "failed":
        // A refusal that passes by itself is tried with back-off; the others wait for the next turn.
        if (outcome.error.passes) throw outcome.error;
        return now + jittered(this.#hub.clock.syncEveryMs);
    }
  }

  /** Run out of its own days: expired, may be renewed. Refused before that: the creator took it back. */
  async #grantDied(dead: ConnectionRow): Promise<number | null> {
    const connectionId = dead.id as ConnectionId;
    const creatorId = dead.creatorId as CreatorId;
    const db = this.#hub.db();
    const now = await db.first(connections, eq(connections.id, connectionId));
    if (!now || now.endedAt !== null) return null;
    // The creator connected again while we asked with the old grant.
    if (now.refreshToken !== dead.refreshToken) return Date.now();
    const ranOut = dead.refreshExpiresAt !== null && dead.refreshExpiresAt <= Date.now();
    if (!ranOut) {
      await this.#endings().end(connectionId, "revoked", "revoked_at_tiktok");
      return null;
    }
    const due = retainedUntil("expiredConnection", Date.now());
    await db.batch([
      db.sql(
        `UPDATE creators SET connection_status = 'expired' WHERE tenant_id = ?1 AND id = ?4 AND ${STANDS}`,
        connectionId,
        dead.generation,
        creatorId,
      ),
      db.sql(
        "UPDATE connections SET status = 'expired', purge_due_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND generation = ?3 AND ended_at IS NULL",
        connectionId,
        dead.generation,
        due,
      ),
    ]);
    await this.#tasks().schedule("expire", connectionId, due);
    await this.#listener.changed(creatorId);
    return null;
  }

  /** The task "expire": nobody renewed it in time. One that was renewed has no such date any more. */
  async expire(connectionId: ConnectionId): Promise<null> {
    const row = await this.#hub.db().first(connections, eq(connections.id, connectionId));
    if (row?.status === "expired") await this.#endings().end(connectionId, "disconnected", "expired");
    return null;
  }

  /** Drops what decides nothing any more. */
  tidy(): void {
    this.#sql.exec("DELETE FROM asked WHERE at < ?", Date.now() - SYNC_AGAIN_MS);
  }
}
