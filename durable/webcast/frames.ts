import { gunzipSync } from "node:zlib";
import { fields, WireError, WireReader } from "./wire.ts";
import { WireWriter } from "./wire-writer.ts";

/** A frame of the socket (WebcastPushFrame), its payload unpacked. */
export interface PushFrame {
  logId: bigint;
  payloadType: string;
  payload: Uint8Array;
}

/** One message of a frame, undecoded (BaseProtoMessage). */
export interface RawMessage {
  method: string;
  payload: Uint8Array;
  msgId: bigint;
  /** Sent again by the server after a dial with a cursor: it happened before. */
  isHistory: boolean;
}

/** Payload of a `msg` frame, and the signer's answer (ProtoMessageFetchResult). */
export interface FetchResult {
  messages: RawMessage[];
  /** Where the room's stream is gone on from; empty when it does not say. Handed back as it came. */
  cursor: Uint8Array;
  /** What an acknowledgement says. Handed back as it came. */
  internalExt: Uint8Array;
  routeParams: Record<string, string>;
  /** How often the server wants a heartbeat; null when it does not say. */
  heartbeatMs: number | null;
  needAck: boolean;
  pushServer: string;
  isFirst: boolean;
}

/** What is read of each (`live-protocol.md`, "Envelope"). */
const FRAME = fields(2, 7, 8);
const FETCH_RESULT = fields(1, 2, 5, 7, 8, 9, 10, 11);
const MESSAGE = fields(1, 2, 3, 6);
const ROUTE_PARAM = fields(1, 2);

const NOTHING = new Uint8Array(0);
/** No honest frame comes near; a gzip bomb stops here. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** @throws WireError for bytes that are no frame, or whose payload does not unpack. */
export function decodePushFrame(bytes: Uint8Array): PushFrame {
  const frame: PushFrame = { logId: 0n, payloadType: "", payload: NOTHING };
  const wire = new WireReader(bytes);
  while (wire.seek(FRAME)) {
    if (wire.field === 2) frame.logId = wire.id();
    else if (wire.field === 7) frame.payloadType = wire.word();
    else frame.payload = wire.bytes();
  }
  frame.payload = unpack(frame.payload);
  return frame;
}

/** @throws WireError for bytes that are no fetch result. */
export function decodeFetchResult(payload: Uint8Array): FetchResult {
  const result: FetchResult = {
    messages: [],
    cursor: NOTHING,
    internalExt: NOTHING,
    routeParams: {},
    heartbeatMs: null,
    needAck: false,
    pushServer: "",
    isFirst: false,
  };
  const wire = new WireReader(payload);
  while (wire.seek(FETCH_RESULT)) {
    switch (wire.field) {
      case 1:
        result.messages.push(message(wire));
        break;
      case 2:
        result.cursor = wire.bytes();
        break;
      case 5:
        result.internalExt = wire.bytes();
        break;
      case 7:
        routeParam(wire, result.routeParams);
        break;
      case 8:
        result.heartbeatMs = wire.uint() || null;
        break;
      case 9:
        result.needAck = wire.uint() !== 0;
        break;
      case 10:
        result.pushServer = wire.text();
        break;
      case 11:
        result.isFirst = wire.uint() !== 0;
        break;
    }
  }
  return result;
}

/**
 * The first frame after the socket opened.
 * @param uniqueId 63 random bits; a test passes its own
 */
export const encodeEnterRoom = (roomId: string, uniqueId: bigint = random63()): Uint8Array<ArrayBuffer> =>
  pushFrame(
    "im_enter_room",
    new WireWriter().uint(1, BigInt(roomId)).uint(4, 12).text(5, "audience").uint(8, uniqueId).text(9, "0").finish(),
  );

export const encodeHeartbeat = (roomId: string, seq: number): Uint8Array<ArrayBuffer> =>
  pushFrame("hb", new WireWriter().uint(1, BigInt(roomId)).uint(2, seq).finish());

/** The answer to a frame whose fetch result says `needAck`. */
export const encodeAck = (logId: bigint, internalExt: Uint8Array): Uint8Array<ArrayBuffer> =>
  pushFrame("ack", internalExt, logId);

function pushFrame(payloadType: string, payload: Uint8Array, logId?: bigint): Uint8Array<ArrayBuffer> {
  const frame = new WireWriter();
  if (logId !== undefined) frame.uint(2, logId);
  return frame.text(6, "pb").text(7, payloadType).bytes(8, payload).finish();
}

const random63 = (): bigint => BigInt.asUintN(63, crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n);

function unpack(payload: Uint8Array): Uint8Array {
  if (payload[0] !== 0x1f || payload[1] !== 0x8b || payload[2] !== 0x08) return payload;
  try {
    const { buffer, byteOffset, length } = gunzipSync(payload, { maxOutputLength: MAX_PAYLOAD_BYTES });
    // A plain view, as the socket's own are: a reader that meets one kind of bytes alone is a third faster.
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    throw new WireError("The payload does not unpack", { cause });
  }
}

function message(wire: WireReader): RawMessage {
  const raw: RawMessage = { method: "", payload: NOTHING, msgId: 0n, isHistory: false };
  const outer = wire.open();
  while (wire.seek(MESSAGE)) {
    if (wire.field === 1) raw.method = wire.word();
    else if (wire.field === 2) raw.payload = wire.bytes();
    else if (wire.field === 3) raw.msgId = wire.id();
    else raw.isHistory = wire.uint() !== 0;
  }
  wire.close(outer);
  return raw;
}

function routeParam(wire: WireReader, params: Record<string, string>): void {
  let key = "";
  let value = "";
  const outer = wire.open();
  while (wire.seek(ROUTE_PARAM)) {
    if (wire.field === 1) key = wire.text();
    else value = wire.text();
  }
  wire.close(outer);
  params[key] = value;
}
