import type { LiveSocket } from "./dial.ts";
import { decodeFetchResult, decodePushFrame, encodeAck, type FetchResult } from "./frames.ts";
import type { Closed, Farewell, LiveSourceEvents, SourceClock } from "./source.ts";

/** What a source makes of its own line, beside reading it. */
export interface ReadingLine {
  /** What staff are told when the other side hangs up, with its code, and when the line breaks. */
  hungUp(code: number): string;
  broke: string;
  /** What the other side is told when the line is given up for this reason. */
  farewell(reason: Closed): Farewell;
  /** What came that is no frame; and of each frame, before it is told. */
  text?(text: string): void;
  frame?(result: FetchResult): void;
  /** A frame longer than this ends the line, bytes. */
  mostBytes?: number;
  /** It is over, whatever ended it: nothing is to be timed for it any more. */
  over?(): void;
}

/** Close codes that say how a line ended and must not be sent (RFC 6455 §7.4.1). */
const NOT_SENT = new Set([1005, 1006, 1015]);

/** What a frame without a log id reads as. */
const NAMELESS = "0";

const NOT_STORED: Closed = {
  kind: "transient",
  sentence: "What the LIVE room sent could not be stored; it will be asked for again.",
};

/**
 * One line to a room, whoever opened it: its frames are told in their order, each is acknowledged
 * once it is stored, and a line that falls silent ends. Each is its own generation: once over, it
 * says nothing more.
 */
export class Reading {
  readonly #clock: SourceClock;
  readonly #events: LiveSourceEvents;
  readonly #line: ReadingLine;
  #over = false;
  #socket: LiveSocket | null = null;
  #cursor: string;
  #lastFrameAt = 0;
  #callOff: () => void = () => undefined;
  /** Everything that is told goes through here, one after the other. */
  #told: Promise<void> = Promise.resolve();

  /** @param cursor the last one heard */
  constructor(clock: SourceClock, events: LiveSourceEvents, line: ReadingLine, cursor: string) {
    this.#clock = clock;
    this.#events = events;
    this.#line = line;
    this.#cursor = cursor;
  }

  get over(): boolean {
    return this.#over;
  }

  get cursor(): string {
    return this.#cursor;
  }

  /** Reads the socket from now on. */
  listen(socket: LiveSocket): void {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#received(data));
    socket.addEventListener("close", ({ code, reason }) => this.#hungUp(code, reason));
    socket.addEventListener("error", () =>
      this.#tell(() => this.end({ kind: "transient", sentence: this.#line.broke })),
    );
    this.#lastFrameAt = this.#clock.now();
    this.#watch(this.#clock.staleMs);
    this.#tell(() => this.#events.onOpen());
  }

  /** Tells what came another way than over the socket, in its turn. */
  bring(result: FetchResult): void {
    this.#tell(() => this.#deliver(result));
  }

  send(message: Uint8Array<ArrayBuffer> | string): void {
    try {
      this.#socket?.send(message);
    } catch {
      // The line is down already; its close event says so.
    }
  }

  /** Ends it and says why. */
  end(reason: Closed): void {
    if (this.#over) return;
    this.drop(this.#line.farewell(reason));
    this.#events.onClosed(reason);
  }

  /** Ends it without a word to the listener. */
  drop([code, reason]: Farewell): void {
    if (this.#over) return;
    this.#over = true;
    this.#callOff();
    this.#line.over?.();
    if (this.#socket) hangUp(this.#socket, code, reason);
  }

  #received(message: unknown): void {
    if (this.#over) return;
    const { mostBytes = Number.POSITIVE_INFINITY } = this.#line;
    if (typeof message === "string") {
      if (message.length > mostBytes) this.#tooLong();
      else this.#line.text?.(message);
    }
    if (!(message instanceof ArrayBuffer)) return;
    this.#lastFrameAt = this.#clock.now();
    if (message.byteLength > mostBytes) {
      this.#tooLong();
      return;
    }
    this.#tell(() => {
      const frame = readFrame(new Uint8Array(message));
      if (frame) this.#deliver(frame.result, frame.logId);
    });
  }

  /** After the frames that came before it. */
  #tooLong(): void {
    this.#tell(() => this.end({ kind: "refused", sentence: "A frame was longer than a frame of TikTok's ever is." }));
  }

  /** `logId` names the frame that is to be acknowledged; what has no name cannot be. */
  #deliver(result: FetchResult, logId = NAMELESS): void {
    this.#cursor = result.cursor || this.#cursor;
    this.#line.frame?.(result);
    const stored = this.#events.onMessages(result.messages, this.#cursor, result.internalExt);
    const acknowledge = (): void => {
      if (logId !== NAMELESS && result.needAck && !this.#over) this.send(encodeAck(logId, result.internalExt));
    };
    if (stored instanceof Promise) stored.then(acknowledge, () => this.end(NOT_STORED));
    else acknowledge();
  }

  #hungUp(code: number, reason: string): void {
    if (this.#over) return;
    this.#line.over?.();
    if (this.#socket && !NOT_SENT.has(code)) hangUp(this.#socket, code, reason);
    this.#socket = null;
    // After the frames that came before it.
    this.#tell(() => this.end({ kind: "closed", sentence: this.#line.hungUp(code) }));
  }

  #tell(event: () => void | Promise<void>): void {
    this.#told = this.#told.then(async () => {
      if (this.#over) return;
      try {
        await event();
      } catch {
        this.end(NOT_STORED);
      }
    });
  }

  /** Looks when a line that fell silent just now would be stale, not at every frame. */
  #watch(ms: number): void {
    this.#callOff = this.#clock.after(ms, () => {
      const left = this.#clock.staleMs - (this.#clock.now() - this.#lastFrameAt);
      if (left > 0) this.#watch(left);
      else this.end({ kind: "stale", sentence: "The LIVE connection fell silent." });
    });
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

export function hangUp(socket: LiveSocket, code: number, reason?: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It was closed before.
  }
}
