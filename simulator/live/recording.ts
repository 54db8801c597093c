/** A recorded LIVE, played again: the payloads' bytes are those of the recording. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { fraction, seededRandom } from "../random.ts";
import { CONTROL, type Common, controlMessage } from "./messages.ts";
import { isFinal, mishapSchema } from "./mishaps.ts";
import { type Audience, type Given, type Room, type RoomFacts, type Source, STATUS } from "./room.ts";
import { readNested, readVarints, type WireMessage } from "./wire.ts";

const rowSchema = z.object({
  ts: z.string(),
  host: z.string(),
  method: z.string(),
  msgId: z.string(),
  roomId: z.string(),
  createTime: z.string(),
  payload: z.base64(),
});

type Row = z.infer<typeof rowSchema>;

export const recordingSchema = z.object({
  /** A file of the recordings' folder, without its ending. */
  file: z.string().regex(/^[\w-]+$/),
  /** Whose LIVE of the file it is; by default the one with the most rows. */
  roomId: z.string().optional(),
  /** How much faster than recorded; "max": as fast as the sockets take it. */
  speed: z.union([z.literal("max"), z.coerce.number().positive()]).default("max"),
  /** Rows of other rooms: all that the file has, those that this host's collector got, or none. */
  otherRooms: z.enum(["file", "host", "none"]).default("file"),
  ...mishapSchema.shape,
  /** The LIVE is over after the last row: with control 3 (unless the recording has it), without, or it stays LIVE. */
  endMode: z.enum(["control", "none", "stay"]).default("control"),
  /** Begin at once; otherwise with the first viewer, so that nothing is lost. */
  autostart: z.boolean().default(false),
  /** Messages that pass while the socket is cut (at speed "max", where time stands still without a viewer). */
  cutLoses: z.coerce.number().int().nonnegative().default(0),
  /** What /webcast/room/info/ tells; by default nothing, as the recordings have none. */
  roomInfo: z.object({ createTime: z.number().optional(), fanTicket: z.number().optional() }).optional(),
});

export type RecordingOptions = z.infer<typeof recordingSchema>;

/** The recordings that come with the tests. */
export const RECORDINGS = ["room-complete", "room-streaks", "room-pause", "room-end", "room-gap"] as const;

export interface Recording {
  roomId: string;
  /** The host's id in the recording; undefined where no message names it. */
  hostUserId: string | undefined;
  rows: Row[];
}

/** Throws when the file or the room is not there, or a row is no row. */
export const readRecording = (folder: string, file: string, roomId?: string): Recording => {
  const lines = readFileSync(join(folder, `${file}.jsonl`), "utf8").split("\n");
  const rows = lines.filter((line) => line !== "").map((line) => rowSchema.parse(JSON.parse(line)));
  const perRoom = new Map<string, number>();
  for (const row of rows) perRoom.set(row.roomId, (perRoom.get(row.roomId) ?? 0) + 1);
  const [biggest] = [...perRoom].toSorted(([, a], [, b]) => b - a);
  const chosen = roomId ?? biggest?.[0];
  if (chosen === undefined || !perRoom.has(chosen)) throw new Error(`${file}.jsonl has no room ${chosen}`);
  return { roomId: chosen, hostUserId: hostOf(rows, chosen), rows };
};

/** A gift's monitor says who the anchor is; a LinkMic total says whose it is. */
const hostOf = (rows: Row[], roomId: string): string | undefined => {
  const own = rows.filter((row) => row.roomId === roomId);
  const gift = own.find((row) => row.method === "WebcastGiftMessage");
  const monitor = gift && readNested(Buffer.from(gift.payload, "base64"), 23);
  const linkMic = own.find((row) => row.method === "WebcastLinkMicMethod");
  return (
    (monitor && readVarints(monitor).get(1)) ||
    (linkMic && readVarints(Buffer.from(linkMic.payload, "base64")).get(5)) ||
    undefined
  );
};

interface Cue {
  /** ms of recorded time since the first row */
  at: number;
  message: WireMessage;
  /** ms since epoch by the room's own clock; 0 where the row is another room's, or counts in seconds. */
  createTime: number;
}

/** A recording made on several evenings does not make the viewer wait from one to the next. */
const LONGEST_SILENCE_MS = 3_600_000;

