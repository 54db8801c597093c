import { outbound } from "../../platform/hosts.ts";
import type { DurableEnv } from "../env.ts";
import { type HubContext, hubContext, NotYet } from "../hub/context.ts";
import { NO_READER, note, type TrackingNote } from "../hub/live-check.ts";
import { CLOSE } from "../kit/sockets.ts";
import { nextDialDelay } from "../webcast/backoff.ts";
import { LIVE_USER_AGENT } from "../webcast/connect-url.ts";
import { dialThrough, type LiveSocket } from "../webcast/dial.ts";
import { DirectRoomSource } from "../webcast/direct-source.ts";
import type { RawMessage } from "../webcast/frames.ts";
import type { SessionInput } from "../webcast/inputs.ts";
import { decodeMessage } from "../webcast/messages.ts";
import { RelaySource } from "../webcast/relay-source.ts";
import type { LiveStatus } from "../webcast/room-api.ts";
import type { Closed, Farewell, LiveSource, LiveSourceEvents } from "../webcast/source.ts";
import type { Reader } from "./reader.ts";
import { isEnding, type Running } from "./running.ts";

/** What only configuration can change is tried again this late. */
const BLOCKED_MS = 15 * 60_000;
/** What failed on our own side is tried again this late. */
const FAILED_MS = 30_000;
/** A reader waits for us no longer than this: TikTok may not speak to this server at all. */
const ASK_ROOM_MS = 2_000;
/** A reader that stays away for so many times the longest silence of a line, ten minutes, is not coming back. */
const ABANDONED_STALES = 10;

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
 * The line to a LIVE room: when it is dialed, or who dials it for us, what it brings, and what
 * becomes of it. Dialing takes no turn, since TikTok may be slow: what comes of it counts only
 * while the tracker holds it.
 */
export class Line {
  readonly #env: DurableEnv;
  readonly #holder: LineHolder;

  constructor(env: DurableEnv, holder: LineHolder) {
    this.#env = env;
    this.#holder = holder;
  }

