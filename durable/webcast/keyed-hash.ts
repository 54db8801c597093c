/**
 * Keyed hashes of persons and of their streaks: SipHash-2-4 (Aumasson and Bernstein, 2012),
 * cut to the 53 bits that a number holds. Whoever lacks the key can neither turn one
 * back into a person nor find the same person in two LIVEs; the key dies with its session.
 */
export class KeyedHash {
  readonly #key: readonly [number, number, number, number];
  /** The words to be hashed, each as two halves, the low one first. */
  readonly #message = new Int32Array(8);
  /** The host is asked for again and again. */
  #last = { high: 0, low: 0, hash: 0, known: false };

  /** @param key 16 random bytes, kept as long as the session's journal */
  constructor(key: Uint8Array) {
    if (key.length !== 16) throw new RangeError(`A hash key has 16 bytes, not ${key.length}`);
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#key = [view.getInt32(0, true), view.getInt32(4, true), view.getInt32(8, true), view.getInt32(12, true)];
  }

  /** A person by the two halves of the 64-bit id. */
  person(high: number, low: number): number {
    const last = this.#last;
    if (last.known && last.high === high && last.low === low) return last.hash;
    this.#put(0, high, low);
    const hash = this.#sum(1);
    this.#last = { high, low, hash, known: true };
    return hash;
  }

  /** A person by the id in decimal. */
  personOf(id: string): number {
    const long = BigInt.asUintN(64, BigInt(id));
    return this.person(Number(long >> 32n), Number(long & 0xffff_ffffn));
  }

  /** A streak: who, which gift, which group; two halves each. */
  streak(
    userHigh: number,
    userLow: number,
    giftHigh: number,
    giftLow: number,
    groupHigh: number,
    groupLow: number,
  ): number {
    this.#put(0, userHigh, userLow);
    this.#put(1, giftHigh, giftLow);
    this.#put(2, groupHigh, groupLow);
    return this.#sum(3);
  }

  #put(word: number, high: number, low: number): void {
    this.#message[word * 2] = low;
    this.#message[word * 2 + 1] = high;
  }

  /**
   * The hash of the first `count` words. The paper's v0 to v3 are a to d, their high
   * halves the doubled letters.
   */
  #sum(count: number): number {
    const [k0, k1, k2, k3] = this.#key;
    let a = k0 ^ 0x70736575;
    let aa = k1 ^ 0x736f6d65;
    let b = k2 ^ 0x6e646f6d;
    let bb = k3 ^ 0x646f7261;
    let c = k0 ^ 0x6e657261;
    let cc = k1 ^ 0x6c796765;
    let d = k2 ^ 0x79746573;
    let dd = k3 ^ 0x74656462;
    // One more word holds the length in bytes, in its highest byte. Each word is taken
    // into d, stirred for two rounds and taken into a; four rounds finish.
    this.#put(count, (count * 8) << 24, 0);
    const stirred = (count + 1) * 2;
    for (let round = 0; round < stirred + 4; round++) {
      if (round === stirred) c ^= 0xff;
      else if (round < stirred && round % 2 === 0) {
        d ^= this.#message[round] ?? 0;
        dd ^= this.#message[round + 1] ?? 0;
      }

      a = (a + b) | 0;
      aa = (aa + bb + carried(a, b)) | 0;
      let keep = b;
      b = ((b << 13) | (bb >>> 19)) ^ a;
      bb = ((bb << 13) | (keep >>> 19)) ^ aa;
      keep = a;
      a = aa;
      aa = keep;

      c = (c + d) | 0;
      cc = (cc + dd + carried(c, d)) | 0;
      keep = d;
      d = ((d << 16) | (dd >>> 16)) ^ c;
      dd = ((dd << 16) | (keep >>> 16)) ^ cc;

      a = (a + d) | 0;
      aa = (aa + dd + carried(a, d)) | 0;
      keep = d;
      d = ((d << 21) | (dd >>> 11)) ^ a;
      dd = ((dd << 21) | (keep >>> 11)) ^ aa;

      c = (c + b) | 0;
      cc = (cc + bb + carried(c, b)) | 0;
      keep = b;
      b = ((b << 17) | (bb >>> 15)) ^ c;
      bb = ((bb << 17) | (keep >>> 15)) ^ cc;
      keep = c;
      c = cc;
      cc = keep;

      if (round < stirred && round % 2 === 1) {
        a ^= this.#message[round - 1] ?? 0;
        aa ^= this.#message[round] ?? 0;
      }
    }
    return ((aa ^ bb ^ cc ^ dd) & 0x1f_ffff) * 4_294_967_296 + ((a ^ b ^ c ^ d) >>> 0);
  }
}

/** 1 when adding `other` to something came out as `sum`, both 32 bits, and went past them. */
const carried = (sum: number, other: number): number => (sum >>> 0 < other >>> 0 ? 1 : 0);
