import { connectUrl } from "./connect-url.ts";
import type { Dial } from "./dial.ts";
import { encodeEnterRoom, encodeHeartbeat } from "./frames.ts";
import { hangUp, Reading } from "./reading.ts";
import type { RoomApi, SignAnswer } from "./room-api.ts";
import { type Closed, clockFrom, type LiveSource, type LiveSourceEvents, type SourceClock } from "./source.ts";

export interface DirectRoomOptions extends Partial<SourceClock> {
  roomApi: Pick<RoomApi, "sign">;
  /** The same for signing and dialing. */
  userAgent: string;
  dial: Dial;
  staleMs: number;
}

const DIAL_MS = 15_000;
const HEARTBEAT_MS = 10_000;
/** What a server may ask for; a heartbeat of 0 would be a busy loop. */
const HEARTBEAT_RANGE_MS = { least: 1_000, most: 30_000 };
const LIMITED_MS = 60_000;
/** A browser that leaves says no more than this. */
const GOODBYE = [1000, ""] as const;

/** Listens to a room as a browser does: signed, dialed, read over one WebSocket. */
export class DirectRoomSource implements LiveSource {
  readonly #options: DirectRoomOptions;
  readonly #events: LiveSourceEvents;
  #connection: Connection | null = null;

  constructor(options: DirectRoomOptions, events: LiveSourceEvents) {
    this.#options = options;
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

/** One dial, from the signature to its end. */
class Connection {
  readonly #options: DirectRoomOptions;
  readonly #clock: SourceClock;
  readonly #roomId: string;
  readonly #reading: Reading;
  readonly #timers = new Map<"dial" | "heartbeat", () => void>();
  #heartbeatMs = HEARTBEAT_MS;
  #heartbeats = 0;

  constructor(options: DirectRoomOptions, events: LiveSourceEvents, roomId: string, cursor: string) {
    this.#options = options;
    this.#clock = clockFrom(options);
    this.#roomId = roomId;
    const line = {
      hungUp: (code: number) => `TikTok closed the LIVE connection (${code}).`,
      broke: "The LIVE connection broke.",
      farewell: () => GOODBYE,
      frame: ({ heartbeatMs }: { heartbeatMs: number | null }) => {
        if (heartbeatMs !== null) this.#heartbeatMs = withinRange(heartbeatMs);
      },
      over: () => {
        for (const callOff of this.#timers.values()) callOff();
      },
    };
    this.#reading = new Reading(this.#clock, events, line, cursor);
  }

  async start(): Promise<void> {
    const { roomApi, dial, userAgent } = this.#options;
    const reading = this.#reading;
    this.#arm("dial", DIAL_MS, () => reading.end(transient("The LIVE room did not answer in time.")));
    try {
      const signed = await roomApi.sign(this.#roomId, { cursor: reading.cursor || undefined, userAgent });
      if (reading.over) return;
      if ("refused" in signed) return reading.end(unsigned(signed));
      const url = connectUrl(this.#roomId, signed.result);
      const answer = await dial(url, { "user-agent": userAgent, cookie: signed.cookie });
      if ("refused" in answer) return reading.end(turnedAway(answer.refused, this.#clock.now()));
      if (reading.over) return hangUp(answer.socket, ...GOODBYE);

      this.#timers.get("dial")?.();
      reading.listen(answer.socket);
      reading.send(encodeEnterRoom(this.#roomId));
      // The socket goes on from the signer's cursor: what it brought itself comes from nowhere else.
      reading.bring(signed.result);
      this.#beatLater();
    } catch {
      reading.end(transient("The LIVE room could not be reached."));
    }
  }

  /** Ends it without a word. */
  drop(): void {
    this.#reading.drop(GOODBYE);
  }

  #beatLater(): void {
    this.#arm("heartbeat", this.#heartbeatMs, () => {
      this.#reading.send(encodeHeartbeat(this.#roomId, ++this.#heartbeats));
      this.#beatLater();
    });
  }

  #arm(timer: "dial" | "heartbeat", ms: number, run: () => void): void {
    this.#timers.get(timer)?.();
    this.#timers.set(timer, this.#clock.after(ms, run));
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

const withinRange = (ms: number): number => Math.min(HEARTBEAT_RANGE_MS.most, Math.max(HEARTBEAT_RANGE_MS.least, ms));
