/** Bytes that are no protobuf message: cut short, an impossible tag, a length past the end. */
export class WireError extends Error {
  override readonly name = "WireError";
}

const HIGH = 4_294_967_296;
const utf8 = new TextDecoder();
const words = new Uint32Array(2);
const long = new BigUint64Array(words.buffer);

/** An unsigned 64-bit number, given as two 32-bit halves, in decimal. */
export function decimal(high: number, low: number): string {
  if (high < 0x20_0000) return String(high * HIGH + low);
  words[0] = low;
  words[1] = high;
  return String(long[0]);
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
    const first = this.#bytes[this.#at] ?? 0;
    // Fields 1 to 15, which are most of them, have a tag of one byte.
    if (first >= 8 && first < 0x80) {
      this.#at += 1;
      this.field = first >> 3;
      this.#type = first & 7;
      return true;
    }
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.#type = tag & 7;
    if (this.field === 0 || this.field > 0x1fff_ffff) throw new WireError("No field has this number");
    return true;
  }

  /**
   * Goes to the next field that is in `wanted` ({@link fields}) and steps over all others; false at the end of the
   * message. What is stepped over is checked as `skip` checks it. Most of a message is: this is the decoder's inner loop.
   */
  seek(wanted: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    while (this.#at < end) {
      let at = this.#at;
      const tag = bytes[at] ?? 0;
      const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0x80;
      let field: number;
      let type: number;
      if (tag >= 8 && tag < 0x80) {
        at += 1;
        field = tag >> 3;
        type = tag & 7;
      } else if (tag >= 0x80 && next > 0 && next < 0x80) {
        // Fields 16 to 2047.
        at += 2;
        field = ((tag & 0x7f) >> 3) | (next << 4);
        type = tag & 7;
      } else {
        this.next();
        at = this.#at;
        field = this.field;
        type = this.#type;
      }
      if (field < 32 && ((wanted >>> field) & 1) === 1) {
        this.#at = at;
        this.field = field;
        this.#type = type;
        return true;
      }
      const first = at < end ? (bytes[at] ?? 0) : 0x80;
      if (type === 2 && first < 0x80 && first < end - at) this.#at = at + 1 + first;
      else if (type === 0 && first < 0x80) this.#at = at + 1;
      else {
        this.#at = at;
        this.#type = type;
        this.skip();
      }
    }
    return false;
  }

  /** A varint as a number, exact up to 2⁵³; `high` and `low` are exact always. */
  uint(): number {
    this.#expect(0);
    return this.varint();
  }

  /** A 64-bit id in decimal, exact. */
  id(): string {
    this.#expect(0);
    return this.bareId();
  }

  /** The field's bytes, as a view on the message. */
  bytes(): Uint8Array {
    const from = this.#length();
    return this.#bytes.subarray(from, this.#at);
  }

  text(): string {
    return utf8.decode(this.bytes());
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
    else throw new WireError(`Wire type ${this.#type} is not in use`);
  }

  /** Whether bytes are left: for rows of our own, which have no tags. */
  get more(): boolean {
    return this.#at < this.#end;
  }

  /** A varint without a tag. */
  varint(): number {
    const first = this.#byte();
    if (first < 0x80) {
      this.high = 0;
      this.low = first;
      return first;
    }
    const second = this.#byte();
    let low = (first & 0x7f) | ((second & 0x7f) << 7);
    // So long are the tags and lengths that remain.
    if (second < 0x80) {
      this.high = 0;
      this.low = low;
      return low;
    }
    let high = 0;
    for (let shift = 14; ; shift += 7) {
      if (shift > 63) throw new WireError("A varint has at most ten bytes");
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) break;
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
    return this.high * HIGH + this.low;
  }

  /** A 64-bit id without a tag, in decimal. */
  bareId(): string {
    this.varint();
    return decimal(this.high, this.low);
  }

  #expect(type: number): void {
    if (this.#type !== type) throw new WireError(`Field ${this.field} has wire type ${this.#type}, not ${type}`);
  }

  /** Steps over a length-delimited field; answers where its bytes begin. */
  #length(): number {
    this.#expect(2);
    const length = this.varint();
    const from = this.#at;
    this.#advance(length);
    return from;
  }

  #advance(length: number): void {
    if (length > this.#end - this.#at) throw new WireError("The message is cut short");
    this.#at += length;
  }

  #byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (byte === undefined) throw new WireError("The message is cut short");
    this.#at += 1;
    return byte;
  }
}

/** Whole numbers of either sign as a varint likes them: 0, −1, 1, −2 become 0, 1, 2, 3. */
export const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
export const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** Writes protobuf messages and bare varints into a buffer that grows. */
export class WireWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #at = 0;

  /** Field `field` as a varint: a whole number up to 2⁵³, or a 64-bit id as bigint. */
  uint(field: number, value: number | bigint): this {
    return this.varint(field * 8).varint(value);
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint(field * 8 + 2).varint(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A varint without a tag, for packed rows of our own. */
  varint(value: number | bigint): this {
    this.#room(10);
    if (typeof value === "bigint") {
      let left = BigInt.asUintN(64, value);
      for (; left > 0x7fn; left >>= 7n) this.#bytes[this.#at++] = Number(left & 0x7fn) | 0x80;
      this.#bytes[this.#at++] = Number(left);
      return this;
    }
    let left = value;
    for (; left > 0x7f; left = Math.floor(left / 128)) this.#bytes[this.#at++] = (left % 128) | 0x80;
    this.#bytes[this.#at++] = left;
    return this;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#at;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  #room(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
