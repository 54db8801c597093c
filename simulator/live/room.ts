/** A LIVE room: one log, what fills it, and whoever watches. */
import { Arrivals } from "./arrivals.ts";
import type { Delivery } from "./delivery.ts";
import { CONTROL, type Common, controlMessage } from "./messages.ts";
import { RoomLog } from "./room-log.ts";
import { readNested, readVarints, type WireMessage } from "./wire.ts";

/** TikTok's own numbers. */
export const STATUS = { live: 2, paused: 3, ended: 4 } as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

const STATUS_AFTER = new Map<number, Status>([
  [CONTROL.pause, STATUS.paused],
  [CONTROL.resume, STATUS.live],
  [CONTROL.end, STATUS.ended],
  [CONTROL.suspend, STATUS.ended],
]);

/** What /webcast/room/info/ may tell; null where it tells nothing. */
export interface RoomFacts {
  /** seconds since epoch */
  createTime?: number | undefined;
  /** Diamonds so far. */
  fanTicket?: number | undefined;
}

export interface Audience {
  viewers: number;
  entered: number;
}

/** Gifts that went into the log together: when (ms since epoch), how many messages, and what the LIVE had come to. */
export interface Given {
  at: number;
  gifts: number;
  diamonds: number;
}

/** What fills a room's log: a recording or a generator. */
export interface Source {
  readonly kind: "recording" | "synthetic";
  /** Somebody watches. Called whenever a viewer enters. */
  start(room: Room): void;
  /** Brings the log up to the present. Called before anybody looks. */
  catchUp(room: Room): void;
  /** Every viewer has been sent the whole log. */
  drained(room: Room): void;
  /** The sockets were cut. */
  wasCut(room: Room): void;
  audience(): Audience;
  facts(): RoomFacts | null;
  /** The diamonds that were really given, where the source knows. */
  truth(): { diamonds: number } | null;
  /** The latest gifts, oldest first, where the source knows what they come to: for who measures how long they are on their way. */
  given(): readonly Given[];
  /** Nothing more will come. */
  done(): boolean;
  /** What a viewer is told on entering, besides the log. */
  greeting(room: Room): WireMessage[];
  /** A later moment of the room's own clock, for a message that the control API adds. */
  nextCommon(room: Room): Common;
  /** Nobody gives any more. */
  calm(): void;
  /** It is over. Returns what was said before and is still on its way. */
  close(): WireMessage[];
}

/** A socket that has entered the room. */
export interface RoomViewer {
  pump(): void;
  isDrained(): boolean;
  terminate(): void;
  silence(): void;
}

export interface RoomOptions {
  roomId: string;
  handle: string;
  hostUserId: string;
  title: string;
  source: Source;
  delivery: Delivery;
  /** How many messages stay readable. */
  kept?: number;
}

export class Room {
  readonly roomId: string;
  readonly handle: string;
  readonly hostUserId: string;
  readonly title: string;
  readonly source: Source;
  readonly delivery: Delivery;
  readonly log: RoomLog;
  readonly viewers = new Set<RoomViewer>();
  /** `sent` counts messages once each, however often their frame was sent. */
  readonly counts = { sent: 0, frames: 0, garbage: 0, acks: 0, wrongAcks: 0, heartbeats: 0, connections: 0 };
  readonly arrivals = new Arrivals();
  /** Accidents that happen once. */
  readonly happened = { cut: false, silence: false };
  status: Status = STATUS.live;
  #cutter: NodeJS.Timeout | undefined;

  constructor(options: RoomOptions) {
    this.roomId = options.roomId;
    this.handle = options.handle;
    this.hostUserId = options.hostUserId;
    this.title = options.title;
    this.source = options.source;
    this.delivery = options.delivery;
    this.log = new RoomLog(options.kept);
  }

  /** Adds to the log and hands it to the viewers. A control message of this room's moves its status. */
  append(messages: readonly WireMessage[]): void {
    if (messages.length === 0) return;
    this.log.append(messages);
    for (const message of messages) if (message.method === "WebcastControlMessage") this.#obey(message);
    for (const viewer of this.viewers) viewer.pump();
  }

  enter(viewer: RoomViewer): void {
    this.viewers.add(viewer);
    this.counts.connections += 1;
    const { cutEverySeconds } = this.delivery;
    if (cutEverySeconds !== undefined) this.#cutter ??= setInterval(() => this.cut(), cutEverySeconds * 1000).unref();
    this.source.start(this);
    viewer.pump();
  }

  leave(viewer: RoomViewer): void {
    this.viewers.delete(viewer);
  }

  /**
   * How many messages the next frame may hold: it must not step over the moment of an accident,
   * nor mix what is history with what is not.
   */
  sendable(position: number, historyUntil: number): number {
    const { batch, cutAfterMessages, silentAfterMessages } = this.delivery;
    const limits = [batch];
    if (position < historyUntil) limits.push(historyUntil - position);
    if (!this.happened.cut && cutAfterMessages !== undefined) limits.push(cutAfterMessages - this.counts.sent);
    if (!this.happened.silence && silentAfterMessages !== undefined)
      limits.push(silentAfterMessages - this.counts.sent);
    return Math.max(1, Math.min(...limits));
  }

  viewerDrained(): void {
    if ([...this.viewers].every((viewer) => viewer.isDrained())) this.source.drained(this);
  }

  /** Appends a control message, as TikTok sends on pause, resume and end. */
  control(action: number): void {
    this.source.catchUp(this);
    this.append([controlMessage(this.source.nextCommon(this), action)]);
  }

  /** The diamonds that were really given, where the source knows, and how many of them nobody can have counted. */
  truth(): { diamonds: number; unsent: number } | null {
    const truth = this.source.truth();
    return truth && { ...truth, unsent: truth.diamonds - this.arrivals.diamonds };
  }

  /** The LIVE is over, and says so. */
  end(): void {
    if (this.status !== STATUS.ended) this.control(CONTROL.end);
    this.endSilently();
  }

  /** The LIVE is over and no message tells, as is sometimes seen. */
  endSilently(): void {
    this.status = STATUS.ended;
    clearInterval(this.#cutter);
    this.append(this.source.close());
  }

  /** Nobody gives any more, and the sockets are left alone: what was missed can be made up for. */
  calm(): void {
    clearInterval(this.#cutter);
    this.source.calm();
  }

  cut(): void {
    const cut = [...this.viewers];
    this.viewers.clear();
    for (const viewer of cut) viewer.terminate();
    this.source.wasCut(this);
  }

  silence(): void {
    for (const viewer of this.viewers) viewer.silence();
  }

  #obey({ payload }: WireMessage): void {
    const common = readNested(payload, 1);
    const roomId = common && readVarints(common).get(3);
    const next = STATUS_AFTER.get(Number(readVarints(payload).get(2)));
    // Nothing brings an ended LIVE back; another room's control is none of ours.
    if (roomId === this.roomId && next !== undefined && this.status !== STATUS.ended) this.status = next;
  }
}
