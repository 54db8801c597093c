/** From `from` up to, not including, `to`; ms since epoch. */
export interface Interval {
  from: number;
  to: number;
}

/** A LIVE of one room: its time and the pauses in it. */
export interface StreamedSession extends Interval {
  pauses: readonly Interval[];
}

/** Parts of a LIVE no further apart than this belong together: the connection was renewed. */
export const STITCH_MS = 10 * 60_000;

/** The same time as disjoint intervals in their order; empty ones are dropped. */
export const union = (intervals: readonly Interval[]): Interval[] => merge(intervals, 0);

/** Parts of the same LIVE, with the holes of reconnects (10 min at most) closed. */
export const stitched = (parts: readonly Interval[], within = STITCH_MS): Interval[] => merge(parts, within);

function merge(intervals: readonly Interval[], within: number): Interval[] {
  const merged: Interval[] = [];
  const rising = intervals.filter(({ from, to }) => to > from).toSorted((a, b) => a.from - b.from);
  for (const { from, to } of rising) {
    const last = merged.at(-1);
    if (last !== undefined && from - last.to <= within) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** What is left of `whole` when `holes` are cut out of it, in its order. */
export function without(whole: Interval, holes: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let from = whole.from;
  for (const hole of union(holes)) {
    if (hole.to <= from) continue;
    if (hole.from >= whole.to) break;
    if (hole.from > from) left.push({ from, to: hole.from });
    from = hole.to;
  }
  if (from < whole.to) left.push({ from, to: whole.to });
  return left;
}

/** Milliseconds of intervals that do not overlap. */
export const lengthOf = (disjoint: readonly Interval[]): number =>
  disjoint.reduce((sum, { from, to }) => sum + to - from, 0);

/** Milliseconds of disjoint intervals inside `span`. */
export const lengthWithin = (disjoint: readonly Interval[], span: Interval): number =>
  disjoint.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);

/** When a creator streamed: the union of the sessions without their pauses. */
export const streamedTime = (sessions: readonly StreamedSession[]): Interval[] =>
  union(sessions.flatMap((session) => without(session, session.pauses)));

/** Hours streamed, in ms: an hour in two sessions at once is one hour. */
export const streamedMs = (sessions: readonly StreamedSession[]): number => lengthOf(streamedTime(sessions));
