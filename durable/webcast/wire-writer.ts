import { bytesOf } from "./words.ts";

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
    return this.bytes(field, bytesOf(value));
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
