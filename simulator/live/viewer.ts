/** One socket in a room: enters, beats, acknowledges, and is sent the log from its cursor on. */
import { gzipSync } from "node:zlib";
import { PbfReader } from "pbf";
import type { WebSocket } from "ws";
import { garbageFrame } from "./garbage.ts";
import type { Room, RoomViewer } from "./room.ts";
import { cursorOf } from "./room-log.ts";
import {
  decodePushFrame,
  encodeFetchResult,
  encodePushFrame,
  type FetchResult,
  type PushFrame,
  readInt64,
  type WireMessage,
} from "./wire.ts";

/** Bytes that may wait in the socket before the room holds back. */
const HOLD_BACK_ABOVE = 1_000_000;
const HOLD_BACK_MS = 5;
const MISSED_HEARTBEATS = 3;
const NOTHING = new Uint8Array();

export interface ViewerOptions {
  /** Position of the log at which the socket's cursor stands. */
  position: number;
  /** The client asked for compress=gzip. */
  gzip: boolean;
  clock: () => number;
}

export class Viewer implements RoomViewer {
  readonly #socket: WebSocket;
  readonly #room: Room;
  readonly #options: ViewerOptions;
  #position: number;
  /** Messages before it were missed, and are marked as history. */
  #historyUntil = 0;
  #entered = false;
  #silent = false;
  #seqId = 0n;
  /** Frames that are to be acknowledged, by their logId. */
  readonly #frames = new Map<string, { internalExt: string; acked: boolean; messages: readonly WireMessage[] }>();
  #lastHeartbeat = performance.now();
  readonly #watch: NodeJS.Timeout;
  #holdBack: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, room: Room, options: ViewerOptions) {
    this.#socket = socket;
    this.#room = room;
    this.#options = options;
    this.#position = options.position;
    const { heartbeatMs } = room.delivery;
    this.#watch = setInterval(() => this.#closeIfLifeless(), heartbeatMs);
    this.#watch.unref();
    socket.on("message", (bytes) => this.#hear(bytes));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(this.#watch);
      clearTimeout(this.#holdBack);
      for (const { acked, messages } of this.#frames.values()) if (!acked) room.arrivals.lost(messages);
      this.#frames.clear();
      room.leave(this);
    });
  }