  /** Dials, or waits for the agency's reader, or says when to try again. Never throws. */
  async dial(running: Running): Promise<void> {
    const { watch } = running;
    if (watch.source === "relay") {
      this.#await(running, running.trouble?.reason ?? NO_READER);
      return;
    }
    running.dialing = true;
    try {
      // An end is sometimes never sent: before a redial the room is asked whether it still is.
      if (watch.failures > 0 && !(await this.#mayGoOn(running))) return;
      await hubContext(this.#env, watch.place).spend("sign");
      if (watch.openedAt === null) await this.#askRoom(running);
      if (!this.#holder.holds(running) || isEnding(running) || watch.source !== "direct") return;
      running.trouble = note("dialing", { since: running.trouble?.since ?? Date.now() });
      running.source = this.#dialed(running);
      running.source.open(watch.roomId, running.cursor);
    } catch (error) {
      this.#queue(running, error);
    } finally {
      running.dialing = false;
      if (this.#holder.holds(running)) this.#holder.changed(running);
    }
  }

  /** Right before the agency's reader is let in: what is asked of a room before it is heard first. */
  async prepare(running: Running): Promise<void> {
    if (running.watch.openedAt !== null) return;
    await this.#askRoom(running, ASK_ROOM_MS);
  }

  /** The agency's reader is there, in the place of one that was. */
  read(running: Running, reader: Reader, socket: LiveSocket): void {
    if (running.reader !== null) this.#holder.take(running, [{ kind: "disconnected", at: Date.now() }]);
    const source = this.#await(running, NO_READER);
    running.reader = reader;
    source.accept(socket);
  }

  /** The agency's reader may not read any more: it is sent away, and another waited for. */
  dismiss(running: Running): void {
    this.#cut(running, CLOSE.notAllowed);
    this.#await(running, "Your reader's key or session is not good any more. Waiting for one that is.");
  }

  /** Somebody else is to listen from now on. */
  hangUp(running: Running): void {
    this.#cut(running, CLOSE.notAllowed);
    running.watch.dialAt = Date.now();
    running.watch.failures = 0;
    // What stood in the way of the one is nothing to the other.
    running.trouble = null;
    this.#holder.changed(running);
  }

  #cut(running: Running, farewell: Farewell): void {
    const open = running.source !== null && running.watch.openedAt !== null;
    running.source?.close(farewell);
    running.source = null;
    running.reader = null;
    if (open) this.#holder.take(running, [{ kind: "disconnected", at: Date.now() }]);
  }

  /** Waits for the agency's reader; one that is there hears that another takes its place. */
  #await(running: Running, reason: string): RelaySource {
    const { watch } = running;
    const known = running.source instanceof RelaySource ? running.source : null;
    const source = known ?? this.#relayed(running);
    running.source = source;
    running.heardAt = Date.now();
    const since = running.trouble?.since ?? Date.now();
    running.trouble = note(watch.openedAt === null ? "dialing" : "lost", { reason, since });
    source.open(watch.roomId, running.cursor);
    this.#holder.changed(running);
    return source;
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

  /** Right before the first dial: the room's own count of what was given before us. Later it would count ours too. */
  async #askRoom(running: Running, withinMs?: number): Promise<void> {
    const { place, roomId, createdAt, hadDiamonds } = running.watch;
    const asked = hubContext(this.#env, place).roomApi.roomInfo(roomId);
    const room = await (withinMs === undefined ? asked : Promise.race([asked, nothingAfter(withinMs)]));
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
    const status = await this.#statusOf(hub, watch.username);
    const on = status.kind === "live" || status.kind === "paused";
    const elsewhere = on && status.roomId !== watch.roomId;
    // Where nobody tells, neither TikTok nor a reader, it is over: the same room is taken up again as one session.
    const untold = !on && this.#isAbandoned(running, hub.clock.liveStaleMs);
    if (status.kind === "offline" || elsewhere || untold) {
      await this.#holder.over(running);
      return { kind: "over" };
    }
    if (status.kind !== "limited") return { kind: "on" };
    await hub.backOff("api_live", status.until);
    return status;
  }

  /** A reader needs no username of the creator's; we have nothing to ask TikTok by without one. */
  async #statusOf(hub: HubContext, username: string): Promise<LiveStatus | { kind: "unknown" }> {
    if (username === "") return { kind: "unknown" };
    await hub.spend("api_live");
    return hub.roomApi.liveStatus(username);
  }

  #isAbandoned({ watch, reader, trouble }: Running, staleMs: number): boolean {
    const since = trouble?.since ?? Date.now();
    return watch.source === "relay" && reader === null && Date.now() - since >= ABANDONED_STALES * staleMs;
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

  #dialed(running: Running): LiveSource {
    const hub = hubContext(this.#env, running.watch.place);
    const source: LiveSource = new DirectRoomSource(
      {
        roomApi: hub.roomApi,
        userAgent: LIVE_USER_AGENT,
        dial: dialThrough(outbound(this.#env)),
        staleMs: hub.clock.liveStaleMs,
      },
      this.#events(running, () => source),
    );
    return source;
  }

  #relayed(running: Running): RelaySource {
    const staleMs = hubContext(this.#env, running.watch.place).clock.liveStaleMs;
    const source: RelaySource = new RelaySource(
      { userAgent: LIVE_USER_AGENT, staleMs },
      this.#events(running, () => source),
    );
    return source;
  }

  /** What a source tells counts while it is the one that the tracker listens to. */
  #events(running: Running, source: () => LiveSource): LiveSourceEvents {
    const ours = (): boolean => this.#holder.holds(running) && running.source === source();
    return {
      onOpen: () => (ours() ? this.#opened(running) : undefined),
      onMessages: (messages, cursor) => (ours() ? this.#heard(running, messages, cursor) : undefined),
      onClosed: (reason) => (ours() ? this.#closed(running, reason) : undefined),
    };
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
    running.reader = null;
    if (isEnding(running)) return;
    const { watch } = running;
    const now = Date.now();
    this.#holder.take(running, [{ kind: "disconnected", at: now }]);
    if (watch.source === "relay") {
      this.#await(running, `${sentence} Waiting for your reader to connect again.`);
      return;
    }
    const delay = nextDialDelay(watch.failures, Math.random());
    watch.failures++;
    if (kind === "limited" && until !== undefined)
      this.#later(running, until, note("limited", { reason: sentence, until }));
    else if (kind === "blocked") this.#later(running, now + BLOCKED_MS, note("blocked", { reason: sentence }));
    else this.#later(running, now + delay, note("lost", { reason: sentence, since: running.trouble?.since ?? now }));
  }
}

const nothingAfter = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));
