import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { RawMessage } from "../../../durable/webcast/frames.ts";
import { WireWriter } from "../../../durable/webcast/wire-writer.ts";
import { type Field, fieldsOf } from "./by-protobuf.ts";

/** What can go wrong with a frame on its way, from a bit that turned to a server that writes another protobuf. */

const STROKES = ["flip", "cut", "splice", "drop", "double", "again", "part", "last", "value", "type"] as const;

/** Where what is read of a message stands: a stroke finds it oftener than luck would. */
const AIMED = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2],
  [3],
  [5],
  [6],
  [7],
  [7, 1],
  [8, 1],
  [8, 3],
  [11],
  [15, 11],
  [15, 12],
  [23, 1],
];
const AIMED_DEEPER = [
  [23, 8],
  [2, 1, 1],
  [2, 1, 2],
];

/** Numbers at which readers go wrong. */
const EDGES = [0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

const stroke = fc.record({
  /** Which of the frames' messages, else the one that most of a case's strokes befall. */
  elsewhere: fc.option(fc.nat(10_000), { freq: 3 }),
  /** Which of its shells: its payload, itself, the result that holds it, the frame. */
  shell: fc.constantFrom(
    "payload" as const,
    "payload" as const,
    "message" as const,
    "result" as const,
    "frame" as const,
  ),
  /** By number, else by place: the way to a field, through the messages that hold it. */
  path: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...AIMED, ...AIMED_DEEPER) },
    { weight: 1, arbitrary: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }) },
  ),
  kind: fc.constantFrom(...STROKES),
  at: fc.nat(100_000),
  number: fc.oneof(
    { weight: 2, arbitrary: fc.bigInt(0n, 300n) },
    { weight: 1, arbitrary: fc.constantFrom(...EDGES) },
    { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 64n - 1n) },
  ),
});
type Stroke = (typeof stroke extends fc.Arbitrary<infer Value> ? Value : never) & { message: number };

/** What befalls one case: most of it one message, since what goes wrong twice goes wrong otherwise. */
export const strokes = fc
  .tuple(fc.nat(10_000), fc.array(stroke, { minLength: 1, maxLength: 8 }))
  .map(([focus, list]): Stroke[] => list.map((one) => ({ ...one, message: one.elsewhere ?? focus })));

const COUNTING = new Set(["WebcastGiftMessage", "WebcastLinkMicMethod", "WebcastLinkMicFanTicketMethod"]);

/** The place of the message that is meant: every second time one that diamonds are counted by. */
function placeIn(messages: readonly RawMessage[], { message }: Stroke): number {
  const counting = messages.flatMap(({ method }, place) => (COUNTING.has(method) ? [place] : []));
  return (message % 2 === 0 ? counting[(message / 2) % counting.length] : undefined) ?? message % messages.length;
}

/** How messages are put into frames. */
export interface Packing {
  perFrame: number;
  /** Every second frame is gzip: the even ones, or the others. */
  even: boolean;
  /** Whether the shell of a message tells its msgId; if not, its Common has to. */
  named: boolean;
}

export const packings = fc.record({
  perFrame: fc.integer({ min: 1, max: 10 }),
  even: fc.boolean(),
  named: fc.boolean(),
});

/** The messages as the socket brings them, with the strokes that befell them. */
export function framesWith(
  messages: readonly RawMessage[],
  struck: readonly Stroke[],
  { perFrame, even, named }: Packing,
): Uint8Array[] {
  const befell = (shell: Stroke["shell"], first: number, many: number, bytes: Uint8Array): Uint8Array =>
    struck
      .filter((one) => one.shell === shell && Math.floor(placeIn(messages, one) / many) === first / many)
      .reduce((whole, one) => strike(whole, one.path, one, messages), bytes);
  return Array.from({ length: Math.ceil(messages.length / perFrame) }, (_, index) => {
    const first = index * perFrame;
    const result = new WireWriter();
    for (const [place, { method, msgId, payload, isHistory }] of messages.slice(first, first + perFrame).entries()) {
      const whole = new WireWriter()
        .text(1, method)
        .bytes(2, befell("payload", first + place, 1, payload))
        .uint(3, named ? msgId : 0)
        .uint(6, isHistory ? 1 : 0);
      result.bytes(1, befell("message", first + place, 1, whole.finish()));
    }
    result.text(2, `cursor-${index}`).text(5, "internal_src:dim").uint(8, 10_000).uint(9, 1);
    const payload = befell("result", first, perFrame, result.finish());
    const frame = new WireWriter()
      .uint(2, 7_400_000_000_000_000_000n)
      .text(6, "pb")
      .text(7, "msg")
      .bytes(8, (index % 2 === 0) === even ? gzipSync(payload) : payload);
    return befell("frame", first, perFrame, frame.finish());
  });
}

