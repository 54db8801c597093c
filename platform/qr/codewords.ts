import { AppError } from "../../domain/app-error.ts";

/**
 * A text as the codewords of a QR code: byte mode, error correction level M, which survives 15 %
 * of damage. ISO/IEC 18004, sections 7.4 to 7.6.
 */

/** Level M by version, from 1: error correction codewords of a block, and how many blocks there are (table 9). */
const CORRECTION = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35,
  37, 38, 40, 43, 45, 47, 49,
];
const VERSIONS = CORRECTION.length;

export const sizeOf = (version: number): number => 17 + 4 * version;

/** Rows and columns in which alignment patterns have their centres (annex E). */
export function alignments(version: number): number[] {
  if (version === 1) return [];
  const many = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + many * 3 + 5) / (many * 4 - 4)) * 2;
  const from = sizeOf(version) - 7;
  return [6, ...Array.from({ length: many - 1 }, (_, at) => from - (many - 2 - at) * step)];
}

/** Codewords that fit: the modules that no pattern takes, in bytes. */
function codewordsOf(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  const many = alignments(version).length;
  if (many > 0) modules -= (25 * many - 10) * many - 55;
  if (version >= 7) modules -= 36;
  return Math.floor(modules / 8);
}

const of = (table: readonly number[], version: number): number => table[version - 1] ?? 0;

const dataCodewordsOf = (version: number): number =>
  codewordsOf(version) - of(CORRECTION, version) * of(BLOCKS, version);

/** Bits that say how long the text is. */
const lengthBits = (version: number): number => (version < 10 ? 8 : 16);

/**
 * The smallest version that holds the text, and its codewords in the order in which they are drawn.
 * @throws AppError 500 `qr_too_long` beyond 2,331 bytes
 */
export function codewordsFor(text: string): { version: number; codewords: Uint8Array } {
  const bytes = new TextEncoder().encode(text);
  for (let version = 1; version <= VERSIONS; version++) {
    if (4 + lengthBits(version) + 8 * bytes.length <= 8 * dataCodewordsOf(version))
      return { version, codewords: interleaved(dataOf(bytes, version), version) };
  }
  throw new AppError(500, "qr_too_long", `No QR code holds ${bytes.length} bytes.`);
}

function dataOf(bytes: Uint8Array, version: number): Uint8Array {
  const length = lengthBits(version);
  // 0100 is byte mode; then the length, the bytes, and a terminator of zeros up to a whole byte.
  const bits = [
    "0100",
    bytes.length.toString(2).padStart(length, "0"),
    ...Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")),
    "0000",
  ].join("");
  const data = new Uint8Array(dataCodewordsOf(version));
  const used = Math.min(Math.ceil(bits.length / 8), data.length);
  for (let at = 0; at < used; at++) data[at] = Number.parseInt(bits.slice(at * 8, at * 8 + 8).padEnd(8, "0"), 2);
  for (let at = used; at < data.length; at++) data[at] = (at - used) % 2 === 0 ? 0xec : 0x11;
  return data;
}

/** Blocks are drawn codeword by codeword in turn, so that one stain hurts each of them a little. */
function interleaved(data: Uint8Array, version: number): Uint8Array {
  const [many, correction] = [of(BLOCKS, version), of(CORRECTION, version)];
  // The first blocks may be one codeword shorter than the last ones.
  const short = Math.floor(data.length / many);
  const shortOnes = many - (data.length % many);
  const blocks = Array.from({ length: many }, (_, block) => {
    const from = block * short + Math.max(0, block - shortOnes);
    return data.subarray(from, from + short + (block < shortOnes ? 0 : 1));
  });
  const corrections = blocks.map((block) => correctionOf(block, correction));
  return Uint8Array.from([...inTurn(blocks), ...inTurn(corrections)]);
}

function* inTurn(blocks: readonly Uint8Array[]): Generator<number> {
  const longest = Math.max(...blocks.map((block) => block.length));
  for (let at = 0; at < longest; at++)
    for (const block of blocks) {
      const codeword = block[at];
      if (codeword !== undefined) yield codeword;
    }
}

/** Product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1. */
function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

/** Coefficients of (x − 2⁰)(x − 2¹)…, without the leading one. */
function generator(degree: number): Uint8Array {
  const found = new Uint8Array(degree);
  found[degree - 1] = 1;
  let root = 1;
  for (let factor = 0; factor < degree; factor++) {
    for (let at = 0; at < degree; at++) found[at] = times(found[at] ?? 0, root) ^ (found[at + 1] ?? 0);
    root = times(root, 2);
  }
  return found;
}

/** Reed–Solomon: what is left of the block over the generator. */
export function correctionOf(block: Uint8Array, degree: number): Uint8Array {
  const divisor = generator(degree);
  const rest = new Uint8Array(degree);
  for (const codeword of block) {
    const factor = codeword ^ (rest[0] ?? 0);
    rest.copyWithin(0, 1);
    rest[degree - 1] = 0;
    for (let at = 0; at < degree; at++) rest[at] = (rest[at] ?? 0) ^ times(divisor[at] ?? 0, factor);
  }
  return rest;
}
