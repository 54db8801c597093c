import { DurableObject } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { AppError } from "../domain/app-error.ts";
import { type ConnectionId, type CreatorId, isId, type SessionId } from "../domain/ids.ts";
import type { LiveItem, LiveMessage, LiveTotals, Tracking } from "../domain/live-message.ts";
import type { Disconnected } from "../domain/records/tiktok.ts";
import { isRegion } from "../domain/regions.ts";
import { retainedUntil } from "../domain/retention.ts";
import { connections } from "../platform/db/region/index.ts";
import { createLog } from "../platform/log.ts";
import { jittered } from "./clock.ts";
import type { DurableEnv } from "./env.ts";
import { type HubContext, hubContext, NotYet } from "./hub/context.ts";
import { type DeletedCounts, type EndReason, endConnection, purge, standingConnection } from "./hub/disconnect.ts";
import { checkLive, type TrackingNote } from "./hub/live-check.ts";
import type { LiveEnd, LiveReport } from "./hub/live-report.ts";
import { REVOKES_SCHEMA, Revokes } from "./hub/revoke.ts";
import { type Face, reportInterval, SWITCHBOARD_SCHEMA, Switchboard } from "./hub/switchboard.ts";
import { refreshCovers, syncConnection } from "./hub/sync.ts";
import { type ConnectionRow, Tokens } from "./hub/tokens.ts";
import { migrate } from "./kit/schema.ts";
import { answerClose, CLOSE, close, ownerOf, SOCKET_MS, type SocketOwner } from "./kit/sockets.ts";
import { again, liveTracker } from "./kit/stubs.ts";
import { doubling, TASKS_SCHEMA, type Task, Tasks } from "./kit/tasks.ts";

const MIGRATIONS = [TASKS_SCHEMA, REVOKES_SCHEMA, SWITCHBOARD_SCHEMA];

const MINUTE_MS = 60_000;
/** "Sync now" at most this often. */
const SYNC_AGAIN_MS = MINUTE_MS;
/** DELETE answers after trying the revoke for this long. */
const REVOKE_WAIT_MS = 3_000;

const log = createLog();

/** Whether "sync now" began, and if not why. */
export interface SyncAnswer {
  started: boolean;
  refusal: "not_connected" | "synced_recently" | null;
  retryAfterSeconds: number;
}

/** What the LIVE wall shows first. */
export interface LiveNow {
  items: LiveItem[];
  tracking: Tracking[];
  totals: LiveTotals;
}

/**
 * One a tenant: its clock (sync, live checks, purges, revokes) and its switchboard (the
 * dashboards' sockets). Its name is `<region>.<tenant id>`.
 */
