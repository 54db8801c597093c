import type { TrackingNote } from "../hub/live-check.ts";
import type { SessionInput } from "../webcast/inputs.ts";
import { KeyedHash } from "../webcast/keyed-hash.ts";
import type { LiveSession } from "../webcast/session.ts";
import type { LiveSource } from "../webcast/source.ts";
import type { Reader } from "./reader.ts";
import type { Watch } from "./watch.ts";

/** What runs while a room is watched. Rebuilt from the journal after an eviction. */
export interface Running {
  watch: Watch;
  session: LiveSession;
  hash: KeyedHash;
  /** Of the last frame that was taken in. */
  cursor: string;
  /** What was taken in and is not on disk yet: the next tick writes it. */
  unwritten: SessionInput[];
  /** Settles when that is on disk; null when nothing waits for it. */
  stored: PromiseWithResolvers<void> | null;
  /** When D1 last heard; 0: not from this instance. */
  flushedAt: number;
  /** When the session began, as its row in D1 says since the last flush; null: not from this instance. */
  keptStart: number | null;
  source: LiveSource | null;
  /** The agency's own, while it is connected. */
  reader: Reader | null;
  /** A dial is on its way to a socket. */
  dialing: boolean;
  /** Our clock, when the room last said anything or its status was last asked for. */
  heardAt: number;
  /** Why nothing comes, when nothing comes. */
  trouble: TrackingNote | null;
  /** The hub knows that it is over. */
  endTold: boolean;
}

export const runningOf = (known: Pick<Running, "watch" | "session" | "cursor"> & { hashKey: Uint8Array }): Running => ({
  watch: known.watch,
  session: known.session,
  cursor: known.cursor,
  unwritten: [],
  stored: null,
  flushedAt: 0,
  keptStart: null,
  hash: new KeyedHash(known.hashKey),
  source: null,
  reader: null,
  dialing: false,
  heardAt: 0,
  trouble: known.watch.trouble ?? null,
  endTold: false,
});

/** A line is open, or a reader is waited for: whether the room still is, silence asks. */
export const isListening = ({ watch, source }: Running): boolean =>
  source !== null && (watch.dialAt === null || watch.source === "relay");
/** The end was heard, and its figures settle. */
export const isEnding = ({ watch }: Running): boolean => watch.settlesAt !== null;
/** One dial at a time, and none to a room that ended. */
export const mayDial = (running: Running): boolean => running.source === null && !running.dialing && !isEnding(running);