/** The rows as they will be sent: chosen, timed, lost and shuffled. */
const cuesOf = ({ rows, roomId }: Recording, options: RecordingOptions): Cue[] => {
  const host = rows.find((row) => row.roomId === roomId)?.host;
  const random = seededRandom(`drop:${options.seed}`);
  let previous: number | undefined;
  let at = 0;
  const cues: Cue[] = [];
  for (const row of rows) {
    if (options.otherRooms === "none" && row.roomId !== roomId) continue;
    if (options.otherRooms === "host" && row.host !== host) continue;
    // The collector's clock has no zone; only its differences matter. Finer than ms is cut off.
    const ts = Date.parse(`${row.ts.replace(/Z$/, "").slice(0, 23)}Z`);
    at += Math.min(Math.max(0, ts - (previous ?? ts)), LONGEST_SILENCE_MS);
    previous = ts;
    const message = { method: row.method, msgId: row.msgId, payload: Buffer.from(row.payload, "base64") };
    const mayDrop = options.dropOnly === "all" || row.method === "WebcastGiftMessage";
    const dropped = random() < options.dropProbability && mayDrop;
    if (dropped || (options.dropFinals && isFinal(message))) continue;
    const ownClock = row.roomId === roomId && row.method !== "WebcastRoomMessage";
    cues.push({ at, message, createTime: ownClock ? Number(row.createTime) : 0 });
  }
  if (options.shuffleMs === 0) return cues;
  const late = (index: number): number => options.shuffleMs * fraction(`${options.seed}:${index}`);
  return cues.map((cue, index) => ({ ...cue, at: cue.at + late(index) })).toSorted((a, b) => a.at - b.at);
};

export class RecordingSource implements Source {
  readonly kind = "recording";
  readonly #options: RecordingOptions;
  readonly #cues: Cue[];
  /** The newest createTime played so far. */
  #lastCreateTime = 0;
  readonly #audience: Audience;
  #next = 0;
  #ended = false;
  /** Real ms at which recorded time 0 was; undefined until somebody watches. */
  #startedAt: number | undefined;
  /** Gives up what was to come next; undefined when nothing waits. */
  #cancel: (() => void) | undefined;
  #added = 0;

  constructor(recording: Recording, options: RecordingOptions) {
    this.#options = options;
    this.#cues = cuesOf(recording, options);
    const own = recording.rows.filter((row) => row.roomId === recording.roomId);
    const seen = own.findLast((row) => row.method === "WebcastRoomUserSeqMessage");
    const counts = readVarints(Buffer.from(seen?.payload ?? "", "base64"));
    this.#audience = { viewers: Number(counts.get(3) ?? 0), entered: Number(counts.get(7) ?? 0) };
  }

  start(room: Room): void {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = performance.now();
    if (this.#options.speed === "max") this.drained(room);
    else this.#playDue(room);
  }

  catchUp(): void {}

  drained(room: Room): void {
    if (this.#options.speed !== "max" || this.#cancel || this.#ended) return;
    // In a turn of its own: the sockets get to send what they were given.
    const turn = setImmediate(() => {
      this.#cancel = undefined;
      if (this.#next < this.#cues.length) this.#advance(room, room.delivery.batch);
      else this.#finish(room);
    });
    this.#cancel = () => clearImmediate(turn);
  }

  wasCut(room: Room): void {
    if (this.#options.speed === "max" && !this.#ended) this.#advance(room, this.#options.cutLoses);
  }

  audience(): Audience {
    return this.#audience;
  }

  facts(): RoomFacts | null {
    return this.#options.roomInfo ?? null;
  }

  truth(): null {
    return null;
  }

  given(): readonly Given[] {
    return [];
  }

  done(): boolean {
    return this.#ended;
  }

  /** The recording has its own. */
  greeting(): WireMessage[] {
    return [];
  }

  nextCommon(room: Room): Common {
    this.#added += 1;
    return {
      msgId: (BigInt(room.roomId) + BigInt(this.#added)).toString(),
      roomId: room.roomId,
      createTime: this.#lastCreateTime + this.#added,
    };
  }

  /** It gives what it gives. */
  calm(): void {}

  close(): WireMessage[] {
    this.#ended = true;
    this.#cancel?.();
    return [];
  }

  /** Puts the next messages into the log. */
  #advance(room: Room, count: number): void {
    const due = this.#cues.slice(this.#next, this.#next + count);
    this.#next += due.length;
    this.#lastCreateTime = Math.max(this.#lastCreateTime, ...due.map(({ createTime }) => createTime));
    room.append(due.map(({ message }) => message));
  }

  #finish(room: Room): void {
    this.#ended = true;
    if (this.#options.endMode === "stay") return;
    if (this.#options.endMode === "control" && room.status !== STATUS.ended)
      room.append([controlMessage(this.nextCommon(room), CONTROL.end)]);
    room.status = STATUS.ended;
  }

  #playDue(room: Room): void {
    const { speed } = this.#options;
    if (speed === "max" || this.#ended) return;
    const recordedNow = (performance.now() - (this.#startedAt ?? performance.now())) * speed;
    let count = 0;
    while ((this.#cues[this.#next + count]?.at ?? Number.POSITIVE_INFINITY) <= recordedNow) count += 1;
    this.#advance(room, count);
    const following = this.#cues[this.#next];
    if (!following) {
      this.#finish(room);
      return;
    }
    const timer = setTimeout(() => this.#playDue(room), (following.at - recordedNow) / speed);
    timer.unref();
    this.#cancel = () => clearTimeout(timer);
  }
}
