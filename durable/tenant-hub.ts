import { DurableObject } from "cloudflare:workers";
import { AppError } from "../domain/app-error.ts";
import type { AuditAct, AuditVerdict } from "../domain/audit.ts";
import { type ApiKeyId, type ConnectionId, type CreatorId, isId, type SessionId, type UserId } from "../domain/ids.ts";
import type { LiveItem, LiveTotals, Tracking } from "../domain/live-message.ts";
import type { Disconnected } from "../domain/records/tiktok.ts";
import { isRegion } from "../domain/regions.ts";
import { type Role, rightsOf } from "../domain/roles.ts";
import { createLog } from "../platform/log.ts";
import { keepLog } from "../platform/log-store.ts";
import type { KeyUse } from "../platform/sealed.ts";
import { jittered } from "./clock.ts";
import type { DurableEnv } from "./env.ts";
import { seenBy, seesAll, type Viewer } from "./hub/audience.ts";
import { BOARD_SCHEMA } from "./hub/board.ts";
import { type HubContext, hubContext } from "./hub/context.ts";
import { Dashboards } from "./hub/dashboards.ts";
import { type EndReason, standingConnection } from "./hub/disconnect.ts";
import { Endings } from "./hub/endings.ts";
import { Faces } from "./hub/faces.ts";
import { LEDGER_SCHEMA, type LedgerFilters, type LedgerPage } from "./hub/ledger.ts";
import type { TrackingNote } from "./hub/live-check.ts";
import { LiveDesk } from "./hub/live-desk.ts";
import type { LiveEnd, LiveReport, Tracked } from "./hub/live-report.ts";
import { tickInterval } from "./hub/pace.ts";
import { READERS_SCHEMA, Readers } from "./hub/readers.ts";
import { Records } from "./hub/records.ts";
import { REVOKES_SCHEMA, Revokes } from "./hub/revoke.ts";
import { rollUp } from "./hub/roll-up.ts";
import { findLost } from "./hub/rounds.ts";
import { SWITCHBOARD_SCHEMA, Switchboard } from "./hub/switchboard.ts";
import { refreshCovers } from "./hub/sync.ts";
import { ASKED_SCHEMA, type SyncAnswer, Syncing } from "./hub/syncing.ts";
import { Tokens } from "./hub/tokens.ts";
import { migrate } from "./kit/schema.ts";
import { viewerOf } from "./kit/sockets.ts";
import { liveTracker } from "./kit/stubs.ts";
import { doubling, TASKS_SCHEMA, Tasks } from "./kit/tasks.ts";
import type { Reader } from "./tracker/reader.ts";

const MIGRATIONS = [
  TASKS_SCHEMA,
  REVOKES_SCHEMA,
  SWITCHBOARD_SCHEMA,
  ASKED_SCHEMA,
  BOARD_SCHEMA,
  READERS_SCHEMA,
  LEDGER_SCHEMA,
];

const MINUTE_MS = 60_000;
/** A hub that was just born waits so long for what trackers say, and no longer. */
const CATCH_UP_MS = 2_000;

const log = createLog();

/** What the LIVE wall shows first. */
export interface LiveNow {
  items: LiveItem[];
  tracking: Tracking[];
  totals: LiveTotals;
}

/**
 * One a tenant: its clock (sync, live checks, purges, revokes), its switchboard (the
 * dashboards' sockets) and its audit ledger. Its name is `<region>.<tenant id>`.
 */
