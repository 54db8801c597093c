/**
 * Protobuf as TikTok's LIVE socket speaks it. pbf writes numbers up to 2^53 only, so int64 fields
 * go through BigInt here: ids are longer than that. Field numbers: the team's live-protocol facts.
 */
import { PbfReader, PbfWriter } from "pbf";

const VARINT = 0;
const SIXTY_FOUR_BITS = (1n << 64n) - 1n;

/** Writes an int64/uint64 varint exactly; zero is proto3's default and is left out. */
export const writeInt64 = (pbf: PbfWriter, field: number, value: bigint | string): void => {
  let rest = BigInt(value) & SIXTY_FOUR_BITS;
  if (rest === 0n) return;
  pbf.writeTag(field, VARINT);
  pbf.realloc(10);
  while (rest > 0x7fn) {
    pbf.buf[pbf.pos++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  pbf.buf[pbf.pos++] = Number(rest);
};

/** Reads a varint that pbf has just met, exactly, as an unsigned decimal. */
export const readInt64 = (pbf: PbfReader): string => {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = pbf.buf[pbf.pos++];
    if (byte === undefined) throw new RangeError("varint runs past the end");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return (value & SIXTY_FOUR_BITS).toString();
};

/** Small numbers; zero is left out. */
export const writeNumber = (pbf: PbfWriter, field: number, value: number): void => {
  if (value !== 0) pbf.writeVarintField(field, value);
};

export const writeText = (pbf: PbfWriter, field: number, value: string): void => {
  if (value !== "") pbf.writeStringField(field, value);
};

/** A message of its own, as bytes. */
export const encode = (write: (pbf: PbfWriter) => void): Uint8Array => {
  const pbf = new PbfWriter(new Uint8Array(256)); // Most messages fit; pbf grows it for those that do not.
  write(pbf);
  return pbf.finish();
};

export const writeNested = (pbf: PbfWriter, field: number, write: (pbf: PbfWriter) => void): void =>
  pbf.writeMessage(field, (_nothing, nested) => write(nested), undefined);

/** map<string, string>: repeated {1 key, 2 value}. */
const writeMap = (pbf: PbfWriter, field: number, entries: Record<string, string>): void => {
  for (const [key, value] of Object.entries(entries))
    writeNested(pbf, field, (entry) => {
      writeText(entry, 1, key);
      writeText(entry, 2, value);
    });
};

/** WebcastPushFrame: what travels in one WebSocket message, both ways. */
export interface PushFrame {
  seqId: string;
  logId: string;
  headers: Record<string, string>;
  payloadType: string;
  payload: Uint8Array;
}

export const encodePushFrame = (frame: PushFrame): Uint8Array =>
  encode((pbf) => {
    writeInt64(pbf, 1, frame.seqId);
    writeInt64(pbf, 2, frame.logId);
    writeMap(pbf, 5, frame.headers);
    writeText(pbf, 6, "pb");
    writeText(pbf, 7, frame.payloadType);
    if (frame.payload.length > 0) pbf.writeBytesField(8, frame.payload);
  });

/** Throws on bytes that are no protobuf. Headers are not read: clients send none that matter. */
export const decodePushFrame = (bytes: Uint8Array): PushFrame =>
  new PbfReader(bytes).readFields<PushFrame>(
    (field, frame, pbf) => {
      if (field === 1) frame.seqId = readInt64(pbf);
      else if (field === 2) frame.logId = readInt64(pbf);
      else if (field === 7) frame.payloadType = pbf.readString();
      else if (field === 8) frame.payload = pbf.readBytes();
    },
    { seqId: "0", logId: "0", headers: {}, payloadType: "", payload: new Uint8Array() },
  );

/** One message as the log keeps it: BaseProtoMessage without what depends on who reads it. */
export interface WireMessage {
  method: string;
  msgId: string;
  payload: Uint8Array;
  /** What it gives, where the simulator knows: for the room's own account, never on the wire. */
  diamonds?: number;
}

/** ProtoMessageFetchResult: the payload of a `msg` frame, and the signer's answer. */
export interface FetchResult {
  messages: readonly WireMessage[];
  isHistory: boolean;
  cursor: string;
  internalExt: string;
  routeParams: Record<string, string>;
  /** ms */
  heartbeatDuration: number;
  needAck: boolean;
  pushServer: string;
  isFirst: boolean;
}

const FETCH_INTERVAL_MS = 1_000;

export const encodeFetchResult = (result: FetchResult): Uint8Array =>
  encode((pbf) => {
    for (const message of result.messages)
      writeNested(pbf, 1, (base) => {
        writeText(base, 1, message.method);
        base.writeBytesField(2, message.payload);
        writeInt64(base, 3, message.msgId);
        if (result.isHistory) base.writeBooleanField(6, true);
      });
    writeText(pbf, 2, result.cursor);
    writeNumber(pbf, 3, FETCH_INTERVAL_MS);
    writeText(pbf, 5, result.internalExt);
    writeMap(pbf, 7, result.routeParams);
    writeNumber(pbf, 8, result.heartbeatDuration);
    if (result.needAck) pbf.writeBooleanField(9, true);
    writeText(pbf, 10, result.pushServer);
    if (result.isFirst) pbf.writeBooleanField(11, true);
  });

/** The top-level varints of a message's payload, by field: enough to see a control's action or a streak's end. */
export const readVarints = (payload: Uint8Array): Map<number, string> =>
  new PbfReader(payload).readFields<Map<number, string>>((field, found, pbf) => {
    if (pbf.type === VARINT) found.set(field, readInt64(pbf));
  }, new Map());

/** The nested message at `field`, or undefined. */
export const readNested = (payload: Uint8Array, wanted: number): Uint8Array | undefined =>
  new PbfReader(payload).readFields<{ bytes?: Uint8Array }>((field, found, pbf) => {
    if (field === wanted) found.bytes = pbf.readBytes();
  }, {}).bytes;
