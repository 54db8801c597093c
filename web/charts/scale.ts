import { nice, ticks } from "d3-array";

/** From a value to CSS pixels. */
export type Scale = (value: number) => number;

export function linear([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const span = to - from;
  return (value) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start));
}

export interface Axis {
  scale: Scale;
  ticks: readonly number[];
}

/** A vertical axis over the values, in round numbers; `fromZero` for what must not exaggerate. */
export function verticalAxis(
  values: readonly number[],
  { top, bottom, many, fromZero }: { top: number; bottom: number; many: number; fromZero: boolean },
): Axis {
  const low = fromZero ? 0 : Math.min(...values);
  const high = Math.max(...values, fromZero ? 1 : Number.NEGATIVE_INFINITY);
  const room = high === low ? Math.max(1, Math.abs(high) * 0.02) : 0;
  const [start, end] = nice(low - room, high + room, many);
  return { scale: linear([start, end], [bottom, top]), ticks: ticks(start, end, many) };
}
