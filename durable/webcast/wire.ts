import { textOf, wordAt } from "./words.ts";

/** Bytes that are no protobuf message: cut short, an impossible tag, a length past the end. */
export class WireError extends Error {
  override readonly name = "WireError";
}

const cutShort = (): WireError => new WireError("The message is cut short");
const tooLong = (): WireError => new WireError("A varint has at most ten bytes");
const unused = (type: number): WireError => new WireError(`Wire type ${type} is not in use`);

const HIGH = 4_294_967_296;
const halves = new Uint32Array(2);
const long = new BigUint64Array(halves.buffer);

/** An unsigned 64-bit number, given as two 32-bit halves. */
export function uint64(high: number, low: number): bigint {
  halves[0] = low;
  halves[1] = high;
  return long[0] ?? 0n;
}

/** Numbers of fields below 32 as one set, for {@link WireReader.seek}. */
export const fields = (...numbers: readonly number[]): number => numbers.reduce((set, field) => set | (1 << field), 0);

/**
 * Walks one protobuf message in place. Nothing is copied or allocated for a field that
 * is not read, and a sub-message is a narrower range of the same bytes:
 *
 *     while (wire.seek(COUNT_AND_USER)) {
 *       if (wire.field === 2) count = wire.uint();
 *       else {
 *         const outer = wire.open();
 *         while (wire.seek(ID)) id = wire.id();
 *         wire.close(outer);
 *       }
 *     }
 *
 * Every field that `seek` or `next` announces must be read or skipped. Every read is checked
 * against the range; what does not fit throws {@link WireError}.
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;
  #type = 0;
  /** Number of the field that `next` came to. */
  field = 0;
  /** Halves of the last varint that was read: ids are larger than a number holds exactly. */
  high = 0;
  low = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** Goes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.#type = tag & 7;
    if (this.field === 0 || this.field > 0x1fff_ffff) throw new WireError("No field has this number");
    return true;
  }

  /**
   * Goes to the next field that is in `wanted` ({@link fields}) and steps over all others; false at the end of the
   * message. What is stepped over is checked as `skip` checks it. Most of a message is: this is the decoder's inner
   * loop, so a byte is read before it is known to lie in the message, and each step is checked when it is made.
   */
  seek(wanted: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at;
    while (at < end) {
      const tag = bytes[at] ?? 0;
      let type = tag & 7;
      let field = tag >> 3;
      at += 1;
      if (tag >= 0x80) {
        const next = bytes[at] ?? 0;
        if (next < 0x80) {
          // Fields 16 to 2047.
          field = (field & 0xf) | (next << 4);
          at += 1;
        } else {
          this.#at = at - 1;
          this.next();
          at = this.#at;
          field = this.field;
          type = this.#type;
        }
      }
      if (field < 32 && ((wanted >>> field) & 1) === 1) {
        this.#at = at;
        this.field = field;
        this.#type = type;
        return true;
      }
      if (type === 2) {
        let length = bytes[at] ?? 0;
        at += 1;
        if (length >= 0x80) {
          const next = bytes[at] ?? 0;
          at += 1;
          if (next < 0x80) length = (length & 0x7f) | (next << 7);
          else {
            this.#at = at - 2;
            this.#longLength();
            at = this.#at;
            length = 0;
          }
        }
        at += length;
      } else if (type === 0) {
        const last = at + 9;
        while ((bytes[at] ?? 0) >= 0x80) at += 1;
        if (at > last) throw tooLong();
        at += 1;
      } else if (type === 5) at += 4;
      else if (type === 1) at += 8;
      else throw unused(type);
      if (at > end || field === 0) throw cutShort();
    }
    this.#at = at;
    return false;
  }

  /** A varint as a number, exact up to 2⁵³; `high` and `low` are exact always. */
  uint(): number {
    this.#expect(0);
    return this.varint();
  }

  /** A 64-bit id, exact. */
  id(): bigint {
    this.#expect(0);
    return this.bareId();
  }

  /** The field's bytes, as a view on the message. */
  bytes(): Uint8Array {
    const from = this.#length();
    return this.#bytes.subarray(from, this.#at);
  }

  text(): string {
    return textOf(this.bytes());
  }

  /** Text that is one of a few which come again and again. */
  word(): string {
    const from = this.#length();
    return wordAt(this.#bytes, from, this.#at);
  }

  /** Narrows the reader to the field's sub-message; hand the answer to `close`. */
  open(): number {
    const outer = this.#end;
    const from = this.#length();
    this.#end = this.#at;
    this.#at = from;
    return outer;
  }

  /** Leaves a sub-message, read to its end or not. */
  close(outer: number): void {
    this.#at = this.#end;
    this.#end = outer;
  }

  skip(): void {
    if (this.#type === 0) this.varint();
    else if (this.#type === 2) this.#length();
    else if (this.#type === 1) this.#advance(8);
    else if (this.#type === 5) this.#advance(4);
    else throw unused(this.#type);
  }

  /** Whether bytes are left: for rows of our own, which have no tags. */
  get more(): boolean {
    return this.#at < this.#end;
  }

  /** A varint without a tag. */
  varint(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at] ?? 0;
    let low = byte & 0x7f;
    let high = 0;
    at += 1;
    if (byte >= 0x80) {
      // Whole up to its 28th bit, then the byte that is in both halves, then the high half's own.
      for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
        byte = bytes[at] ?? 0;
        low |= (byte & 0x7f) << shift;
        at += 1;
      }
      if (byte >= 0x80) {
        byte = bytes[at] ?? 0;
        low |= (byte & 0x7f) << 28;
        high = (byte & 0x7f) >> 4;
        at += 1;
        for (let shift = 3; byte >= 0x80; shift += 7) {
          if (shift > 31) throw tooLong();
          byte = bytes[at] ?? 0;
          high |= (byte & 0x7f) << shift;
          at += 1;
        }
      }
    }
    if (at > this.#end) throw cutShort();
    this.#at = at;
    this.high = high >>> 0;
    this.low = low >>> 0;
    return this.high * HIGH + this.low;
  }

  /** A 64-bit id without a tag. */
  bareId(): bigint {
    this.varint();
    return uint64(this.high, this.low);
  }

  #expect(type: number): void {
    if (this.#type !== type) throw new WireError(`Field ${this.field} has wire type ${this.#type}, not ${type}`);
  }

  /** Steps over a length-delimited field; answers where its bytes begin. */
  #length(): number {
    this.#expect(2);
    const bytes = this.#bytes;
    let from = this.#at;
    let length = bytes[from] ?? 0;
    from += 1;
    if (length >= 0x80) {
      const next = bytes[from] ?? 0;
      if (next >= 0x80) return this.#longLength();
      length = (length & 0x7f) | (next << 7);
      from += 1;
    }
    if (from + length > this.#end) throw cutShort();
    this.#at = from + length;
    return from;
  }

  /** Of 16 KB and more. */
  #longLength(): number {
    const length = this.varint();
    const from = this.#at;
    this.#advance(length);
    return from;
  }

  #advance(length: number): void {
    if (length > this.#end - this.#at) throw cutShort();
    this.#at += length;
  }
}
