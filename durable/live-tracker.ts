import { DurableObject } from "cloudflare:workers";
import { AppError } from "../domain/app-error.ts";
import type { LiveSessionId } from "../domain/ids.ts";
import type { LiveSourceKind } from "../domain/live-message.ts";
import { tenantDb } from "../platform/db/tenant-db.ts";
import { createLog } from "../platform/log.ts";
import { keepLog } from "../platform/log-store.ts";
import { randomBytes } from "../platform/random.ts";
import type { DurableEnv } from "./env.ts";
import { hubContext } from "./hub/context.ts";
import { note, standing } from "./hub/live-check.ts";
import type { LiveReport } from "./hub/live-report.ts";
import { CLOSE } from "./kit/sockets.ts";
import { tenantHub } from "./kit/stubs.ts";
import { Book } from "./tracker/book.ts";
import { Door } from "./tracker/door.ts";
import { Line } from "./tracker/line.ts";
import { callOf } from "./tracker/reader.ts";
import { endOf, reportOf } from "./tracker/report.ts";
import { isEnding, isListening, mayDial, type Running, runningOf } from "./tracker/running.ts";
import { sessionOfRoom, sessionRow, settleDays } from "./tracker/session-rows.ts";
import { Ticks } from "./tracker/ticks.ts";
import { type Watch, WatchStore, type WatchTarget } from "./tracker/watch.ts";
import type { SessionInput } from "./webcast/inputs.ts";
import { LiveSession } from "./webcast/session.ts";
import type { Farewell } from "./webcast/source.ts";

/** An object with a socket is evicted all the same; the watchdog brings it back. */
const WATCHDOG_MS = 30_000;
/** D1 hears once a minute. */
const FLUSH_EVERY_MS = 60_000;
const log = createLog();

/**
 * One a live-tracked creator: listens to the room, counts gift by gift, and tells the hub.
 * Each tick writes what came since the last one, and only then are its frames acknowledged and its totals told.
 *
 * Watching, stopping and the alarm take turns. Erasing does not wait: whoever comes back from
 * elsewhere and finds that `#running` is not what it was drops what it brought.
 */
