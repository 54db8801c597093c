import { DurableObject } from "cloudflare:workers";
import { AppError } from "../domain/app-error.ts";
import { tenantDb } from "../platform/db/tenant-db.ts";
import { outbound } from "../platform/hosts.ts";
import { createLog } from "../platform/log.ts";
import { randomBytes } from "../platform/random.ts";
import type { DurableEnv } from "./env.ts";
import { hubContext, NotYet } from "./hub/context.ts";
import { note, type TrackingNote } from "./hub/live-check.ts";
import { tenantHub } from "./kit/stubs.ts";
import { sessionIdOf, sessionRow, settleDays } from "./tracker/session-rows.ts";
import { type Watch, WatchStore, type WatchTarget } from "./tracker/watch.ts";
import { nextDialDelay } from "./webcast/backoff.ts";
import { LIVE_USER_AGENT } from "./webcast/connect-url.ts";
import { dialThrough } from "./webcast/dial.ts";
import type { RawMessage } from "./webcast/frames.ts";
import type { SessionInput } from "./webcast/inputs.ts";
import { KeyedHash } from "./webcast/keyed-hash.ts";
import { decodeMessage } from "./webcast/messages.ts";
import { LiveSession } from "./webcast/session.ts";
import { type Closed, DirectRoomSource, type LiveSource } from "./webcast/source.ts";

/** An object with a socket is evicted all the same; the watchdog brings it back. */
const WATCHDOG_MS = 30_000;
/** D1 hears once a minute. */
const FLUSH_EVERY_MS = 60_000;
/** After the end: streaks' finals and the counter trail by seconds. Figures are final within 15 s. */
const SETTLE_MS = 8_000;
/** What only configuration can change is tried again this late. */
const BLOCKED_MS = 15 * 60_000;
/** Minutes on a wall card's sparkline. */
const RECENT_MINUTES = 30;

const log = createLog();

/** What runs while a room is watched. Rebuilt from the journal after an eviction. */
interface Running {
  watch: Watch;
  session: LiveSession;
  hash: KeyedHash;
  cursor: string;
  source: LiveSource | null;
  /** Why nothing comes, when nothing comes. */
  trouble: TrackingNote | null;
}

/**
 * One a live-tracked creator: listens to the room, counts gift by gift, and tells the hub.
 * The journal is written before a frame is acknowledged or a total is shown.
 */