  /** Sends what the log holds beyond the position, as much as the socket takes. */
  pump(): void {
    const { log, counts } = this.#room;
    clearTimeout(this.#holdBack);
    while (this.#entered && !this.#silent && this.#socket.readyState === this.#socket.OPEN) {
      if (this.#accidentIsDue()) return;
      if (this.#socket.bufferedAmount > HOLD_BACK_ABOVE) {
        this.#holdBack = setTimeout(() => this.pump(), HOLD_BACK_MS);
        return;
      }
      const { messages, next } = log.read(this.#position, this.#room.sendable(this.#position, this.#historyUntil));
      if (messages.length === 0) break;
      const isHistory = next <= this.#historyUntil;
      this.#position = next;
      counts.sent += messages.length;
      this.#sendMessages(messages, isHistory);
    }
    this.#room.viewerDrained();
  }

  isDrained(): boolean {
    return !this.#silent && this.#position >= this.#room.log.end;
  }

  terminate(): void {
    this.#socket.terminate();
  }

  silence(): void {
    this.#silent = true;
  }

  #accidentIsDue(): boolean {
    const { delivery, happened, counts } = this.#room;
    if (!happened.cut && delivery.cutAfterMessages !== undefined && counts.sent >= delivery.cutAfterMessages) {
      happened.cut = true;
      this.#room.cut();
      return true;
    }
    const { silentAfterMessages } = delivery;
    if (!happened.silence && silentAfterMessages !== undefined && counts.sent >= silentAfterMessages) {
      happened.silence = true;
      this.#room.silence();
      return true;
    }
    return false;
  }

  #sendMessages(messages: readonly WireMessage[], isHistory: boolean): void {
    const { delivery, counts } = this.#room;
    const now = this.#options.clock();
    this.#seqId += 1n;
    const logId = String((BigInt(now) << 20n) | (this.#seqId & 0xfffffn));
    const cursor = cursorOf(this.#position, now);
    const result: FetchResult = {
      messages,
      isHistory,
      cursor,
      internalExt: `fetch_time:${now}|start_time:0|ack_ids:${logId}|flag:1|seq:${this.#seqId}|next_cursor:${cursor}`,
      routeParams: {},
      heartbeatDuration: delivery.heartbeatMs,
      needAck: delivery.needAck,
      pushServer: "",
      isFirst: false,
    };
    if (delivery.needAck) this.#frames.set(logId, { internalExt: result.internalExt, acked: false, messages });
    const payload = encodeFetchResult(result);
    const zipped = this.#options.gzip && payload.length > delivery.gzipAbove;
    const frame = encodePushFrame({
      seqId: String(this.#seqId),
      logId,
      headers: zipped ? { compress_type: "gzip" } : {},
      payloadType: "msg",
      payload: zipped ? gzipSync(payload, { level: 1 }) : payload,
    });
    this.#room.arrivals.sent(messages);
    this.#send(frame);
    if (delivery.duplicate) this.#send(frame);
    const { garbageEvery } = delivery;
    if (garbageEvery !== undefined && Math.floor(counts.sent / garbageEvery) > counts.garbage)
      this.#send(garbageFrame(counts.garbage++, result));
  }

  #send(frame: Uint8Array): void {
    this.#room.counts.frames += 1;
    this.#socket.send(frame);
  }

  #hear(bytes: unknown): void {
    if (!(bytes instanceof Uint8Array)) return;
    let frame: PushFrame;
    try {
      frame = decodePushFrame(bytes);
    } catch {
      this.#socket.terminate(); // TikTok does not argue either.
      return;
    }
    if (frame.payloadType === "im_enter_room") this.#enter(frame);
    else if (frame.payloadType === "hb") this.#beat(frame);
    else if (frame.payloadType === "ack") this.#acknowledge(frame);
  }

  #enter({ payload }: PushFrame): void {
    const roomId = new PbfReader(payload).readFields<{ roomId: string }>(
      (field, found, pbf) => {
        if (field === 1) found.roomId = readInt64(pbf);
      },
      { roomId: "" },
    ).roomId;
    if (this.#entered || roomId !== this.#room.roomId) return;
    const { log, delivery, source } = this.#room;
    this.#lastHeartbeat = performance.now();
    this.#answer("im_enter_room_resp", NOTHING);
    source.catchUp(this.#room);
    if (!delivery.resume) this.#position = log.end;
    this.#position = Math.min(this.#position, log.end);
    this.#historyUntil = log.end;
    this.#entered = true;
    const greeting = source.greeting(this.#room);
    if (greeting.length > 0) this.#sendMessages(greeting, false);
    this.#room.enter(this);
  }

  #beat({ payload }: PushFrame): void {
    this.#lastHeartbeat = performance.now();
    this.#room.counts.heartbeats += 1;
    if (!this.#silent) this.#answer("hb", payload);
  }

  #acknowledge({ logId, payload }: PushFrame): void {
    const frame = this.#frames.get(logId);
    if (frame?.internalExt === Buffer.from(payload).toString()) {
      frame.acked = true;
      this.#room.counts.acks += 1;
    } else this.#room.counts.wrongAcks += 1;
    // A frame that came twice is rightly acknowledged twice: keep it, unless it grows old.
    if (this.#frames.size > 1_000) this.#frames.delete(this.#frames.keys().next().value ?? "");
  }

  #answer(payloadType: string, payload: Uint8Array): void {
    this.#socket.send(encodePushFrame({ seqId: "0", logId: "0", headers: {}, payloadType, payload }));
  }

  #closeIfLifeless(): void {
    const patience = MISSED_HEARTBEATS * this.#room.delivery.heartbeatMs;
    if (performance.now() - this.#lastHeartbeat > patience) this.#socket.terminate();
  }
}
