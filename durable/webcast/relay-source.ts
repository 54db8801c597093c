import { CLOSE } from "../kit/sockets.ts";
import type { LiveSocket } from "./dial.ts";
import { Reading, type ReadingLine } from "./reading.ts";
import {
  type Closed,
  clockFrom,
  type Farewell,
  type LiveSource,
  type LiveSourceEvents,
  type SourceClock,
} from "./source.ts";

export interface RelayOptions extends Partial<SourceClock> {
  /** What the reader should call itself to TikTok and to its signer. */
  userAgent: string;
  staleMs: number;
}

/** What a reader hears first: which room, and where to go on from so that what was missed comes again. */
export interface GoOn {
  type: "go_on";
  roomId: string;
  /** Of the last frame that was heard; "" at first. */
  cursor: string;
  userAgent: string;
}

/** No frame of TikTok's comes near. */
const MOST_BYTES = 1024 * 1024;

/** By why its line was given up, what a reader is told: whether it makes sense to come again. */
const FAREWELLS: Partial<Record<Closed["kind"], Farewell>> = {
  stale: CLOSE.silent,
  refused: CLOSE.tooLong,
};

const LINE: Omit<ReadingLine, "text"> = {
  hungUp: (code) => `Your reader hung up (${code}).`,
  broke: "The line to your reader broke.",
  farewell: ({ kind }) => FAREWELLS[kind] ?? CLOSE.notStored,
  mostBytes: MOST_BYTES,
};

/**
 * Listens to a room through a reader of the agency's own, which connects in: it signs, dials and
 * keeps TikTok's line, and hands each frame on as it came. Here it is read and acknowledged as if
 * it had come from TikTok; the reader hands the acknowledgement back. One reader at a time.
 */
export class RelaySource implements LiveSource {
  readonly #userAgent: string;
  readonly #clock: SourceClock;
  readonly #events: LiveSourceEvents;
  #wanted: { roomId: string; cursor: string } | null = null;
  #reading: Reading | null = null;

  constructor({ userAgent, ...clock }: RelayOptions, events: LiveSourceEvents) {
    this.#userAgent = userAgent;
    this.#clock = clockFrom(clock);
    this.#events = events;
  }

  /** Waits for a reader. One that was there hears that another takes its place. */
  open(roomId: string, cursor = ""): void {
    this.close(CLOSE.takenOver);
    this.#wanted = { roomId, cursor };
  }

  /** A reader is there. Whoever calls has seen to it that it may be. */
  accept(socket: LiveSocket): void {
    if (!this.#wanted) throw new Error("Nobody waits for a reader.");
    const { roomId, cursor } = this.#wanted;
    const reading = new Reading(
      this.#clock,
      this.#events,
      { ...LINE, text: (text) => (text === "ping" ? reading.send("pong") : undefined) },
      cursor,
    );
    this.#reading = reading;
    reading.listen(socket);
    reading.send(JSON.stringify({ type: "go_on", roomId, cursor, userAgent: this.#userAgent } satisfies GoOn));
  }

  close(farewell: Farewell = CLOSE.liveOver): void {
    this.#reading?.drop(farewell);
    this.#reading = null;
    this.#wanted = null;
  }
}