/** Walks the path as far as it leads; the lengths of what lies around the stroke stay true. */
function strike(
  bytes: Uint8Array,
  [step = 0, ...deeper]: readonly number[],
  one: Stroke,
  others: readonly RawMessage[],
): Uint8Array {
  const fields = readable(bytes);
  if (one.kind === "again") return joined(bytes, nested([step, ...deeper], one.number));
  const field =
    fields.filter(({ number }) => number === step).at(one.at % 2 === 0 ? 0 : -1) ?? fields[step % fields.length];
  if (field === undefined) return BYTES.flip(bytes, one);
  if (one.kind === "part" && field.type === 2) return parted(bytes, field, one);
  if (deeper.length > 0 && field.type === 2) {
    const inner = strike(bytes.subarray(field.value, field.to), deeper, one, others);
    return joined(bytes.subarray(0, field.from), lengthDelimited(field.number, inner), bytes.subarray(field.to));
  }
  const { kind } = one;
  if (kind === "flip" || kind === "cut") return BYTES[kind](bytes, one);
  if (kind === "splice" || kind === "part") return splice(bytes, one, others);
  return FIELDS[kind](bytes, field, one);
}

const BYTES = {
  flip(bytes: Uint8Array, { at }: Stroke): Uint8Array {
    const flipped = Uint8Array.from(bytes);
    const place = (at >> 3) % Math.max(1, bytes.length);
    if (bytes.length > 0) flipped[place] = (flipped[place] ?? 0) ^ (1 << (at & 7));
    return flipped;
  },
  cut: (bytes: Uint8Array, { at }: Stroke): Uint8Array => bytes.subarray(0, at % (bytes.length + 1)),
};

/** A field of another message comes between: whole, so that it is read as one of this. */
function splice(bytes: Uint8Array, { at, message }: Stroke, others: readonly RawMessage[]): Uint8Array {
  const other = others[at % others.length]?.payload ?? bytes;
  const fields = readable(other);
  const field = fields[message % Math.max(1, fields.length)];
  const places = [0, ...readable(bytes).map(({ to }) => to)];
  const place = places[at % places.length] ?? 0;
  return joined(bytes.subarray(0, place), other.subarray(field?.from, field?.to), bytes.subarray(place));
}

const FIELDS = {
  drop: (bytes: Uint8Array, { from, to }: Field) => joined(bytes.subarray(0, from), bytes.subarray(to)),
  /** It comes a second time, with another value where it is a number. */
  double: (bytes: Uint8Array, field: Field, { number }: Stroke) =>
    joined(
      bytes,
      field.type === 0 ? new WireWriter().uint(field.number, number).finish() : bytes.subarray(field.from, field.to),
    ),
  last: (bytes: Uint8Array, { from, to }: Field) =>
    joined(bytes.subarray(0, from), bytes.subarray(to), bytes.subarray(from, to)),
  /** A number becomes another; so does a length, which then is not true any more. */
  value: (bytes: Uint8Array, { number, type, from, value, to }: Field, stroke: Stroke) =>
    joined(
      bytes.subarray(0, from),
      new WireWriter()
        .varint(number * 8 + type)
        .varint(stroke.number)
        .finish(),
      bytes.subarray(type === 0 ? to : value),
    ),
  type: (bytes: Uint8Array, { number, from, value }: Field, { at }: Stroke) =>
    joined(bytes.subarray(0, from), new WireWriter().varint(number * 8 + (at % 8)).finish(), bytes.subarray(value)),
};

function readable(bytes: Uint8Array): Field[] {
  try {
    return fieldsOf(bytes);
  } catch {
    return [];
  }
}

/** A message in two halves, of which protobuf says that they are one. */
function parted(bytes: Uint8Array, { number, from, value, to }: Field, { at }: Stroke): Uint8Array {
  const inner = bytes.subarray(value, to);
  const seams = readable(inner).map((field) => field.to);
  const seam = seams[at % Math.max(1, seams.length)] ?? 0;
  const halves = [inner.subarray(0, seam), inner.subarray(seam)].map((half) => lengthDelimited(number, half));
  return joined(bytes.subarray(0, from), ...halves, bytes.subarray(to));
}

/** A number, in the messages that the path leads through. */
function nested([step = 1, ...deeper]: readonly number[], number: bigint): Uint8Array {
  const writer = new WireWriter();
  return (deeper.length === 0 ? writer.uint(step, number) : writer.bytes(step, nested(deeper, number))).finish();
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const lengthDelimited = (number: number, inner: Uint8Array): Uint8Array =>
  new WireWriter().bytes(number, inner).finish();
