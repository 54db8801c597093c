import { alignments, codewordsFor, sizeOf } from "./codewords.ts";

/**
 * A QR code, Model 2 (ISO/IEC 18004), level M. Drawn on the server: what a page draws is a path,
 * never a picture of somebody else's and never a secret sent elsewhere to be drawn.
 */

/** Modules a side, and the dark ones as an SVG path in modules, without the quiet zone of four around it. */
export interface QrCode {
  size: number;
  path: string;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** The modules of a symbol: whether each is dark, and whether a pattern has it, so that no mask turns it. */
class Modules {
  readonly size: number;
  readonly #dark: Uint8Array;
  readonly #fixed: Uint8Array;

  constructor(size: number, from?: Modules) {
    this.size = size;
    this.#dark = from ? from.#dark.slice() : new Uint8Array(size * size);
    this.#fixed = from ? from.#fixed : new Uint8Array(size * size);
  }

  copy = (): Modules => new Modules(this.size, this);
  isDark = (x: number, y: number): boolean => this.#dark[y * this.size + x] === 1;
  isFixed = (x: number, y: number): boolean => this.#fixed[y * this.size + x] === 1;

  set(x: number, y: number, dark: boolean): void {
    this.#dark[y * this.size + x] = dark ? 1 : 0;
  }

  fix(x: number, y: number, dark: boolean): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
    this.set(x, y, dark);
    this.#fixed[y * this.size + x] = 1;
  }

  /** Each row and each column as a text of zeros and ones. */
  *lines(): Generator<string> {
    const along = Array.from({ length: this.size }, (_, at) => at);
    for (const one of along) {
      yield along.map((x) => Number(this.isDark(x, one))).join("");
      yield along.map((y) => Number(this.isDark(one, y))).join("");
    }
  }
}

/** Draws a text. @throws AppError 500 `qr_too_long` */
export function qrCode(text: string): QrCode {
  const { version, codewords } = codewordsFor(text);
  const plain = new Modules(sizeOf(version));
  drawPatterns(plain, version);
  drawCodewords(plain, codewords);
  const masked = MASKS.map((_, mask) => withMask(plain, mask));
  // Any of the eight can be read; the standard wants the one that a scanner reads most easily.
  const best = masked.reduce((one, other) => (penaltyOf(other) < penaltyOf(one) ? other : one));
  return { size: best.size, path: pathOf(best) };
}

function drawPatterns(modules: Modules, version: number): void {
  const { size } = modules;
  for (let at = 0; at < size; at++) {
    modules.fix(6, at, at % 2 === 0);
    modules.fix(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    drawSquares(modules, x, y, 4, (ring) => ring !== 2 && ring !== 4);
  const centres = alignments(version);
  const last = centres.length - 1;
  for (const [row, y] of centres.entries())
    for (const [column, x] of centres.entries()) {
      const onFinder = (row === 0 && (column === 0 || column === last)) || (row === last && column === 0);
      if (!onFinder) drawSquares(modules, x, y, 2, (ring) => ring !== 1);
    }
  drawFormat(modules, 0);
  if (version >= 7) drawVersion(modules, version);
}

/** Squares inside one another around a centre. */
function drawSquares(modules: Modules, x: number, y: number, rings: number, dark: (ring: number) => boolean): void {
  for (let dy = -rings; dy <= rings; dy++)
    for (let dx = -rings; dx <= rings; dx++) modules.fix(x + dx, y + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
}

/** The remainder of a BCH code: `bits` bits of it for `value`. */
function remainder(value: number, bits: number, divisor: number): number {
  let rest = value;
  for (let step = 0; step < bits; step++) rest = (rest << 1) ^ ((rest >> (bits - 1)) * divisor);
  return rest;
}

/** Level and mask, twice, around the finders (section 7.9). Level M is 00. */
function drawFormat(modules: Modules, mask: number): void {
  const bits = ((mask << 10) | remainder(mask, 10, 0x537)) ^ 0x5412;
  const bit = (at: number): boolean => ((bits >> at) & 1) === 1;
  const { size } = modules;
  for (let at = 0; at < 15; at++) {
    // Along the left finder: down column 8 and, from the corner on, back along row 8; both step over the timing.
    const [x, y] = at < 8 ? [8, at < 6 ? at : at + 1] : [at === 8 ? 7 : 14 - at, 8];
    modules.fix(x, y, bit(at));
    if (at < 8) modules.fix(size - 1 - at, 8, bit(at));
    else modules.fix(8, size - 15 + at, bit(at));
  }
  modules.fix(8, size - 8, true);
}

/** From version 7 on, twice (section 7.10). */
function drawVersion(modules: Modules, version: number): void {
  const bits = (version << 12) | remainder(version, 12, 0x1f25);
  for (let at = 0; at < 18; at++) {
    const dark = ((bits >> at) & 1) === 1;
    const [far, near] = [modules.size - 11 + (at % 3), Math.floor(at / 3)];
    modules.fix(far, near, dark);
    modules.fix(near, far, dark);
  }
}

/** Two columns at a time from the right, up and down in turn, over what no pattern has. */
function drawCodewords(modules: Modules, codewords: Uint8Array): void {
  const { size } = modules;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    // The column of the timing pattern is left out.
    if (right === 6) right = 5;
    const upwards = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const y = upwards ? size - 1 - step : step;
        if (modules.isFixed(x, y)) continue;
        modules.set(x, y, (((codewords[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1);
        at += 1;
      }
  }
}

function withMask(plain: Modules, mask: number): Modules {
  const masked = plain.copy();
  const turns = MASKS[mask] ?? (() => false);
  for (let y = 0; y < masked.size; y++)
    for (let x = 0; x < masked.size; x++)
      if (!masked.isFixed(x, y)) masked.set(x, y, masked.isDark(x, y) !== turns(x, y));
  drawFormat(masked, mask);
  return masked;
}

/** How hard a symbol is to read (section 7.8.3): long runs, blocks, what looks like a finder, too much of one colour. */
function penaltyOf(modules: Modules): number {
  const { size } = modules;
  let penalty = 0;
  for (const line of modules.lines()) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2;
    // The quiet zone counts as light; matches may share modules.
    penalty += 40 * [...`0000${line}0000`.matchAll(/(?=10111010000|00001011101)/g)].length;
  }
  let dark = 0;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const here = modules.isDark(x, y);
      if (here) dark += 1;
      if (x === 0 || y === 0) continue;
      if ([modules.isDark(x - 1, y), modules.isDark(x, y - 1), modules.isDark(x - 1, y - 1)].every((m) => m === here))
        penalty += 3;
    }
  return penalty + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}

/** Each run of dark modules in a row is one rectangle. */
function pathOf(modules: Modules): string {
  let path = "";
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++) {
      if (!modules.isDark(x, y)) continue;
      let run = 1;
      while (x + run < modules.size && modules.isDark(x + run, y)) run += 1;
      path += `M${x} ${y}h${run}v1h-${run}z`;
      x += run;
    }
  return path;
}
