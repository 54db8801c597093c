import { connectUrl } from "./connect-url.ts";
import type { Dial, LiveSocket } from "./dial.ts";
import {
  decodeFetchResult,
  decodePushFrame,
  encodeAck,
  encodeEnterRoom,
  encodeHeartbeat,
  type FetchResult,
  type RawMessage,
} from "./frames.ts";
import type { RoomApi, SignAnswer } from "./room-api.ts";

/** Why a source fell silent. It never dials again by itself: when to is the tracker's to decide. */
export interface Closed {
  /** `stale`: the line was open and nothing came; `blocked`: until somebody changes something. */
  kind: "closed" | "stale" | "refused" | "limited" | "blocked" | "transient";
  /** For staff. */
  sentence: string;
  /** `limited`: ms since epoch. */
  until?: number;
}

/** What a source tells, in the order of the wire; nothing more after `onClosed`. */
export interface LiveSourceEvents {
  onOpen(): void | Promise<void>;
  /**
   * Messages of one frame, maybe none, and where to go on from after a cut. The frame is
   * acknowledged when what this answers has settled, so what must not be lost is stored by
   * then; the frames after it do not wait for that. A throw or a rejection ends the
   * connection, and the server repeats the frame to the next one.
   */
  onMessages(messages: RawMessage[], cursor: string, internalExt: string): void | Promise<void>;
  onClosed(reason: Closed): void;
}

/** Where the messages of a LIVE room come from. */
export interface LiveSource {
  /** Starts to listen; what it listened to before is dropped without a word. `cursor`: the last one heard. */
  open(roomId: string, cursor?: string): void;
  /** Stops. No event follows; harmless when nothing is open. */
  close(): void;
}

export interface DirectRoomOptions {
  roomApi: Pick<RoomApi, "sign">;
  /** The same for signing and dialing. */
  userAgent: string;
  dial: Dial;
  /** So long without a frame is a dead line (LIVE_STALE_SECONDS). */
  staleMs: number;
  now?: () => number;
  /** Runs something once, later; answers what calls it off. */
  after?: (ms: number, run: () => void) => () => void;
}

const DIAL_MS = 15_000;
const HEARTBEAT_MS = 10_000;
/** What a server may ask for; a heartbeat of 0 would be a busy loop. */
const HEARTBEAT_RANGE_MS = { least: 1_000, most: 30_000 };
const LIMITED_MS = 60_000;
/** Close codes that say how a line ended and must not be sent (RFC 6455 §7.4.1). */
const NOT_SENT = new Set([1005, 1006, 1015]);

/** Listens to a room as a browser does: signed, dialed, read over one WebSocket. */
export class DirectRoomSource implements LiveSource {
  readonly #options: Required<DirectRoomOptions>;
  readonly #events: LiveSourceEvents;
  #connection: Connection | null = null;

  constructor(options: DirectRoomOptions, events: LiveSourceEvents) {
    this.#options = { now: Date.now, after: afterOnTheClock, ...options };
    this.#events = events;
  }

  open(roomId: string, cursor = ""): void {
    this.close();
    this.#connection = new Connection(this.#options, this.#events, roomId, cursor);
    void this.#connection.start();
  }

  close(): void {
    this.#connection?.drop();
    this.#connection = null;
  }
}

/** One dial, from the signature to its end. Each is its own generation: once over, it says nothing more. */
class Connection {
  readonly #options: Required<DirectRoomOptions>;
  readonly #events: LiveSourceEvents;
  readonly #roomId: string;
  readonly #timers = new Map<"watch" | "heartbeat", () => void>();
  #over = false;
  #socket: LiveSocket | null = null;
  #cursor: string;
  #heartbeatMs = HEARTBEAT_MS;
  #heartbeats = 0;
  #lastFrameAt = 0;
  /** Everything that is told goes through here, one after the other. */
  #told: Promise<void> = Promise.resolve();

  constructor(options: Required<DirectRoomOptions>, events: LiveSourceEvents, roomId: string, cursor: string) {
    this.#options = options;
    this.#events = events;
    this.#roomId = roomId;
    this.#cursor = cursor;
  }