export class TenantHub extends DurableObject<DurableEnv> {
  readonly #hub: HubContext;
  readonly #tokens: Tokens;
  readonly #revokes: Revokes;
  readonly #tasks: Tasks;
  readonly #board: Switchboard;
  readonly #faces = new Map<CreatorId, Face>();
  /** When "sync now" was last asked for, by connection. */
  readonly #askedAt = new Map<ConnectionId, number>();

  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    migrate(ctx.storage, MIGRATIONS);
    const [region, tenantId = ""] = (ctx.id.name ?? "").split(".");
    if (!isRegion(region) || !isId("tenant", tenantId)) throw new Error("A TenantHub is named <region>.<tenant id>.");
    this.#hub = hubContext(env, { region, tenantId });
    this.#tokens = new Tokens(this.#hub);
    this.#revokes = new Revokes(this.#hub, ctx.storage.sql);
    this.#board = new Switchboard(ctx.storage.sql, (message) => this.#tell(message));
    this.#tasks = new Tasks(
      ctx.storage,
      {
        sync: { run: (task) => this.#sync(task.subject as ConnectionId), backOff: doubling(MINUTE_MS, 60 * MINUTE_MS) },
        live: { run: (task) => this.#checkLive(task.subject as CreatorId), backOff: doubling(10_000, 10 * MINUTE_MS) },
        purge: { run: (task) => this.#purge(task.subject as ConnectionId), backOff: doubling(5_000, 60 * MINUTE_MS) },
        revoke: {
          run: (task) => this.#revoke(task.subject as ConnectionId),
          backOff: doubling(MINUTE_MS, 360 * MINUTE_MS),
        },
        expire: {
          run: (task) => this.#expire(task.subject as ConnectionId),
          backOff: doubling(MINUTE_MS, 60 * MINUTE_MS),
        },
        sockets: { run: () => this.#renewSockets(), backOff: doubling(MINUTE_MS, MINUTE_MS) },
        tidy: { run: () => this.#tidy(), backOff: doubling(60 * MINUTE_MS, 60 * MINUTE_MS) },
      },
      (task, error) => this.#failed(task, error),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    ctx.blockConcurrencyWhile(() => this.#readZone());
  }

  override async alarm(): Promise<void> {
    await this.#tasks.runDue();
  }

  // —— Connecting and syncing

  /** A creator connected: the first sync is due now. */
  async connected(creatorId: CreatorId, connectionId: ConnectionId): Promise<void> {
    this.#faces.delete(creatorId);
    await this.#tasks.cancel("expire", connectionId);
    await this.#tasks.schedule("sync", connectionId, Date.now());
    await this.#tasks.schedule("live", creatorId, Date.now());
  }

  /** Refusals are answers, not errors: an error's class does not survive the way between objects. */
  async syncNow(creatorId: CreatorId): Promise<SyncAnswer> {
    const standing = await standingConnection(this.#hub, creatorId);
    if (standing?.status !== "active") return { started: false, refusal: "not_connected", retryAfterSeconds: 0 };
    const now = Date.now();
    const last = this.#askedAt.get(standing.connectionId) ?? 0;
    if (now - last < SYNC_AGAIN_MS) {
      return {
        started: false,
        refusal: "synced_recently",
        retryAfterSeconds: Math.ceil((last + SYNC_AGAIN_MS - now) / 1000),
      };
    }
    this.#askedAt.set(standing.connectionId, now);
    await this.#tasks.schedule("sync", standing.connectionId, now);
    return { started: true, refusal: null, retryAfterSeconds: 0 };
  }

  /** When a connection is synced next, ms since epoch. */
  nextSyncAt(connectionId: ConnectionId): number | null {
    return this.#tasks.dueAt("sync", connectionId);
  }

  /** Somebody looks at covers whose signed addresses are about to die. */
  async freshCovers(connectionId: ConnectionId, videoIds: string[]): Promise<void> {
    await refreshCovers(this.#hub, this.#tokens, connectionId, videoIds);
  }

  /** Something that decides on syncing or LIVE changed: staff's switch, the consent, the trash. */
  async creatorChanged(creatorId: CreatorId): Promise<Tracking> {
    this.#faces.delete(creatorId);
    const standing = await standingConnection(this.#hub, creatorId);
    if (standing?.status === "active")
      await this.#tasks.hasten("sync", standing.connectionId, Date.now() + jittered(this.#hub.clock.syncEveryMs));
    await this.#tasks.cancel("live", creatorId);
    const next = await this.#checkLive(creatorId);
    if (next !== null) await this.#tasks.hasten("live", creatorId, next);
    return this.#board.trackingOf(creatorId);
  }

  async #sync(connectionId: ConnectionId): Promise<number | null> {
    const outcome = await syncConnection(this.#hub, this.#tokens, connectionId);
    const now = Date.now();
    switch (outcome.kind) {
      case "synced":
        this.#faces.delete(outcome.creatorId as CreatorId);
        this.#tell({ type: "synced", creatorId: outcome.creatorId, at: new Date(now).toISOString() });
        return now + jittered(this.#hub.clock.syncEveryMs);
      case "gone":
        return null;
      case "later":
        return outcome.at + jittered(1_000);
      case "dead":
        await this.#grantDied(outcome.connection);
        return null;
      case "failed":
        // A refusal that passes by itself is tried with back-off; the others wait for the next turn.
        if (outcome.error.passes) throw outcome.error;
        return now + jittered(this.#hub.clock.syncEveryMs);
    }
  }

  /** Run out of its own days: expired, may be renewed. Refused before that: the creator took it back. */
  async #grantDied(connection: ConnectionRow): Promise<void> {
    const connectionId = connection.id as ConnectionId;
    const ranOut = connection.refreshExpiresAt !== null && connection.refreshExpiresAt <= Date.now();
    if (!ranOut) {
      await this.#end(connectionId, "revoked", "revoked_at_tiktok");
      return;
    }
    const db = this.#hub.db();
    const due = retainedUntil("expiredConnection", Date.now());
    await db.batch([
      db.sql(
        "UPDATE connections SET status = 'expired', purge_due_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND generation = ?3 AND ended_at IS NULL",
        connectionId,
        connection.generation,
        due,
      ),
      db.sql(
        "UPDATE creators SET connection_status = 'expired' WHERE tenant_id = ?1 AND id = ?2",
        connection.creatorId,
      ),
    ]);
    await this.#tasks.schedule("expire", connectionId, due);
    await this.creatorChanged(connection.creatorId as CreatorId);
  }

  async #expire(connectionId: ConnectionId): Promise<null> {
    await this.#end(connectionId, "disconnected", "expired");
    return null;
  }

  // —— Disconnecting

  /** Ends the creator's connection and deletes what came of it. @returns what `DELETE …/tiktok` answers; null: there was none */
  async disconnect(creatorId: CreatorId, reason: EndReason): Promise<Disconnected | null> {
    const standing = await standingConnection(this.#hub, creatorId);
    return standing ? this.#end(standing.connectionId, "disconnected", reason) : null;
  }

  /** TikTok's webhook: the creator, or TikTok, removed the authorization. Older news than the connection is ignored. */
  async authorizationRemoved(connectionId: ConnectionId, at: number, reason: EndReason): Promise<void> {
    const row = await this.#hub
      .db()
      .sql(
        "SELECT connected_at AS connectedAt FROM connections WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL",
        connectionId,
      )
      .first<{ connectedAt: number }>();
    // TikTok's clock counts seconds.
    if (row && at + 1000 > row.connectedAt) await this.#end(connectionId, "revoked", reason);
  }

  async #end(connectionId: ConnectionId, status: "disconnected" | "revoked", reason: EndReason): Promise<Disconnected> {
    // First of all the task that finishes what a crash would cut; on a connection that stands it does nothing.
    await this.#tasks.schedule("purge", connectionId, Date.now() + 10_000);
    const ended = await endConnection(this.#hub, connectionId, status, reason);
    await this.#tasks.cancel("sync", connectionId);
    if (ended) {
      const creatorId = ended.creatorId as CreatorId;
      await this.#tasks.cancel("live", creatorId);
      this.#board.removed(creatorId, connectionId);
      this.#faces.delete(creatorId);
      if (status === "disconnected") {
        this.#revokes.keep(ended);
        await this.#tasks.schedule("revoke", connectionId, Date.now() + REVOKE_WAIT_MS * 2);
      }
      await this.#eraseTracker(creatorId);
    }
    const [revoked, deleted] = await Promise.all([
      this.#revokeSoon(connectionId, status),
      this.#purgeNow(connectionId),
    ]);
    return { status: "disconnected", revoked, deleted };
  }

  async #revokeSoon(connectionId: ConnectionId, status: "disconnected" | "revoked"): Promise<boolean | "pending"> {
    if (status === "revoked") return true;
    const waited = new Promise<"pending">((resolve) => setTimeout(() => resolve("pending"), REVOKE_WAIT_MS));
    const attempt = this.#revokes.attempt(connectionId).then(
      async (confirmed) => {
        await this.#tasks.cancel("revoke", connectionId);
        return confirmed;
      },
      () => "pending" as const,
    );
    return Promise.race([attempt, waited]);
  }

  async #purgeNow(connectionId: ConnectionId): Promise<DeletedCounts> {
    const deleted = await purge(this.#hub, connectionId);
    await this.#tasks.cancel("purge", connectionId);
    return deleted;
  }

  /** Finishes an end that was cut anywhere on its way. */
  async #purge(connectionId: ConnectionId): Promise<null> {
    const ended = await this.#hub.db().first(connections, eq(connections.id, connectionId));
    if (!ended || ended.endedAt === null) return null;
    const creatorId = ended.creatorId as CreatorId;
    if (ended.revoked === "pending" && ended.accessToken !== null) {
      this.#revokes.keep(ended);
      await this.#tasks.hasten("revoke", connectionId, Date.now());
    }
    this.#board.removed(creatorId, connectionId);
    // A connection that was made anew has a tracker of its own to keep.
    if (!(await standingConnection(this.#hub, creatorId))) await this.#eraseTracker(creatorId);
    await purge(this.#hub, connectionId);
    return null;
  }

  #eraseTracker(creatorId: CreatorId): Promise<void> {
    return again(() => liveTracker(this.#hub.env, this.#hub.place, creatorId).erase());
  }

  async #revoke(connectionId: ConnectionId): Promise<null> {
    await this.#revokes.attempt(connectionId);
    return null;
  }

  // —— LIVE

  async #checkLive(creatorId: CreatorId): Promise<number | null> {
    try {
      const answer = await checkLive(this.#hub, creatorId);
      const running = this.#board.itemOf(creatorId) !== null;
      // A running session's own tracker knows better than a check that only asserted it.
      if (!running || answer.note.state === "off" || answer.note.state === "awaiting_consent")
        this.#board.noted(creatorId, answer.note);
      return answer.next;
    } catch (error) {
      if (error instanceof NotYet) return error.retryAt + jittered(1_000);
      throw error;
    }
  }

  /** A tracker tells what changed. @returns ms until it may tell again, or null: stop, nobody may listen any more */
  async report(report: LiveReport): Promise<number | null> {
    const heard = this.#board.heard(report, await this.#face(report.creatorId));
    return heard ? reportInterval(this.#board.items().length) : null;
  }

  /** A tracker's state without a LIVE to show: dialing, blocked, limited. */
  async tracking(creatorId: CreatorId, note: TrackingNote): Promise<void> {
    this.#board.noted(creatorId, note);
  }

  /** A LIVE is over, or is no longer tracked: look for the next one. */
  async ended(end: LiveEnd): Promise<void> {
    this.#board.over(end);
    await this.#tasks.schedule("live", end.creatorId, Date.now() + jittered(this.#hub.clock.liveCheckMs));
  }

  liveNow(): LiveNow {
    return { items: this.#board.items(), tracking: this.#board.trackings(), totals: this.#board.totals() };
  }

  trackingOf(creatorId: CreatorId): Tracking {
    return this.#board.trackingOf(creatorId);
  }

  async #face(creatorId: CreatorId): Promise<Face> {
    const known = this.#faces.get(creatorId);
    if (known) return known;
    const face = await this.#hub
      .db()
      .sql(
        "SELECT display_name AS displayName, handle, avatar_url AS avatarUrl FROM creators WHERE tenant_id = ?1 AND id = ?2",
        creatorId,
      )
      .first<Face>();
    if (!face) return { displayName: "A creator", handle: null, avatarUrl: null };
    this.#faces.set(creatorId, face);
    return face;
  }

  // —— Sockets

  /** The upgrade of a dashboard's socket. The worker has checked who it is; only it can call. */
  override async fetch(request: Request): Promise<Response> {
    const [client, server] = Object.values(new WebSocketPair());
    const owner: SocketOwner = {
      sessionId: request.headers.get("X-Session") ?? "",
      userId: request.headers.get("X-User") ?? "",
      expiresAt: Date.now() + SOCKET_MS,
    };
    if (!client || !server || owner.sessionId === "") return new Response(null, { status: 400 });
    this.ctx.acceptWebSocket(server, [owner.sessionId]);
    server.serializeAttachment(owner);
    const snapshot: LiveMessage = { type: "snapshot", at: new Date().toISOString(), ...this.liveNow() };
    server.send(JSON.stringify(snapshot));
    await this.#tasks.hasten("sockets", "", owner.expiresAt);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(): void {
    // Nothing is asked of a dashboard but "ping", which is answered without waking us.
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
  }

  /** A session ended: its sockets close at once. */
  async signedOut(sessionId: SessionId): Promise<void> {
    for (const socket of this.ctx.getWebSockets(sessionId)) close(socket, CLOSE.signedOut);
  }

  async #renewSockets(): Promise<number | null> {
    const now = Date.now();
    const expiries = this.ctx.getWebSockets().flatMap((socket) => {
      const expiresAt = ownerOf(socket)?.expiresAt ?? 0;
      if (expiresAt > now) return [expiresAt];
      close(socket, CLOSE.renew);
      return [];
    });
    return expiries.length > 0 ? Math.min(...expiries) : null;
  }

  #tell(message: LiveMessage): void {
    const text = JSON.stringify(message);
    for (const socket of this.ctx.getWebSockets()) {
      try {
        socket.send(text);
      } catch {
        // It is closing; its owner gets a snapshot when it comes back.
      }
    }
  }

  // —— Keeping house

  /** The daily cron: a lost alarm or a forgotten purge is found here. */
  async wake(): Promise<{ overdue: number }> {
    const db = this.#hub.db();
    const { results } = await db
      .sql(
        `SELECT id, creator_id AS creatorId, status, ended_at AS endedAt FROM connections
         WHERE tenant_id = ?1 AND (purged_at IS NULL AND ended_at IS NOT NULL OR ended_at IS NULL)`,
      )
      .all<{ id: ConnectionId; creatorId: CreatorId; status: string; endedAt: number | null }>();
    let overdue = 0;
    for (const { id, creatorId, status, endedAt } of results) {
      if (endedAt !== null) {
        overdue++;
        await this.#tasks.hasten("purge", id, Date.now());
      } else if (status === "active") {
        if (this.#tasks.dueAt("sync", id) === null)
          await this.#tasks.schedule("sync", id, Date.now() + Math.random() * 60 * MINUTE_MS);
        if (this.#tasks.dueAt("live", creatorId) === null)
          await this.#tasks.schedule("live", creatorId, Date.now() + Math.random() * 5 * MINUTE_MS);
      }
    }
    await this.#tasks.hasten("tidy", "", Date.now());
    await this.#tasks.arm();
    return { overdue };
  }

  async #tidy(): Promise<null> {
    await this.#readZone();
    this.#board.tidy();
    return null;
  }

  async #readZone(): Promise<void> {
    const row = await this.#hub
      .db()
      .sql("SELECT metrics_time_zone AS zone FROM tenants WHERE id = ?1")
      .first<{ zone: string }>();
    this.#board.zone = row?.zone ?? "UTC";
  }

  #failed({ kind, attempt }: Task, error: unknown): void {
    const code = error instanceof AppError ? error.code : "unexpected";
    log.warn({ tenantId: this.#hub.place.tenantId, event: `task.${kind}.failed`, code, status: attempt });
  }
}