export class LiveTracker extends DurableObject<DurableEnv> {
  readonly #store: WatchStore;
  readonly #book: Book;
  readonly #ticks: Ticks;
  readonly #line: Line;
  readonly #door: Door;
  #running: Running | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #erasures = 0;

  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    this.#store = new WatchStore(ctx.storage);
    this.#ticks = new Ticks({
      keep: () => this.#running && this.#book.write(this.#running),
      tell: () => this.#report(),
      failed: (error) => this.#warn("tracker.report.failed", error),
    });
    this.#book = new Book(this.#store, {
      news: () => this.#ticks.soon(),
      settling: (running) => ctx.waitUntil(this.#arm(running)),
    });
    this.#line = new Line(env, {
      holds: (running) => this.#running === running,
      take: (running, inputs) => this.#book.take(running, inputs),
      hear: (running, inputs, cursor) => this.#book.hear(running, inputs, cursor),
      changed: (running) => {
        running.watch.trouble = running.trouble;
        this.#store.save(running.watch);
        this.#ticks.soon();
        ctx.waitUntil(this.#arm(running));
      },
      over: (running) => this.#inTurn(() => this.#overFor(running)),
      warn: (event, error) => this.#warn(event, error),
    });
    this.#door = new Door(env, this.#line, {
      running: () => this.#running,
      watchRoom: (target, farewell) => this.#watchRoom(target, farewell),
      stop: () => this.#stopped(),
    });
    const known = this.#store.load();
    if (!known) return;
    const running = runningOf(known);
    this.#running = running;
    const now = Date.now();
    running.watch.dialAt ??= now;
    // Whatever was open died with the instance before: a cut like any other.
    if (running.watch.openedAt !== null) this.#book.take(running, [{ kind: "disconnected", at: now }]);
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
      // A reader that hears its room knows better than a status that trails.
      if (running && running.watch.roomId !== target.roomId && this.#isRead(running)) return true;
      return (await this.#watchRoom(target)) !== null;
    });
  }

  /**
   * @param farewell to a reader of another room
   * @returns what runs for the room now; null for one that is over, or that must not be watched
   */
  async #watchRoom(target: WatchTarget, farewell: Farewell = CLOSE.liveOver): Promise<Running | null> {
    const running = this.#running;
    if (running?.watch.roomId === target.roomId && running.watch.connectionId === target.connectionId) {
      await this.ctx.storage.setAlarm(Date.now());
      return isEnding(running) ? null : running;
    }
    const last = this.#store.lastRoom();
    if (last?.roomId === target.roomId && last.final) return null;
    if (running) await this.#finish(running, { kind: "end", reason: "offline", at: Date.now() }, farewell);

    const erasures = this.#erasures;
    const hub = hubContext(this.env, target.place);
    const who = await standing(hub, target.creatorId);
    if ("state" in who || who.connectionId !== target.connectionId) return null;
    const { sessionId, diamonds } = await sessionOfRoom(hub.db(), target.creatorId, target.roomId);
    if (this.#erasures !== erasures) return null;
    const begun = this.#begin(target, who.source, sessionId, diamonds);
    await this.ctx.storage.setAlarm(Date.now());
    return begun;
  }

  #begin(target: WatchTarget, source: LiveSourceKind, sessionId: LiveSessionId, hadDiamonds: number): Running {
    const watch: Watch = {
      ...target,
      source,
      sessionId,
      hadDiamonds,
      openedAt: null,
      failures: 0,
      dialAt: Date.now(),
      hasRow: false,
      settlesAt: null,
      final: false,
    };
    const hashKey = randomBytes(16);
    this.#store.begin(watch, hashKey);
    const begun = runningOf({ watch, hashKey, session: new LiveSession(watch.roomId), cursor: new Uint8Array(0) });
    this.#running = begun;
    return begun;
  }

  /** Tracking is switched off, or must pause: the session ends with what was heard. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stopped());
  }

  /**
   * TikTok says that the creator is not LIVE, and no message told.
   * @returns whether it is over; not while an agency's own reader hears the room
   */
  offline(): Promise<boolean> {
    return this.#inTurn(async () => {
      const running = this.#running;
      if (running && this.#isRead(running)) return false;
      if (running) await this.#overFor(running);
      return true;
    });
  }

  /** The room of `running` is over, and no message told. */
  async #overFor(running: Running): Promise<void> {
    // An end that was heard is settling; only a stop cuts that short.
    if (!isEnding(running)) await this.#finish(running, { kind: "end", reason: "offline", at: Date.now() });
  }

  async #stopped(): Promise<void> {
    if (this.#running)
      await this.#finish(this.#running, { kind: "end", reason: "stopped", at: Date.now() }, CLOSE.notAllowed);
  }

  // —— Who listens

  /** The upgrade of an agency's own reader. The worker has checked who asks; only it can call. */
  override fetch(request: Request): Promise<Response> {
    const call = callOf(request);
    return this.#inTurn(() => this.#door.letIn(call));
  }

  /** Something that decides on who may listen is another one: staff's choice, a key, a role. */
  reconsider(): Promise<void> {
    return this.#inTurn(() => this.#door.reconsider());
  }

  /** An agency's own reader heard the room just now. */
  #isRead({ reader, heardAt, watch }: Running): boolean {
    return reader !== null && Date.now() - heardAt < hubContext(this.env, watch.place).clock.liveStaleMs;
  }

  /** The connection ended: nothing stays, no table either. */
  async erase(): Promise<void> {
    this.#erasures++;
    this.#running?.source?.close(CLOSE.notAllowed);
    this.#running = null;
    void this.#ticks.stop();
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
    if (mayDial(running) && (watch.dialAt ?? now) <= now) this.ctx.waitUntil(this.#line.dial(running));
    else if (now - running.heardAt >= this.#confirmAfter(running)) this.ctx.waitUntil(this.#line.confirm(running));
    if (watch.openedAt !== null && running.flushedAt + FLUSH_EVERY_MS <= now) {
      await this.#flush(running);
      // Whoever revokes a key or takes a role tells; this is for when that was lost.
      if (running.reader !== null) await this.#door.reconsider();
    }
    this.#ticks.soon();
    await this.#arm(running);
  }

  /**
   * ms of silence after which TikTok is asked whether the LIVE goes on: one that we may not listen to now ends all
   * the same. A room that never opened is no LIVE yet.
   */
  #confirmAfter(running: Running): number {
    const { liveStaleMs, liveCheckMs } = hubContext(this.env, running.watch.place).clock;
    if (isListening(running)) return liveStaleMs;
    return running.watch.openedAt !== null && mayDial(running) ? liveCheckMs : Number.POSITIVE_INFINITY;
  }

  /** Worked out anew from what stands: an alarm that was set meanwhile is in it too. */
  async #arm(running: Running): Promise<void> {
    if (this.#running !== running) return;
    const { watch } = running;
    const due = [Date.now() + WATCHDOG_MS, watch.settlesAt];
    if (mayDial(running)) due.push(watch.dialAt, Math.max(running.heardAt, Date.now()) + this.#confirmAfter(running));
    if (watch.openedAt !== null) due.push(running.flushedAt + FLUSH_EVERY_MS);
    await this.ctx.storage.setAlarm(Math.min(...due.filter((at) => at !== null)));
  }

  // —— Telling

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
    } else if (!watch.hasRow) answer = await hub.tracking({ connectionId, creatorId }, trouble ?? note("dialing"));
    else answer = await hub.report(reportOf(watch, session, trouble));
    if (answer === null && this.#running === running) await this.erase();
    return answer;
  }

  // —— Writing down

  async #flush(running: Running): Promise<void> {
    const { watch, session } = running;
    this.#book.write(running);
    const { startedAt } = session.totals();
    const db = tenantDb(this.env, watch.place, "first-primary");
    const { meta } = await sessionRow(db, watch, watch.sessionId, session, running.keptStart).run();
    if (this.#running !== running) return;
    // Nothing was written: the connection does not stand any more, and neither may we.
    if (meta.changes === 0) return this.erase();
    running.flushedAt = Date.now();
    running.keptStart = startedAt;
    if (watch.hasRow) return;
    watch.hasRow = true;
    this.#store.save(watch);
  }

  /** The session's last word: D1, the days, the hub; then the journal goes. Cut anywhere, the alarm does it again. */
  async #finish(running: Running, end?: SessionInput, farewell: Farewell = CLOSE.liveOver): Promise<void> {
    if (this.#running !== running) return;
    const { watch, session } = running;
    running.source?.close(farewell);
    running.source = null;
    running.reader = null;
    if (end) this.#book.take(running, [end]);
    await this.#ticks.stop();
    if (this.#running !== running) return;
    if (watch.openedAt !== null) {
      const db = tenantDb(this.env, watch.place, "first-primary");
      const { meta } = await sessionRow(db, watch, watch.sessionId, session, running.keptStart).run();
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

  /** What the hub would be told now: a reborn one asks. Null when there is no LIVE to show. */
  latest(): LiveReport | null {
    const running = this.#running;
    if (!running?.watch.hasRow || isEnding(running)) return null;
    this.#book.write(running);
    return reportOf(running.watch, running.session, running.trouble);
  }

  /** The session as it is this second, for a page that shows a running LIVE; null before its room opened. */
  async runningSession() {
    const running = this.#running;
    if (!running || running.watch.openedAt === null) return null;
    this.#book.write(running);
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
    this.ctx.waitUntil(keepLog(this.env, false));
  }
}
