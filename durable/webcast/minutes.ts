import { type Interval, lengthWithin } from "../../domain/metrics/hours.ts";
import type { SeenMinute } from "../../domain/metrics/viewers.ts";
import { CURVE_STEPS, type CurveStep } from "../../domain/records/tiktok.ts";
import { WireError, WireReader } from "./wire.ts";
import { unzigzag, WireWriter, zigzag } from "./wire-writer.ts";

export const MINUTE_STATES = ["covered", "paused", "gap"] as const;
export type MinuteState = (typeof MINUTE_STATES)[number];

/** One minute of a LIVE's curve; of an old LIVE's, one hour (`hours.ts`). */
export interface SessionMinute {
  /** Its start, ms since epoch; a multiple of its length. */
  at: number;
  /** Time-weighted average with one decimal; null where nothing was seen. */
  viewers: number | null;
  /** What this minute added; all minutes add up to diamondsTracked. */
  diamonds: number;
  state: MinuteState;
}

/** A whole curve, without a hole. */
export interface Curve {
  /** Seconds that each of `minutes` lasts. */
  step: CurveStep;
  minutes: SessionMinute[];
}

const MINUTE = 60_000;

/** A moment's minute, counted from the epoch. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE);

/** The curve from `from` to `until`, stretched to the minutes that brought diamonds. */
export function minutesOf(
  { from, to: until }: Interval,
  seen: ReadonlyMap<number, SeenMinute>,
  diamonds: ReadonlyMap<number, number>,
  pauses: readonly Interval[],
): SessionMinute[] {
  const first = Math.min(minuteOf(from), ...diamonds.keys());
  const last = Math.max(minuteOf(until), ...diamonds.keys());
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const minute = first + index;
    const at = minute * MINUTE;
    const { viewerMs, coveredMs } = seen.get(minute) ?? { viewerMs: 0, coveredMs: 0 };
    const pausedMs = lengthWithin(pauses, { from: at, to: at + MINUTE });
    return {
      at,
      viewers: coveredMs === 0 ? null : Math.round((viewerMs / coveredMs) * 10) / 10,
      diamonds: diamonds.get(minute) ?? 0,
      state: coveredMs > 0 && coveredMs >= pausedMs ? "covered" : pausedMs > 0 ? "paused" : "gap",
    };
  });
}

/** By the length of its entries, how a packed curve begins: it says by itself what it holds. */
const PACKING = { 60: 1, 3600: 2 } as const satisfies Record<CurveStep, number>;
const HAS_VIEWERS = 4;
const HAS_DIAMONDS = 8;
const RUN = 16;
/** Two months: a broken row shall not fill the memory. */
const MOST_MINUTES = 86_400;

/**
 * The curve as D1 keeps it: three to five bytes a minute, and a stretch of minutes that
 * hold nothing takes no more than one.
 * @param minutes without a hole, as `LiveSession.minutes` gives them
 * @param step how long each is, seconds
 */
export function packMinutes(minutes: readonly SessionMinute[], step: CurveStep = 60): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter().varint(PACKING[step]).varint((minutes[0]?.at ?? 0) / (step * 1000));
  let viewersBefore = 0;
  for (let index = 0; index < minutes.length; index++) {
    const minute = minutes[index];
    if (minute === undefined) continue;
    const { viewers, diamonds, state } = minute;
    let head = MINUTE_STATES.indexOf(state);
    if (viewers !== null) head += HAS_VIEWERS;
    if (diamonds !== 0) head += HAS_DIAMONDS;
    if (head < HAS_VIEWERS) {
      for (; isEmpty(minutes[index + 1], state); index++) head += RUN;
    }
    writer.varint(head);
    if (viewers !== null) {
      const tenths = Math.round(viewers * 10);
      writer.varint(zigzag(tenths - viewersBefore));
      viewersBefore = tenths;
    }
    if (diamonds !== 0) writer.varint(diamonds);
  }
  return writer.finish();
}

const isEmpty = (minute: SessionMinute | undefined, state: MinuteState): boolean =>
  minute?.state === state && minute.viewers === null && minute.diamonds === 0;

/** @throws WireError for bytes that `packMinutes` did not write. */
export const unpackMinutes = (packed: Uint8Array): SessionMinute[] => unpackCurve(packed).minutes;

/** A column of D1's that holds a packed curve, as D1 answers it. */
export type CurveColumn = ArrayBuffer | number[] | null;

/** The curve of a session's row; of a row that has none yet, an empty one. @throws as `unpackMinutes` */
export const curveOf = (column: CurveColumn): Curve =>
  column === null ? { step: 60, minutes: [] } : unpackCurve(new Uint8Array(column));

function unpackCurve(packed: Uint8Array): Curve {
  const wire = new WireReader(packed);
  const packing = wire.varint();
  const step = CURVE_STEPS.find((seconds) => PACKING[seconds] === packing);
  if (step === undefined) throw new WireError("These minutes are packed in another way");
  const minutes: SessionMinute[] = [];
  let place = wire.varint();
  let tenths = 0;
  while (wire.more) {
    const head = wire.varint();
    const state = MINUTE_STATES[head & 3];
    if (state === undefined) throw new WireError("A minute has no such state");
    if ((head & HAS_VIEWERS) !== 0) tenths += unzigzag(wire.varint());
    const viewers = (head & HAS_VIEWERS) === 0 ? null : tenths / 10;
    const diamonds = (head & HAS_DIAMONDS) === 0 ? 0 : wire.varint();
    const run = Math.floor(head / RUN) + 1;
    if (minutes.length + run > MOST_MINUTES) throw new WireError("No LIVE has so many minutes");
    for (let left = run; left > 0; left--) {
      minutes.push({ at: place * step * 1000, viewers, diamonds, state });
      place += 1;
    }
  }
  return { step, minutes };
}