  async start(): Promise<void> {
    const { roomApi, dial, userAgent } = this.#options;
    this.#arm("watch", DIAL_MS, () => this.#end(transient("The LIVE room did not answer in time.")));
    try {
      const signed = await roomApi.sign(this.#roomId, { cursor: this.#cursor || undefined, userAgent });
      if (this.#over) return;
      if ("refused" in signed) return this.#end(unsigned(signed));
      const url = connectUrl(this.#roomId, signed.result);
      const answer = await dial(url, { "user-agent": userAgent, cookie: signed.cookie });
      if ("refused" in answer) return this.#end(turnedAway(answer.refused, this.#options.now()));
      if (this.#over) return hangUp(answer.socket, 1000);
      this.#listen(answer.socket, signed.result);
    } catch {
      this.#end(transient("The LIVE room could not be reached."));
    }
  }

  /** Ends it without a word. */
  drop(): void {
    if (this.#over) return;
    this.#over = true;
    for (const cancel of this.#timers.values()) cancel();
    if (this.#socket) hangUp(this.#socket, 1000);
  }

  #listen(socket: LiveSocket, signed: FetchResult): void {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#received(data));
    socket.addEventListener("close", ({ code, reason }) => this.#hungUp(code, reason));
    socket.addEventListener("error", () => this.#tell(() => this.#end(transient("The LIVE connection broke."))));

    this.#lastFrameAt = this.#options.now();
    this.#watch(this.#options.staleMs);
    this.#send(encodeEnterRoom(this.#roomId));
    this.#tell(() => this.#events.onOpen());
    // The socket goes on from the signer's cursor: what it brought itself comes from nowhere else.
    this.#tell(() => this.#deliver(signed));
    this.#beatLater();
  }

  #received(message: unknown): void {
    this.#lastFrameAt = this.#options.now();
    if (!(message instanceof ArrayBuffer)) return;
    this.#tell(() => {
      const frame = readFrame(new Uint8Array(message));
      if (frame) this.#deliver(frame.result, frame.logId);
    });
  }

  /** `logId` names the frame that is to be acknowledged. */
  #deliver(result: FetchResult, logId?: string): void {
    this.#cursor = result.cursor || this.#cursor;
    if (result.heartbeatMs !== null) this.#heartbeatMs = withinRange(result.heartbeatMs);
    const stored = this.#events.onMessages(result.messages, this.#cursor, result.internalExt);
    const acknowledge = (): void => {
      if (logId !== undefined && result.needAck && !this.#over) this.#send(encodeAck(logId, result.internalExt));
    };
    if (stored instanceof Promise) stored.then(acknowledge, () => this.#end(notStored));
    else acknowledge();
  }

  #hungUp(code: number, reason: string): void {
    if (this.#over) return;
    this.#timers.get("heartbeat")?.();
    if (this.#socket && !NOT_SENT.has(code)) hangUp(this.#socket, code, reason);
    this.#socket = null;
    // After the frames that came before it.
    this.#tell(() => this.#end({ kind: "closed", sentence: `TikTok closed the LIVE connection (${code}).` }));
  }

  #tell(event: () => void | Promise<void>): void {
    this.#told = this.#told.then(async () => {
      if (this.#over) return;
      try {
        await event();
      } catch {
        this.#end(notStored);
      }
    });
  }

  #end(reason: Closed): void {
    if (this.#over) return;
    this.drop();
    this.#events.onClosed(reason);
  }

  /** Looks when a line that fell silent just now would be stale, not at every frame. */
  #watch(ms: number): void {
    this.#arm("watch", ms, () => {
      const left = this.#options.staleMs - (this.#options.now() - this.#lastFrameAt);
      if (left > 0) this.#watch(left);
      else this.#end({ kind: "stale", sentence: "The LIVE connection fell silent." });
    });
  }

  #beatLater(): void {
    this.#arm("heartbeat", this.#heartbeatMs, () => {
      this.#send(encodeHeartbeat(this.#roomId, ++this.#heartbeats));
      this.#beatLater();
    });
  }

  #arm(timer: "watch" | "heartbeat", ms: number, run: () => void): void {
    this.#timers.get(timer)?.();
    this.#timers.set(timer, this.#options.after(ms, run));
  }

  #send(message: Uint8Array<ArrayBuffer>): void {
    try {
      this.#socket?.send(message);
    } catch {
      // The line is down already; its close event says so.
    }
  }
}

/** A frame of messages; null for any other, and for one that cannot be read, which costs that frame alone. */
function readFrame(bytes: Uint8Array): { logId: string; result: FetchResult } | null {
  try {
    const { payloadType, payload, logId } = decodePushFrame(bytes);
    return payloadType === "msg" ? { logId, result: decodeFetchResult(payload) } : null;
  } catch {
    return null;
  }
}

function unsigned(answer: Extract<SignAnswer, { refused: string }>): Closed {
  const { refused: kind, sentence } = answer;
  return answer.refused === "limited" ? { kind, sentence, until: answer.until } : { kind, sentence };
}

/** What a refused handshake means. TikTok's word for it is shown, cut to what a word is. */
function turnedAway({ status, message }: { status: number; message: string }, now: number): Closed {
  const word = message.replaceAll(/[^\w .-]/g, "").slice(0, 60) || String(status);
  const sentence = `TikTok refused the LIVE connection (${word}).`;
  if (status === 429) return { kind: "limited", sentence, until: now + LIMITED_MS };
  if (status === 401 || status === 403 || /block/i.test(word)) return { kind: "blocked", sentence };
  return { kind: status >= 500 ? "transient" : "refused", sentence };
}

const transient = (sentence: string): Closed => ({ kind: "transient", sentence });
const notStored = transient("What the LIVE room sent could not be stored; it will be asked for again.");

function hangUp(socket: LiveSocket, code: number, reason?: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It was closed before.
  }
}

const withinRange = (ms: number): number => Math.min(HEARTBEAT_RANGE_MS.most, Math.max(HEARTBEAT_RANGE_MS.least, ms));

function afterOnTheClock(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
