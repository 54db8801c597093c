import { expect, test } from "vitest";
import { KeyedHash } from "../../../durable/webcast/keyed-hash.ts";
import { hashKey } from "./recordings.ts";

const MASK = 2n ** 64n - 1n;
const rotate = (word: bigint, bits: bigint): bigint => ((word << bits) | (word >> (64n - bits))) & MASK;

/** SipHash-2-4 of whole words, written from the paper once more. */
function reference(key: Uint8Array, words: readonly bigint[]): bigint {
  const view = new DataView(key.buffer);
  const [k0, k1] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  let [a, b, c, d] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = (): void => {
    a = (a + b) & MASK;
    b = rotate(b, 13n) ^ a;
    a = rotate(a, 32n);
    c = (c + d) & MASK;
    d = rotate(d, 16n) ^ c;
    a = (a + d) & MASK;
    d = rotate(d, 21n) ^ a;
    c = (c + b) & MASK;
    b = rotate(b, 17n) ^ c;
    c = rotate(c, 32n);
  };
  for (const word of [...words, BigInt(words.length * 8) << 56n]) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
  c ^= 0xffn;
  for (let count = 0; count < 4; count++) round();
  return a ^ b ^ c ^ d;
}

const low53 = (word: bigint): number => Number(BigInt.asUintN(53, word));

test("is SipHash-2-4, by the vector of its authors", () => {
  expect(reference(hashKey, [0x0706050403020100n])).toBe(0x93f5f5799a932462n);
  expect(new KeyedHash(hashKey).person(0x07060504, 0x03020100)).toBe(low53(0x93f5f5799a932462n));
});

test("hashes streaks as the reference does", () => {
  const hash = new KeyedHash(hashKey);
  for (let word = 1n; word < 2n ** 64n; word *= 3n) {
    const [high, low] = [Number(word >> 32n), Number(word & 0xffff_ffffn)];
    const gift = (word * 7n) & MASK;
    expect(hash.streak(high, low, Number(gift >> 32n), Number(gift & 0xffff_ffffn), low, high)).toBe(
      low53(reference(hashKey, [word, gift, (BigInt(low) << 32n) | BigInt(high)])),
    );
    expect(hash.person(high, low)).toBe(low53(reference(hashKey, [word])));
  }
});

test("a person is the same by halves and in decimal, and another with another key", () => {
  const hash = new KeyedHash(hashKey);
  const id = 8_984_291_549_557_886_600n;
  expect(hash.personOf(String(id))).toBe(hash.person(Number(id >> 32n), Number(id & 0xffff_ffffn)));
  expect(hash.personOf(String(id))).not.toBe(new KeyedHash(hashKey.toReversed()).personOf(String(id)));
  expect(() => new KeyedHash(new Uint8Array(8))).toThrow(RangeError);
});
