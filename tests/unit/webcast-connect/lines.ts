import type { Dial, DialAnswer, LiveSocket } from "../../../durable/webcast/dial.ts";
import { DirectRoomSource } from "../../../durable/webcast/direct-source.ts";
import { decodePushFrame, type FetchResult } from "../../../durable/webcast/frames.ts";
import { RelaySource } from "../../../durable/webcast/relay-source.ts";
import type { SignAnswer } from "../../../durable/webcast/room-api.ts";
import type { Closed, LiveSource, LiveSourceEvents } from "../../../durable/webcast/source.ts";

/** Both kinds of source on sockets and a clock of the test's own. */

export const ROOM = "7301027923362859808";
export const NOW = 1_800_000_000_000;
const STALE_MS = 60_000;

/** Time that passes when the test says so. */
class Clock {
  time = NOW;
  #timers: { at: number; run: () => void }[] = [];
  now = () => this.time;
  after = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
  get pending(): number {
    return this.#timers.length;
  }
}

/** The other end of a socket: TikTok's, or an agency's reader's. */
export class FakeSocket implements LiveSocket {
  /** A frame by its type, an ack with its frame and payload, a text as it is. */
  readonly sent: string[] = [];
  readonly closes: { code: number | undefined; reason: string | undefined }[] = [];
  readonly #listeners = new Map<string, (event: { data: unknown; code: number; reason: string }) => void>();

  send(message: Uint8Array | string): void {
    if (this.closes.length > 0) throw new TypeError("closed");
    if (typeof message === "string") {
      this.sent.push(message);
      return;
    }
    const { payloadType, logId, payload } = decodePushFrame(message);
    this.sent.push(payloadType === "ack" ? `ack ${logId} ${new TextDecoder().decode(payload)}` : payloadType);
  }
  close(code?: number, reason?: string): void {
    this.closes.push({ code, reason });
  }
  addEventListener(type: string, listener: (event: { data: unknown; code: number; reason: string }) => void): void {
    this.#listeners.set(type, listener);
  }
  message(data: unknown): void {
    this.#listeners.get("message")?.({ data, code: 0, reason: "" });
  }
  hangUp(code: number): void {
    this.#listeners.get("close")?.({ data: null, code, reason: "bye" });
  }
  break(): void {
    this.#listeners.get("error")?.({ data: null, code: 0, reason: "" });
  }

  get acks(): string[] {
    return this.sent.filter((sent) => sent.startsWith("ack"));
  }
  get closeCodes(): (number | undefined)[] {
    return this.closes.map(({ code }) => code);
  }
}

export const signedResult: FetchResult = {
  messages: [],
  cursor: "c1",
  internalExt: "e1",
  routeParams: {},
  heartbeatMs: null,
  needAck: false,
  pushServer: "wss://ws.tiktok.com/push/",
  isFirst: true,
};

/** Lets everything that waits for a promise run. */
export const settle = () => new Promise((resolve) => setTimeout(resolve));

/** What a source told, and the sockets that it had. */
function stage(onMessages?: LiveSourceEvents["onMessages"]) {
  const clock = new Clock();
  const sockets: FakeSocket[] = [];
  const told: string[] = [];
  const closed: Closed[] = [];
  const events: LiveSourceEvents = {
    onOpen: () => void told.push("open"),
    onMessages: (messages, cursor, internalExt) => {
      told.push(`${messages.map(({ msgId }) => msgId).join("+")} @${cursor} ${internalExt}`);
      return onMessages?.(messages, cursor, internalExt);
    },
    onClosed: (reason) => {
      told.push(`closed ${reason.kind}`);
      closed.push(reason);
    },
  };
  const socket = (index = 0): FakeSocket => {
    const found = sockets[index];
    if (!found) throw new Error(`There never was a socket ${index}.`);
    return found;
  };
  return { clock, sockets, told, closed, events, socket };
}

export interface DirectParts {
  sign?: SignAnswer;
  dial?: Dial;
  onMessages?: LiveSourceEvents["onMessages"];
}

export function direct(parts: DirectParts = {}) {
  const { sockets, events, ...shown } = stage(parts.onMessages);
  const signs: unknown[] = [];
  const dials: { url: URL; headers: Record<string, string> }[] = [];
  const source = new DirectRoomSource(
    {
      roomApi: {
        async sign(roomId, dial) {
          signs.push({ roomId, ...dial });
          return parts.sign ?? { result: signedResult, cookie: "ttwid=abc" };
        },
      },
      userAgent: "Browser/1",
      dial: async (url, headers): Promise<DialAnswer> => {
        dials.push({ url: new URL(url), headers });
        if (parts.dial) return parts.dial(url, headers);
        const socket = new FakeSocket();
        sockets.push(socket);
        return { socket };
      },
      staleMs: STALE_MS,
      now: shown.clock.now,
      after: shown.clock.after,
    },
    events,
  );
  return { ...shown, source, signs, dials };
}

export function relay(parts: { onMessages?: LiveSourceEvents["onMessages"] } = {}) {
  const { sockets, events, ...shown } = stage(parts.onMessages);
  const { now, after } = shown.clock;
  const source = new RelaySource({ userAgent: "Browser/1", staleMs: STALE_MS, now, after }, events);
  /** A reader connects. */
  const connect = (): FakeSocket => {
    const socket = new FakeSocket();
    sockets.push(socket);
    source.accept(socket);
    return socket;
  };
  return { ...shown, source, connect };
}

export interface OpenedLine extends Pick<ReturnType<typeof stage>, "clock" | "told" | "closed" | "socket"> {
  source: LiveSource;
  /** What was told while it opened; all that comes after is the test's own. */
  greeting: number;
  /** Opens the room once more, on a socket of its own. */
  again(): Promise<void>;
}

type Opening = (onMessages?: LiveSourceEvents["onMessages"]) => Promise<OpenedLine>;

/** Each kind of source, with its line open, gone on from cursor `c1`. */
export const SOURCES: readonly [name: string, open: Opening][] = [
  [
    "direct",
    async (onMessages) => {
      const line = direct(onMessages ? { onMessages } : {});
      const again = async (): Promise<void> => {
        line.source.open(ROOM);
        await settle();
      };
      await again();
      return { ...line, greeting: line.told.length, again };
    },
  ],
  [
    "relay",
    async (onMessages) => {
      const line = relay(onMessages ? { onMessages } : {});
      const again = async (): Promise<void> => {
        line.source.open(ROOM, "c1");
        line.connect();
        await settle();
      };
      await again();
      return { ...line, greeting: line.told.length, again };
    },
  ],
];