export class LiveTracker extends DurableObject<DurableEnv> {
  readonly #store: WatchStore;
  #running: Running | null = null;
  #reportTimer: ReturnType<typeof setTimeout> | null = null;
  #intervalMs = 250;
  #ticking: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    this.#store = new WatchStore(ctx.storage);
    const known = this.#store.load();
    if (!known) return;
    const { watch, hashKey, session, cursor } = known;
    this.#running = { watch, session, cursor, hash: new KeyedHash(hashKey), source: null, trouble: null };
    // Whatever was open died with the instance before.
    if (watch.dialAt === null) watch.dialAt = Date.now();
    ctx.blockConcurrencyWhile(() => ctx.storage.setAlarm(Date.now()));
  }

  /** Watches a creator's room. Asserting what is watched already changes nothing. */
  async watch(target: WatchTarget): Promise<void> {
    const running = this.#running;
    if (running?.watch.roomId === target.roomId && running.watch.connectionId === target.connectionId) {
      await this.ctx.storage.setAlarm(Date.now());
      return;
    }
    const last = this.#store.lastRoom();
    if (last?.roomId === target.roomId && last.final) return;
    if (running) await this.#finish(running, { kind: "end", reason: "offline", at: Date.now() });

    const sessionId = await sessionIdOf(
      tenantDb(this.env, target.place, "first-primary"),
      target.creatorId,
      target.roomId,
    );
    const now = Date.now();
    const watch: Watch = { ...target, sessionId, failures: 0, dialAt: now, flushedAt: 0, settlesAt: null };
    const hashKey = randomBytes(16);
    this.#store.begin(watch, hashKey);
    this.#running = {
      watch,
      session: new LiveSession(target.roomId),
      hash: new KeyedHash(hashKey),
      cursor: "",
      source: null,
      trouble: null,
    };
    this.#take(this.#running, [{ kind: "room", createTime: target.createdAt, fanTicket: target.fanTicket }]);
    await this.ctx.storage.setAlarm(now);
  }

  /** Tracking is switched off, or must pause: the session ends with what was heard. */
  async stop(): Promise<void> {
    if (this.#running) await this.#finish(this.#running, { kind: "end", reason: "stopped", at: Date.now() });
  }

  /** The connection ended: nothing stays, no table either. */
  async erase(): Promise<void> {
    this.#running?.source?.close();
    this.#running = null;
    if (this.#reportTimer) clearTimeout(this.#reportTimer);
    this.#reportTimer = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    try {
      await this.#tick();
    } catch (error) {
      this.#warn("tracker.tick.failed", error);
      if (this.#running) await this.ctx.storage.setAlarm(Date.now() + WATCHDOG_MS);
    }
  }

  /** One at a time: whatever is due, then the alarm for what is due next. */
  #tick(): Promise<void> {
    this.#ticking ??= this.#whatIsDue().finally(() => {
      this.#ticking = null;
    });
    return this.#ticking;
  }

  async #whatIsDue(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const { watch } = running;
    const now = Date.now();
    if (watch.settlesAt !== null && watch.settlesAt <= now) return this.#finish(running);
    if (running.source === null && watch.dialAt !== null && watch.dialAt <= now && watch.settlesAt === null)
      await this.#dial(running);
    if (this.#running !== running) return;
    if (this.#heardOf(running) && now - watch.flushedAt >= FLUSH_EVERY_MS) await this.#flush(running);
    if (this.#running !== running) return;
    await this.#report();
    await this.#arm(running);
  }

  async #arm({ watch, source }: Running): Promise<void> {
    const due = [Date.now() + WATCHDOG_MS, watch.settlesAt, source === null ? watch.dialAt : null];
    await this.ctx.storage.setAlarm(Math.min(...due.filter((at) => at !== null)));
  }

  // —— Dialing

  /** Before a redial the room is asked whether it still is: an end is sometimes never sent. */
  async #dial(running: Running): Promise<void> {
    const { watch } = running;
    const hub = hubContext(this.env, watch.place);
    try {
      if (watch.failures > 0) {
        await hub.spend("api_live");
        const status = await hub.roomApi.liveStatus(watch.username);
        const over =
          status.kind === "offline" ||
          ((status.kind === "live" || status.kind === "paused") && status.roomId !== watch.roomId);
        if (over) return this.#finish(running, { kind: "end", reason: "offline", at: Date.now() });
        if (status.kind === "limited")
          return this.#later(running, status.until, note("limited", { reason: status.sentence, until: status.until }));
      }
      await hub.spend("sign");
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      const reason = "Many LIVEs are being dialed just now; this one is in the queue.";
      return this.#later(running, error.retryAt, note("limited", { reason, until: error.retryAt }));
    }
    running.trouble = note("dialing", { since: running.trouble?.since ?? Date.now() });
    running.source = this.#sourceFor(running);
    running.source.open(watch.roomId, running.cursor);
  }

  #later(running: Running, at: number, trouble: TrackingNote): void {
    running.watch.dialAt = at + Math.random() * 1_000;
    running.trouble = trouble;
    this.#store.save(running.watch);
  }

  #sourceFor(running: Running): LiveSource {
    const hub = hubContext(this.env, running.watch.place);
    const source: LiveSource = new DirectRoomSource(
      {
        roomApi: hub.roomApi,
        userAgent: LIVE_USER_AGENT,
        dial: dialThrough(outbound(this.env)),
        staleMs: hub.clock.liveStaleMs,
      },
      {
        onOpen: () => this.#opened(running, source),
        onMessages: (messages, cursor) => this.#heard(running, source, messages, cursor),
        onClosed: (reason) => this.#closed(running, source, reason),
      },
    );
    return source;
  }

  /** Whether the room ever opened: before that there is no LIVE to show. */
  #heardOf({ watch }: Running): boolean {
    return watch.dialAt === null || watch.flushedAt > 0;
  }

  #opened(running: Running, source: LiveSource): void {
    if (running.source !== source) return;
    running.watch.failures = 0;
    running.watch.dialAt = null;
    running.trouble = null;
    this.#store.save(running.watch);
    this.#take(running, [{ kind: "connected", at: Date.now() }]);
    // The session gets its row at once: its page can be opened from the first second on.
    this.ctx.waitUntil(this.ctx.storage.setAlarm(Date.now()));
  }

  #heard(running: Running, source: LiveSource, messages: RawMessage[], cursor: string): void {
    if (running.source !== source || this.#running !== running) return;
    if (cursor !== "") running.cursor = cursor;
    const inputs = messages.flatMap((raw): SessionInput[] => {
      const event = decodeMessage(raw, running.hash);
      return event === null ? [] : [event];
    });
    this.#take(running, inputs);
  }

  #closed(running: Running, source: LiveSource, { kind, sentence, until }: Closed): void {
    if (running.source !== source || this.#running !== running) return;
    running.source = null;
    const { watch } = running;
    const now = Date.now();
    this.#take(running, [{ kind: "disconnected", at: now }]);
    const delay = nextDialDelay(watch.failures, Math.random());
    watch.failures++;
    if (kind === "limited" && until !== undefined)
      this.#later(running, until, note("limited", { reason: sentence, until }));
    else if (kind === "blocked") this.#later(running, now + BLOCKED_MS, note("blocked", { reason: sentence }));
    else this.#later(running, now + delay, note("lost", { reason: sentence, since: running.trouble?.since ?? now }));
    this.ctx.waitUntil(this.#arm(running));
  }

  // —— Counting

  /** Applies what is new, writes it down, and has it shown soon. Synchronous: nothing comes between. */
  #take(running: Running, inputs: readonly SessionInput[]): void {
    const changed = inputs.filter((input) => running.session.apply(input));
    if (changed.length === 0) return;
    this.#store.append(changed, running.cursor);
    const { watch, session } = running;
    if (session.totals().state === "ended" && watch.settlesAt === null) {
      watch.settlesAt = Date.now() + SETTLE_MS;
      this.#store.save(watch);
      this.ctx.waitUntil(this.#arm(running));
    }
    this.#reportSoon();
  }

  #reportSoon(): void {
    this.#reportTimer ??= setTimeout(() => {
      this.#reportTimer = null;
      this.#report().catch((error: unknown) => this.#warn("tracker.report.failed", error));
    }, this.#intervalMs);
  }

  async #report(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const { watch, session, trouble } = running;
    const hub = tenantHub(this.env, watch.place);
    const summary = session.summary();
    const totals = session.totals();
    if (!this.#heardOf(running)) {
      await hub.tracking(watch.creatorId, trouble ?? note("dialing"));
      return;
    }
    const state = summary.state === "ended" ? "live" : summary.state;
    const interval = await hub.report({
      connectionId: watch.connectionId,
      creatorId: watch.creatorId,
      sessionId: watch.sessionId,
      tracking: trouble ?? note(state),
      item: {
        state,
        startedAt: new Date(summary.startedAt).toISOString(),
        diamonds: summary.diamonds,
        diamondsBefore: summary.diamondsBefore,
        diamondsTracked: summary.diamondsTracked,
        confidence: summary.confidence,
        viewers: totals.viewers,
        averageViewers: summary.averageViewers,
        peakViewers: summary.peakViewers,
        recent: session.recent(RECENT_MINUTES),
        at: new Date().toISOString(),
      },
      durationSeconds: summary.durationSeconds,
    });
    if (interval === null) await this.erase();
    else this.#intervalMs = interval;
  }

  // —— Writing down

  async #flush(running: Running): Promise<void> {
    const { watch, session } = running;
    const db = tenantDb(this.env, watch.place, "first-primary");
    const { meta } = await sessionRow(db, watch, watch.sessionId, session).run();
    watch.flushedAt = Date.now();
    this.#store.save(watch);
    // Nothing was written: the connection does not stand any more, and neither may we.
    if (meta.changes === 0) await this.erase();
  }

  /** The session's last word: D1, the days, the hub; then the journal goes. */
  async #finish(running: Running, end?: SessionInput): Promise<void> {
    if (this.#running !== running) return;
    running.source?.close();
    running.source = null;
    const final = running.session.totals().state === "ended";
    if (end) this.#take(running, [end]);
    const { watch, session } = running;
    const summary = session.summary();
    const db = tenantDb(this.env, watch.place, "first-primary");
    await sessionRow(db, watch, watch.sessionId, session).run();
    await settleDays(db, watch, { from: summary.startedAt, to: summary.endedAt ?? summary.updatedAt });
    await tenantHub(this.env, watch.place).ended({
      connectionId: watch.connectionId,
      creatorId: watch.creatorId,
      sessionId: watch.sessionId,
      diamonds: summary.diamonds,
      durationSeconds: summary.durationSeconds,
    });
    if (this.#running !== running) return;
    this.#running = null;
    if (this.#reportTimer) clearTimeout(this.#reportTimer);
    this.#reportTimer = null;
    this.#store.clear({ roomId: watch.roomId, final });
    await this.ctx.storage.deleteAlarm();
  }

  /** The session as it is this second, for a page that shows a running LIVE. */
  async runningSession() {
    const running = this.#running;
    if (!running) return null;
    return {
      sessionId: running.watch.sessionId,
      summary: running.session.summary(),
      minutes: running.session.minutes(),
    };
  }

  #warn(event: string, error: unknown): void {
    const code = error instanceof AppError ? error.code : "unexpected";
    const tenantId = this.#running?.watch.place.tenantId;
    log.warn({ event, code, ...(tenantId ? { tenantId } : {}) });
  }
}
