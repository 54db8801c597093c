import { DurableObject } from "cloudflare:workers";
import { AppError } from "../domain/app-error.ts";
import type { LiveSessionId } from "../domain/ids.ts";
import { tenantDb } from "../platform/db/tenant-db.ts";
import { outbound } from "../platform/hosts.ts";
import { createLog } from "../platform/log.ts";
import { randomBytes } from "../platform/random.ts";
import type { DurableEnv } from "./env.ts";
import { hubContext, NotYet } from "./hub/context.ts";
import { note, standing, type TrackingNote } from "./hub/live-check.ts";
import { tenantHub } from "./kit/stubs.ts";
import { endOf, reportOf } from "./tracker/report.ts";
import { Reporter } from "./tracker/reporter.ts";
import { sessionOfRoom, sessionRow, settleDays } from "./tracker/session-rows.ts";
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

const log = createLog();

/** What runs while a room is watched. Rebuilt from the journal after an eviction. */
interface Running {
  watch: Watch;
  session: LiveSession;
  hash: KeyedHash;
  /** Of the last frame that is on disk. */
  cursor: string;
  source: LiveSource | null;
  /** A dial is on its way to a socket. */
  dialing: boolean;
  /** Our clock, when the room last said anything or its status was last asked for. */
  heardAt: number;
  /** Why nothing comes, when nothing comes. */
  trouble: TrackingNote | null;
  /** The hub knows that it is over. */
  endTold: boolean;
}

const runningOf = (known: Pick<Running, "watch" | "session" | "cursor"> & { hashKey: Uint8Array }): Running => ({
  watch: known.watch,
  session: known.session,
  cursor: known.cursor,
  hash: new KeyedHash(known.hashKey),
  source: null,
  dialing: false,
  heardAt: 0,
  trouble: null,
  endTold: false,
});

const isOpen = ({ watch, source }: Running): boolean => source !== null && watch.dialAt === null;
const isEnding = ({ watch }: Running): boolean => watch.settlesAt !== null;

/**
 * One a live-tracked creator: listens to the room, counts gift by gift, and tells the hub.
 * The journal is written before a frame is acknowledged or a total is shown.
 *
 * Watching, stopping and the alarm take turns. Erasing does not wait: whoever comes back from
 * elsewhere and finds that `#running` is not what it was drops what it brought.
 */
