import { gunzipSync } from "node:zlib";
import { PbfReader } from "pbf";
import { CONTROL_ACTIONS, type RoomEvent } from "../../../durable/webcast/events.ts";
import type { FetchResult, PushFrame, RawMessage } from "../../../durable/webcast/frames.ts";
import { hash } from "./recordings.ts";

/**
 * Frames and messages once more, as the encoding's own rules say and with nothing of our reader
 * in it: every field is laid out first, the last of a scalar stands, and a message that comes
 * twice is the one that both make together. Slow, and it refuses only what is no protobuf.
 */

/** One field as it lies in its message; offsets are bytes. */
export interface Field {
  number: number;
  /** Wire type: 0 varint, 1 and 5 fixed, 2 bytes. */
  type: number;
  /** Where its tag begins, where its value does (of bytes: after the length), and where it ends. */
  from: number;
  value: number;
  to: number;
}

/** @throws RangeError for bytes that are no message */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const pbf = new PbfReader(bytes);
  const fields: Field[] = [];
  while (pbf.pos < bytes.length) {
    const from = pbf.pos;
    const number = pbf.nextField();
    if (number === 0) throw new RangeError("No field is called 0");
    let value = pbf.pos;
    if (pbf.type === 2) {
      const length = pbf.readVarint();
      value = pbf.pos;
      pbf.pos += length;
    } else pbf.skip(pbf.type);
    if (!(pbf.pos <= bytes.length)) throw new RangeError("A field reaches past the end");
    fields.push({ number, type: pbf.type, from, value, to: pbf.pos });
  }
  return fields;
}

/** A message that was laid out. */
class Laid {
  readonly #bytes: Uint8Array;
  readonly #fields: readonly Field[];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#fields = fieldsOf(bytes);
  }

  has(number: number): boolean {
    return this.#of(number, 0).length > 0;
  }

  /** A 64-bit scalar, 0 where it is not set. */
  uint(number: number): bigint {
    const field = this.#of(number, 0).at(-1);
    if (field === undefined) return 0n;
    const septets = [...this.#bytes.subarray(field.value, field.to)].map((byte) => BigInt(byte & 0x7f));
    return BigInt.asUintN(
      64,
      septets.reduceRight((sum, septet) => (sum << 7n) | septet, 0n),
    );
  }

  all(number: number): Uint8Array[] {
    return this.#of(number, 2).map(({ value, to }) => this.#bytes.subarray(value, to));
  }

  bytes(number: number): Uint8Array {
    return this.all(number).at(-1) ?? new Uint8Array(0);
  }

  text(number: number): string {
    return Buffer.from(this.bytes(number)).toString();
  }

  /** What comes twice is merged: that is to read both, one after the other. */
  message(number: number): Laid {
    return new Laid(Buffer.concat(this.all(number)));
  }

  #of(number: number, type: number): Field[] {
    return this.#fields.filter((field) => field.number === number && field.type === type);
  }
}

export function pushFrame(bytes: Uint8Array): PushFrame {
  const frame = new Laid(bytes);
  const payload = frame.bytes(8);
  const packed = Buffer.from(payload.subarray(0, 3)).toString("hex") === "1f8b08";
  return {
    logId: String(frame.uint(2)),
    payloadType: frame.text(7),
    payload: packed ? gunzipSync(payload) : payload,
  };
}

export function fetchResult(payload: Uint8Array): FetchResult {
  const result = new Laid(payload);
  return {
    messages: result.all(1).map((bytes) => {
      const message = new Laid(bytes);
      return {
        method: message.text(1),
        payload: message.bytes(2),
        msgId: String(message.uint(3)),
        isHistory: message.uint(6) !== 0n,
      };
    }),
    cursor: result.text(2),
    internalExt: result.text(5),
    routeParams: Object.fromEntries(
      result.all(7).map((bytes) => {
        const entry = new Laid(bytes);
        return [entry.text(1), entry.text(2)];
      }),
    ),
    heartbeatMs: Number(result.uint(8)) || null,
    needAck: result.uint(9) !== 0n,
    pushServer: result.text(10),
    isFirst: result.uint(11) !== 0n,
  };
}

const halves = (long: bigint): [high: number, low: number] => [Number(long >> 32n), Number(long & 0xffff_ffffn)];
const personOf = (id: bigint): number | null => (id === 0n ? null : hash.personOf(String(id)));

/** What a message means by `live-protocol.md`; null for a kind that never counts. */
export function eventOf({ method, payload, msgId, isHistory }: RawMessage): RoomEvent | null {
  const message = new Laid(payload);
  const common = message.message(1);
  const said = { roomId: String(common.uint(3)), createTime: Number(common.uint(4)), isHistory };
  switch (method) {
    case "WebcastGiftMessage": {
      const [gift, monitor, group] = [message.message(15), message.message(23), message.uint(11)];
      const host = personOf(monitor.uint(1));
      const named = [message.message(8).uint(1), monitor.uint(8)].map(personOf).filter((person) => person !== null);
      const giver = message.message(7).uint(1);
      return {
        kind: "gift",
        ...said,
        msgId: msgId === "0" ? String(common.uint(2)) : msgId,
        streak:
          gift.uint(11) === 1n ? hash.streak(...halves(giver), ...halves(message.uint(2)), ...halves(group)) : null,
        group: group <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(group) : 0,
        price: Number(gift.uint(12)),
        repeat: Number(message.uint(5)),
        added: Number(message.uint(3)),
        host,
        toHost: named.every((person) => person === host),
      };
    }
    case "WebcastRoomUserSeqMessage":
      return { kind: "viewers", ...said, viewers: Number(message.uint(3)) };
    case "WebcastControlMessage": {
      const action = CONTROL_ACTIONS[Number(message.uint(2)) - 1];
      return action === undefined ? null : { kind: "control", ...said, action };
    }
    case "WebcastLinkMicMethod": {
      const person = personOf(message.uint(5));
      if (person === null || !(message.has(6) || message.has(7))) return { kind: "seen", ...said };
      return { kind: "counter-linkmic", ...said, person, total: Number(message.uint(6)) };
    }
    case "WebcastLinkMicFanTicketMethod": {
      const rows = message
        .message(2)
        .all(1)
        .map((bytes) => new Laid(bytes));
      return {
        kind: "counter-fanticket",
        ...said,
        rows: rows.flatMap((row) => {
          const person = personOf(row.uint(1));
          return person === null ? [] : [{ person, total: Number(row.uint(2)) }];
        }),
      };
    }
    case "WebcastSystemMessage":
    case "WebcastLikeMessage":
    case "WebcastMemberMessage":
    case "WebcastSocialMessage":
      return { kind: "seen", ...said };
    default:
      return null;
  }
}
