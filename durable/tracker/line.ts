import { outbound } from "../../platform/hosts.ts";
import type { DurableEnv } from "../env.ts";
import { hubContext, NotYet } from "../hub/context.ts";
import { note, type TrackingNote } from "../hub/live-check.ts";
import { nextDialDelay } from "../webcast/backoff.ts";
import { LIVE_USER_AGENT } from "../webcast/connect-url.ts";
import { dialThrough } from "../webcast/dial.ts";
import type { RawMessage } from "../webcast/frames.ts";
import type { SessionInput } from "../webcast/inputs.ts";
import { decodeMessage } from "../webcast/messages.ts";
import { type Closed, DirectRoomSource, type LiveSource } from "../webcast/source.ts";
import { isEnding, type Running } from "./running.ts";

/** What only configuration can change is tried again this late. */
const BLOCKED_MS = 15 * 60_000;
/** What failed on our own side is tried again this late. */
const FAILED_MS = 30_000;

/** What a line needs of the tracker that holds it. */
export interface LineHolder {
  /** Whether this is still what the tracker watches. */
  holds(running: Running): boolean;
  /** Applies what is new and writes it down. */
  take(running: Running, inputs: readonly SessionInput[]): void;
  /** Applies what a frame brought; `cursor`: where to go on from after it. Settles when it is on disk. */
  hear(running: Running, inputs: readonly SessionInput[], cursor: string): void | Promise<void>;
  /** The watch or its trouble is another one: it is kept, told, and the alarm set by it. */
  changed(running: Running): void;
  /** The room is over, and no message told. */
  over(running: Running): Promise<void>;
  warn(event: string, error: unknown): void;
}

type GoesOn = { kind: "on" } | { kind: "over" } | { kind: "limited"; until: number; sentence: string };

/**
 * The line to a LIVE room: when it is dialed, what it brings, and what becomes of it. Dialing
 * takes no turn, since TikTok may be slow: what comes of it counts only while the tracker holds it.
 */
export class Line {
  readonly #env: DurableEnv;
  readonly #holder: LineHolder;

  constructor(env: DurableEnv, holder: LineHolder) {
    this.#env = env;
    this.#holder = holder;
  }