export class LiveTracker extends DurableObject<DurableEnv> {
  readonly #store: WatchStore;
  readonly #reporter: Reporter;
  #running: Running | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #erasures = 0;

  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    this.#store = new WatchStore(ctx.storage);
    this.#reporter = new Reporter(
      () => this.#report(),
      (error) => this.#warn("tracker.report.failed", error),
    );
    const known = this.#store.load();
    if (!known) return;
    const running = runningOf(known);
    this.#running = running;
    const now = Date.now();
    running.watch.dialAt ??= now;
    // Whatever was open died with the instance before: a cut like any other.
    if (running.watch.openedAt !== null) this.#take(running, [{ kind: "disconnected", at: now }]);
    ctx.blockConcurrencyWhile(() => ctx.storage.setAlarm(now));
  }

  /**
   * Watches a creator's room; asserting what is watched already changes nothing. What allows it
   * is read here once more: an answer about who is LIVE may come after the creator's no.
   * @returns whether it is watched; false for a room that is over, or that must not be watched
   */
  watch(target: WatchTarget): Promise<boolean> {
    return this.#inTurn(async () => {
      const running = this.#running;
      if (running?.watch.roomId === target.roomId && running.watch.connectionId === target.connectionId) {
        await this.ctx.storage.setAlarm(Date.now());
        return !isEnding(running);
      }
      const last = this.#store.lastRoom();
      if (last?.roomId === target.roomId && last.final) return false;
      if (running) await this.#finish(running, { kind: "end", reason: "offline", at: Date.now() });

      const erasures = this.#erasures;
      const hub = hubContext(this.env, target.place);
      const who = await standing(hub, target.creatorId);
      if ("state" in who || who.connectionId !== target.connectionId) return false;
      const { sessionId, diamonds } = await sessionOfRoom(hub.db(), target.creatorId, target.roomId);
      if (this.#erasures !== erasures) return false;
      this.#begin(target, sessionId, diamonds);
      await this.ctx.storage.setAlarm(Date.now());
      return true;
    });
  }

  #begin(target: WatchTarget, sessionId: LiveSessionId, hadDiamonds: number): void {
    const watch: Watch = {
      ...target,
      sessionId,
      hadDiamonds,
      openedAt: null,
      failures: 0,
      dialAt: Date.now(),
      flushedAt: 0,
      settlesAt: null,
      final: false,
    };
    const hashKey = randomBytes(16);
    this.#store.begin(watch, hashKey);
    this.#running = runningOf({ watch, hashKey, session: new LiveSession(watch.roomId), cursor: "" });
  }

  /** Tracking is switched off, or must pause: the session ends with what was heard. */
  stop(): Promise<void> {
    return this.#endFor("stopped");
  }

  /** TikTok says that the creator is not LIVE, and no message told. */
  offline(): Promise<void> {
    return this.#endFor("offline");
  }

  #endFor(reason: "stopped" | "offline"): Promise<void> {
    return this.#inTurn(async () => {
      const running = this.#running;
      // An end that was heard is settling; only a stop cuts that short.
      if (running && !(isEnding(running) && reason === "offline"))
        await this.#finish(running, { kind: "end", reason, at: Date.now() });
    });
  }

  /** The connection ended: nothing stays, no table either. */
  async erase(): Promise<void> {
    this.#erasures++;
    this.#running?.source?.close();
    this.#running = null;
    void this.#reporter.stop();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    try {
      await this.#inTurn(() => this.#whatIsDue());
    } catch (error) {
      this.#warn("tracker.tick.failed", error);
      if (this.#running) await this.ctx.storage.setAlarm(Date.now() + WATCHDOG_MS);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #whatIsDue(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const { watch } = running;
    const now = Date.now();
    if (watch.settlesAt !== null && watch.settlesAt <= now) return this.#finish(running);
    if (this.#mayDial(running) && (watch.dialAt ?? now) <= now) this.ctx.waitUntil(this.#dial(running));
    else if (isOpen(running) && now - running.heardAt >= hubContext(this.env, watch.place).clock.liveStaleMs)
      this.ctx.waitUntil(this.#confirm(running));
    if (watch.openedAt !== null && watch.flushedAt + FLUSH_EVERY_MS <= now) await this.#flush(running);
    this.#reporter.soon();
    await this.#arm(running);
  }

  /** Worked out anew from what stands: an alarm that was set meanwhile is in it too. */
  async #arm(running: Running): Promise<void> {
    if (this.#running !== running) return;
    const { watch } = running;
    const due = [Date.now() + WATCHDOG_MS, watch.settlesAt];
    if (this.#mayDial(running)) due.push(watch.dialAt);
    if (watch.openedAt !== null) due.push(watch.flushedAt + FLUSH_EVERY_MS);
    await this.ctx.storage.setAlarm(Math.min(...due.filter((at) => at !== null)));
  }

  // —— Dialing

  #mayDial(running: Running): boolean {
    return running.source === null && !running.dialing && !isEnding(running);
  }

  /** Takes no turn, since TikTok may be slow: what comes of it counts only if nothing happened meanwhile. */
  async #dial(running: Running): Promise<void> {
    const { watch } = running;
    const hub = hubContext(this.env, watch.place);
    running.dialing = true;
    try {
      // An end is sometimes never sent: before a redial the room is asked whether it still is.
      if (watch.failures > 0 && !(await this.#goesOn(running))) return;
      await hub.spend("sign");
      if (watch.openedAt === null) await this.#askRoom(running);
      if (this.#running !== running || isEnding(running)) return;
      running.trouble = note("dialing", { since: running.trouble?.since ?? Date.now() });
      running.source = this.#sourceFor(running);
      running.source.open(watch.roomId, running.cursor);
    } catch (error) {
      const retryAt = error instanceof NotYet ? error.retryAt : Date.now() + WATCHDOG_MS;
      if (!(error instanceof NotYet)) this.#warn("tracker.dial.failed", error);
      const reason = "Many LIVEs are being dialed just now; this one is in the queue.";
      this.#later(running, retryAt, note("limited", { reason, until: retryAt }));
    } finally {
      running.dialing = false;
      await this.#arm(running);
    }
  }

  /** Right before the first dial: the room's own count of what was given before us. */
  async #askRoom(running: Running): Promise<void> {
    const { place, roomId, createdAt, hadDiamonds } = running.watch;
    const room = await hubContext(this.env, place).roomApi.roomInfo(roomId);
    if (this.#running !== running) return;
    const fanTicket = room?.fanTicket ?? null;
    const before = hadDiamonds > 0 ? Math.max(hadDiamonds, fanTicket ?? 0) : fanTicket;
    this.#take(running, [{ kind: "room", createTime: room?.createdAt ?? createdAt, fanTicket: before }]);
  }

  /** A line that is open and says nothing: the room may be over. */
  async #confirm(running: Running): Promise<void> {
    running.heardAt = Date.now();
    try {
      await this.#goesOn(running);
    } catch (error) {
      if (!(error instanceof NotYet)) this.#warn("tracker.confirm.failed", error);
    }
  }

  /** Asks TikTok. @returns false when the room is over, or must not be dialed now; then that is seen to */
  async #goesOn(running: Running): Promise<boolean> {
    const { watch } = running;
    const hub = hubContext(this.env, watch.place);
    await hub.spend("api_live");
    const status = await hub.roomApi.liveStatus(watch.username);
    const on = status.kind === "live" || status.kind === "paused";
    if (status.kind === "offline" || (on && status.roomId !== watch.roomId)) {
      await this.offline();
      return false;
    }
    if (status.kind !== "limited") return true;
    await hub.backOff("api_live", status.until);
    if (running.source === null)
      this.#later(running, status.until, note("limited", { reason: status.sentence, until: status.until }));
    return false;
  }

  #later(running: Running, at: number, trouble: TrackingNote): void {
    if (this.#running !== running) return;
    running.watch.dialAt = at + Math.random() * 1_000;
    running.trouble = trouble;
    this.#store.save(running.watch);
    this.#reporter.soon();
  }

  #sourceFor(running: Running): LiveSource {
    const hub = hubContext(this.env, running.watch.place);
    const ours = (): boolean => this.#running === running && running.source === source;
    const source: LiveSource = new DirectRoomSource(
      {
        roomApi: hub.roomApi,
        userAgent: LIVE_USER_AGENT,
        dial: dialThrough(outbound(this.env)),
        staleMs: hub.clock.liveStaleMs,
      },
      {
        onOpen: () => (ours() ? this.#opened(running) : undefined),
        onMessages: (messages, cursor) => (ours() ? this.#heard(running, messages, cursor) : undefined),
        onClosed: (reason) => (ours() ? this.#closed(running, reason) : undefined),
      },
    );
    return source;
  }

  #opened(running: Running): void {
    const { watch } = running;
    const now = Date.now();
    watch.openedAt ??= now;
    watch.dialAt = null;
    running.heardAt = now;
    running.trouble = null;
    this.#store.save(watch);
    this.#take(running, [{ kind: "connected", at: now }]);
    // The session gets its row at once: its page can be opened from the first second on.
    this.ctx.waitUntil(this.#arm(running));
  }

  #heard(running: Running, messages: RawMessage[], cursor: string): void {
    const inputs = messages.flatMap((raw): SessionInput[] => {
      const event = decodeMessage(raw, running.hash);
      return event === null ? [] : [event];
    });
    this.#take(running, inputs, cursor === "" ? running.cursor : cursor);
    if (messages.length === 0) return;
    running.heardAt = Date.now();
    if (running.watch.failures === 0) return;
    running.watch.failures = 0;
    this.#store.save(running.watch);
  }

  #closed(running: Running, { kind, sentence, until }: Closed): void {
    running.source = null;
    if (isEnding(running)) return;
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
  #take(running: Running, inputs: readonly SessionInput[], cursor = running.cursor): void {
    const { watch, session } = running;
    const changed = inputs.filter((input) => session.apply(input));
    if (changed.length > 0) {
      this.#store.append(changed, cursor);
      if (session.totals().state === "ended" && watch.settlesAt === null) {
        watch.settlesAt = Date.now() + SETTLE_MS;
        watch.final = !changed.some(({ kind }) => kind === "end");
        this.#store.save(watch);
        this.ctx.waitUntil(this.#arm(running));
      }
      this.#reporter.soon();
    }
    running.cursor = cursor;
  }

  /** @returns ms until the hub wants to hear again, null when it wants no more */
  async #report(): Promise<number | null> {
    const running = this.#running;
    if (!running) return null;
    const { watch, session, trouble } = running;
    const { connectionId, creatorId } = watch;
    const hub = tenantHub(this.env, watch.place);
    let answer: number | null;
    if (isEnding(running)) {
      // Off the wall at once; what it came to in the end is told when that has settled.
      if (running.endTold) return null;
      answer = await hub.ended(endOf(watch, session));
      running.endTold = answer !== null;
    } else if (watch.flushedAt === 0)
      answer = await hub.tracking({ connectionId, creatorId }, trouble ?? note("dialing"));
    else answer = await hub.report(reportOf(watch, session, trouble));
    if (answer === null && this.#running === running) await this.erase();
    return answer;
  }

  // —— Writing down

  async #flush(running: Running): Promise<void> {
    const { watch, session } = running;
    const db = tenantDb(this.env, watch.place, "first-primary");
    const { meta } = await sessionRow(db, watch, watch.sessionId, session).run();
    if (this.#running !== running) return;
    // Nothing was written: the connection does not stand any more, and neither may we.
    if (meta.changes === 0) return this.erase();
    watch.flushedAt = Date.now();
    this.#store.save(watch);
  }

  /** The session's last word: D1, the days, the hub; then the journal goes. Cut anywhere, the alarm does it again. */
  async #finish(running: Running, end?: SessionInput): Promise<void> {
    if (this.#running !== running) return;
    const { watch, session } = running;
    running.source?.close();
    running.source = null;
    if (end) this.#take(running, [end]);
    await this.#reporter.stop();
    if (this.#running !== running) return;
    if (watch.openedAt !== null) {
      const db = tenantDb(this.env, watch.place, "first-primary");
      const { meta } = await sessionRow(db, watch, watch.sessionId, session).run();
      if (meta.changes === 0) return this.erase();
      const { startedAt, endedAt, updatedAt } = session.summary();
      await settleDays(db, watch, { from: startedAt, to: endedAt ?? updatedAt });
    }
    const heard = await tenantHub(this.env, watch.place).ended(endOf(watch, session));
    if (this.#running !== running) return;
    if (heard === null) return this.erase();
    this.#running = null;
    this.#store.clear({ roomId: watch.roomId, final: watch.final });
    await this.ctx.storage.deleteAlarm();
  }

  /** The session as it is this second, for a page that shows a running LIVE; null before its room opened. */
  async runningSession() {
    const running = this.#running;
    if (!running || running.watch.openedAt === null) return null;
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
