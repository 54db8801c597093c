import type { RawMessage } from "./frames.ts";

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

/** What the other side hears when a line is given up: a close code and its reason (RFC 6455 §7.4). */
export type Farewell = readonly [code: number, reason: string];

/** Where the messages of a LIVE room come from. */
export interface LiveSource {
  /** Starts to listen; what it listened to before is dropped without a word. `cursor`: the last one heard. */
  open(roomId: string, cursor?: string): void;
  /** Stops. No event follows; harmless when nothing is open. `farewell` is said to an agency's own reader only. */
  close(farewell?: Farewell): void;
}

/** Time as a source sees it; a test has its own. */
export interface SourceClock {
  /** So long without a frame is a dead line (LIVE_STALE_SECONDS). */
  staleMs: number;
  now: () => number;
  /** Runs something once, later; answers what calls it off. */
  after: (ms: number, run: () => void) => () => void;
}

/** What is not given is the clock on the wall. */
export const clockFrom = ({
  staleMs,
  now = Date.now,
  after = afterOnTheClock,
}: Pick<SourceClock, "staleMs"> & Partial<SourceClock>): SourceClock => ({ staleMs, now, after });

function afterOnTheClock(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