  /** Dials, or says when to try again. Never throws. */
  async dial(running: Running): Promise<void> {
    const { watch } = running;
    running.dialing = true;
    try {
      // An end is sometimes never sent: before a redial the room is asked whether it still is.
      if (watch.failures > 0 && !(await this.#mayGoOn(running))) return;
      await hubContext(this.#env, watch.place).spend("sign");
      if (watch.openedAt === null) await this.#askRoom(running);
      if (!this.#holder.holds(running) || isEnding(running)) return;
      running.trouble = note("dialing", { since: running.trouble?.since ?? Date.now() });
      running.source = this.#sourceFor(running);
      running.source.open(watch.roomId, running.cursor);
    } catch (error) {
      this.#queue(running, error);
    } finally {
      running.dialing = false;
      if (this.#holder.holds(running)) this.#holder.changed(running);
    }
  }

  /** A line that is open and says nothing: the room may be over. Never throws. */
  async confirm(running: Running): Promise<void> {
    running.heardAt = Date.now();
    try {
      await this.#goesOn(running);
    } catch (error) {
      if (!(error instanceof NotYet)) this.#holder.warn("tracker.confirm.failed", error);
    }
  }

  /** Right before the first dial: the room's own count of what was given before us. */
  async #askRoom(running: Running): Promise<void> {
    const { place, roomId, createdAt, hadDiamonds } = running.watch;
    const room = await hubContext(this.#env, place).roomApi.roomInfo(roomId);
    if (!this.#holder.holds(running)) return;
    const fanTicket = room?.fanTicket ?? null;
    const before = hadDiamonds > 0 ? Math.max(hadDiamonds, fanTicket ?? 0) : fanTicket;
    this.#holder.take(running, [{ kind: "room", createTime: room?.createdAt ?? createdAt, fanTicket: before }]);
  }

  /** @returns whether the room may be dialed now; when not, that is seen to */
  async #mayGoOn(running: Running): Promise<boolean> {
    const status = await this.#goesOn(running);
    if (status.kind !== "limited") return status.kind !== "over";
    const { until, sentence: reason } = status;
    this.#later(running, until, note("limited", { reason, until }));
    return false;
  }

  /** Asks TikTok whether the room goes on; one that does not is over from now on. Where nobody can tell, it does. */
  async #goesOn(running: Running): Promise<GoesOn> {
    const { watch } = running;
    const hub = hubContext(this.#env, watch.place);
    await hub.spend("api_live");
    const status = await hub.roomApi.liveStatus(watch.username);
    const on = status.kind === "live" || status.kind === "paused";
    if (status.kind === "offline" || (on && status.roomId !== watch.roomId)) {
      await this.#holder.over(running);
      return { kind: "over" };
    }
    if (status.kind !== "limited") return { kind: "on" };
    await hub.backOff("api_live", status.until);
    return status;
  }

  #queue(running: Running, error: unknown): void {
    if (error instanceof NotYet) {
      const reason = "Many LIVEs are being dialed just now; this one is in the queue.";
      this.#later(running, error.retryAt, note("limited", { reason, until: error.retryAt }));
      return;
    }
    this.#holder.warn("tracker.dial.failed", error);
    const reason = "The LIVE could not be dialed just now; it will be tried again.";
    this.#later(running, Date.now() + FAILED_MS, note("lost", { reason, since: running.trouble?.since ?? Date.now() }));
  }

  #later(running: Running, at: number, trouble: TrackingNote): void {
    if (!this.#holder.holds(running)) return;
    running.watch.dialAt = at + Math.random() * 1_000;
    running.trouble = trouble;
    this.#holder.changed(running);
  }

  #sourceFor(running: Running): LiveSource {
    const hub = hubContext(this.#env, running.watch.place);
    const ours = (): boolean => this.#holder.holds(running) && running.source === source;
    const source: LiveSource = new DirectRoomSource(
      {
        roomApi: hub.roomApi,
        userAgent: LIVE_USER_AGENT,
        dial: dialThrough(outbound(this.#env)),
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
    const now = Date.now();
    running.watch.openedAt ??= now;
    running.watch.dialAt = null;
    running.heardAt = now;
    running.trouble = null;
    // The session gets its row at once: its page can be opened from the first second on.
    this.#holder.changed(running);
    this.#holder.take(running, [{ kind: "connected", at: now }]);
  }

  #heard(running: Running, messages: RawMessage[], cursor: string): void | Promise<void> {
    const inputs = messages.flatMap((raw): SessionInput[] => {
      const event = decodeMessage(raw, running.hash);
      return event === null ? [] : [event];
    });
    const stored = this.#holder.hear(running, inputs, cursor === "" ? running.cursor : cursor);
    if (messages.length > 0) {
      running.heardAt = Date.now();
      if (running.watch.failures > 0) {
        running.watch.failures = 0;
        this.#holder.changed(running);
      }
    }
    return stored;
  }

  #closed(running: Running, { kind, sentence, until }: Closed): void {
    running.source = null;
    if (isEnding(running)) return;
    const { watch } = running;
    const now = Date.now();
    this.#holder.take(running, [{ kind: "disconnected", at: now }]);
    const delay = nextDialDelay(watch.failures, Math.random());
    watch.failures++;
    if (kind === "limited" && until !== undefined)
      this.#later(running, until, note("limited", { reason: sentence, until }));
    else if (kind === "blocked") this.#later(running, now + BLOCKED_MS, note("blocked", { reason: sentence }));
    else this.#later(running, now + delay, note("lost", { reason: sentence, since: running.trouble?.since ?? now }));
  }
}