export class TenantHub extends DurableObject<DurableEnv> {
  readonly #hub: HubContext;
  readonly #tokens: Tokens;
  readonly #revokes: Revokes;
  readonly #syncing: Syncing;
  readonly #tasks: Tasks;
  readonly #faces: Faces;
  readonly #dashboards: Dashboards;
  readonly #board: Switchboard;
  readonly #desk: LiveDesk;
  readonly #readers: Readers;
  readonly #endings: Endings;
  readonly #records: Records;

  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    migrate(ctx.storage, MIGRATIONS);
    const [region, tenantId = ""] = (ctx.id.name ?? "").split(".");
    if (!isRegion(region) || !isId("tenant", tenantId)) throw new Error("A TenantHub is named <region>.<tenant id>.");
    this.#hub = hubContext(env, { region, tenantId });
    this.#records = new Records(this.#hub, ctx.storage);
    this.#tokens = new Tokens(this.#hub);
    this.#revokes = new Revokes(this.#hub, ctx.storage.sql);
    this.#faces = new Faces(this.#hub);
    this.#dashboards = new Dashboards(
      ctx,
      {
        itemOf: (creatorId) => this.#board.itemOf(creatorId),
        totals: (sees) => ({ type: "totals", at: new Date().toISOString(), ...this.#board.totals(sees) }),
        snapshot: (sees) => ({ type: "snapshot", at: new Date().toISOString(), ...this.#wall(sees) }),
        everyMs: () => tickInterval(this.#board.rooms),
      },
      this.#faces,
    );
    this.#board = new Switchboard(ctx.storage.sql, this.#dashboards);
    this.#desk = new LiveDesk(this.#hub, this.#board, this.#faces);
    this.#readers = new Readers(ctx.storage.sql);
    this.#syncing = new Syncing(
      this.#hub,
      this.#tokens,
      ctx.storage.sql,
      {
        synced: async (creatorId, at) => {
          await this.creatorEdited(creatorId);
          this.#dashboards.say({ type: "synced", creatorId, at: new Date(at).toISOString() });
        },
        changed: (creatorId) => this.creatorChanged(creatorId),
      },
      () => this.#tasks,
      () => this.#endings,
    );
    this.#tasks = new Tasks(
      ctx.storage,
      {
        sync: {
          run: (task) => this.#syncing.run(task.subject as ConnectionId),
          backOff: doubling(MINUTE_MS, 60 * MINUTE_MS),
        },
        live: { run: (task) => this.#desk.look(task.subject as CreatorId), backOff: doubling(10_000, 10 * MINUTE_MS) },
        purge: {
          run: (task) => this.#endings.finish(task.subject as ConnectionId),
          backOff: doubling(5_000, 60 * MINUTE_MS),
        },
        revoke: {
          run: (task) => this.#endings.revoke(task.subject as ConnectionId),
          backOff: doubling(MINUTE_MS, 360 * MINUTE_MS),
        },
        expire: {
          run: (task) => this.#syncing.expire(task.subject as ConnectionId),
          backOff: doubling(MINUTE_MS, 60 * MINUTE_MS),
        },
        sockets: { run: async () => this.#dashboards.renew(), backOff: doubling(MINUTE_MS, MINUTE_MS) },
        audit: { run: () => this.#records.day().then(() => null), backOff: doubling(5 * MINUTE_MS, 60 * MINUTE_MS) },
        tidy: { run: () => this.#tidy(), backOff: doubling(60 * MINUTE_MS, 60 * MINUTE_MS) },
      },
      (task, error) => this.#failed(task.kind, task.attempt, error),
    );
    this.#endings = new Endings(
      this.#hub,
      this.#tasks,
      this.#revokes,
      (creatorId, connectionId) => {
        this.#desk.forget(creatorId);
        this.#faces.forget(creatorId);
        this.#readers.forget(creatorId);
        this.#board.removed(creatorId, connectionId);
      },
      (creatorId, status, reason) => this.#records.ended(creatorId, status, reason),
      (error) => this.#failed("purge", 1, error),
    );
    // Without its database a hub still rings, closes and shows; days are cut in UTC until it is back.
    ctx.blockConcurrencyWhile(async () => {
      await this.#readZone().catch(() => undefined);
      await this.#desk.catchUp(CATCH_UP_MS);
    });
  }

  override async alarm(): Promise<void> {
    await this.#tasks.runDue();
  }

  // —— Connecting and syncing

  /** A creator connected: the first sync is due now. */
  async connected(creatorId: CreatorId, connectionId: ConnectionId): Promise<void> {
    this.#desk.forget(creatorId);
    await this.#tasks.cancel("expire", connectionId);
    await this.#tasks.schedule("sync", connectionId, Date.now());
    await this.#tasks.schedule("live", creatorId, Date.now());
  }

  /** @returns whether it began; refusals are answers: an error's class does not survive the way between objects */
  syncNow(creatorId: CreatorId): Promise<SyncAnswer> {
    return this.#syncing.now(creatorId);
  }

  /** What the hub knows of a creator's open connection: when it is synced next (ms since epoch), and its tracking. */
  connectionNow(creatorId: CreatorId, connectionId: ConnectionId): { nextSyncAt: number | null; tracking: Tracking } {
    return { nextSyncAt: this.#tasks.dueAt("sync", connectionId), tracking: this.#board.trackingOf(creatorId) };
  }

  /** Somebody looks at covers whose signed addresses are about to die. */
  async freshCovers(connectionId: ConnectionId, videoIds: string[]): Promise<void> {
    await refreshCovers(this.#hub, this.#tokens, connectionId, videoIds);
  }

  /** Something that decides on syncing or LIVE changed: staff's switch, the consent, the trash. */
  async creatorChanged(creatorId: CreatorId): Promise<Tracking> {
    this.#desk.forget(creatorId);
    await this.creatorEdited(creatorId);
    const standing = await standingConnection(this.#hub, creatorId);
    if (standing?.status === "active")
      await this.#tasks.hasten("sync", standing.connectionId, Date.now() + jittered(this.#hub.clock.syncEveryMs));
    // Due before it is looked at: a look that fails is made again.
    await this.#tasks.schedule("live", creatorId, Date.now() + this.#hub.clock.liveCheckMs);
    const next = await this.#desk.look(creatorId);
    if (next === null) await this.#tasks.cancel("live", creatorId);
    else await this.#tasks.schedule("live", creatorId, next);
    return this.#board.trackingOf(creatorId);
  }

  // —— Disconnecting

  /** Ends the creator's connection and deletes what came of it. @returns what `DELETE …/tiktok` answers; null: there was none */
  async disconnect(creatorId: CreatorId, reason: EndReason): Promise<Disconnected | null> {
    const standing = await standingConnection(this.#hub, creatorId);
    return standing ? this.#endings.end(standing.connectionId, "disconnected", reason) : null;
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
    if (row && at + 1000 > row.connectedAt) await this.#endings.end(connectionId, "revoked", reason);
  }

  // —— LIVE

  /** A tracker tells what changed. @returns ms until it may tell again, or null: stop, nobody may listen any more */
  report(report: LiveReport): Promise<number | null> {
    return this.#desk.heard(report);
  }

  /** A tracker's state without a LIVE to show: dialing, blocked, limited. @returns as `report` */
  async tracking(tracked: Tracked, news: TrackingNote): Promise<number | null> {
    return this.#board.trackerNoted(tracked, news) ? this.#desk.pace() : null;
  }

  /** A LIVE is over, or is no longer tracked: look for the next one. @returns as `report` */
  async ended(end: LiveEnd): Promise<number | null> {
    if (!this.#desk.over(end)) return null;
    await this.#tasks.schedule("live", end.creatorId, Date.now() + jittered(this.#hub.clock.liveCheckMs));
    return this.#desk.pace();
  }

  /** What `viewer` may see of the wall. */
  async liveNow(viewer: Viewer): Promise<LiveNow> {
    if (!seesAll(viewer)) await this.#faces.loadTracked();
    return this.#wall(seenBy(viewer, this.#faces));
  }

  #wall(sees: (creatorId: CreatorId) => boolean): LiveNow {
    return {
      items: this.#board.items(sees),
      tracking: this.#board.trackings().filter(({ creatorId }) => sees(creatorId as CreatorId)),
      totals: this.#board.totals(sees),
    };
  }

  // —— Sockets

  /** The upgrade of a dashboard's socket. The worker has checked who it is; only it can call. */
  override async fetch(request: Request): Promise<Response> {
    const viewer = viewerOf(request);
    if (!seesAll(viewer)) await this.#faces.loadTracked();
    const { response, expiresAt } = this.#dashboards.open(viewer);
    await this.#tasks.hasten("sockets", "", expiresAt);
    return response;
  }

  /** "ping" is answered without waking us. */
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (typeof message === "string") this.#dashboards.heard(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#dashboards.closed(socket, code);
  }

  /** A session ended, or a key was revoked: its sockets close at once, and readers that came with it. */
  async signedOut(credential: SessionId | ApiKeyId): Promise<void> {
    this.#dashboards.signedOut(credential);
    this.#lookAtReaders(this.#readers.letInWith(credential));
  }

  /** A tracker is about to let an agency's own reader in. Told first, so that a revocation cannot slip between. */
  async reading(creatorId: CreatorId, reader: Reader): Promise<void> {
    this.#readers.came(creatorId, reader);
  }

  /** A tracker that does not hear of it asks by itself within a minute. */
  #lookAtReaders(creatorIds: readonly CreatorId[]): void {
    for (const creatorId of creatorIds) {
      const looked = liveTracker(this.#hub.env, this.#hub.place, creatorId).reconsider();
      this.ctx.waitUntil(looked.catch((error: unknown) => this.#failed("reader", 1, error)));
    }
  }

  /**
   * Somebody's role, team or state is another one: what they may not see any more leaves their
   * screens at once. The sockets' own expiry is the backstop.
   */
  async rightsChanged(userId: UserId): Promise<void> {
    const now = await this.#hub
      .db()
      .sql("SELECT role, team FROM users WHERE tenant_id = ?1 AND id = ?2 AND state = 'active'", userId)
      .first<{ role: Role; team: string | null }>();
    const viewer = now && { userId, team: now.team, reach: rightsOf(now.role)["live.see"] };
    if (viewer && !seesAll(viewer)) await this.#faces.loadTracked();
    this.#dashboards.rightsChanged(userId, viewer);
    this.#lookAtReaders(this.#readers.letInBy(userId));
  }

  /** A creator's name, picture, owner or team may be another one now. */
  async creatorEdited(creatorId: CreatorId): Promise<void> {
    const face = await this.#faces.read(creatorId);
    if (!face) return;
    // What has gathered is still for those whose it was.
    this.#dashboards.tick();
    const before = this.#faces.know(creatorId, face);
    this.#board.show(creatorId, face);
    if (before?.ownerId === face.ownerId && before?.team === face.team) return;
    this.#dashboards.belongingChanged();
    this.#lookAtReaders([creatorId]);
  }

  /** Many creators belong to somebody else at once: their owner left. */
  async rosterReassigned(): Promise<void> {
    // What has gathered is still for those whose it was.
    this.#dashboards.tick();
    await this.#faces.reload();
    this.#dashboards.belongingChanged();
  }

  // —— The audit ledger

  /** Appends what was done. To repeat a call writes nothing twice. */
  async record(acts: AuditAct[]): Promise<void> {
    this.#records.ledger.record(acts);
  }

  /** @param before number of an entry; null begins with the newest */
  async auditPage(filters: LedgerFilters, before: number | null, limit: number): Promise<LedgerPage> {
    return this.#records.ledger.page(filters, before, limit);
  }

  verifyAudit(): Promise<AuditVerdict> {
    return this.#records.verify();
  }

  // —— Keeping house

  /** The daily cron: a lost alarm or a forgotten purge is found here, and what an older key sealed. */
  async wake(): Promise<{ overdue: number; sealedWith: KeyUse }> {
    const overdue = await findLost(this.#hub, this.#tasks, this.#revokes);
    for (const kind of ["tidy", "audit"]) await this.#tasks.hasten(kind, "", Date.now());
    await this.#tasks.arm();
    return { overdue, sealedWith: await this.#revokes.reseal() };
  }

  async #tidy(): Promise<number | null> {
    await this.#readZone();
    this.#board.tidy();
    this.#syncing.tidy();
    return rollUp(this.#hub.db());
  }

  async #readZone(): Promise<void> {
    const row = await this.#hub
      .db()
      .sql("SELECT metrics_time_zone AS zone FROM tenants WHERE id = ?1")
      .first<{ zone: string }>();
    this.#board.zone = row?.zone ?? "UTC";
  }

  #failed(kind: string, attempt: number, error: unknown): void {
    const code = error instanceof AppError ? error.code : "unexpected";
    log.warn({ tenantId: this.#hub.place.tenantId, event: `task.${kind}.failed`, code, status: attempt });
    this.ctx.waitUntil(keepLog(this.env, false));
  }
}
