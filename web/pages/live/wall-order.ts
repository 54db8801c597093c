import { useRef } from "preact/hooks";
import type { LiveItem } from "../../../domain/live-message.ts";
import type { WallSort } from "../../state/preferences.ts";

type Compare = (a: LiveItem, b: LiveItem) => number;

const byName: Compare = (a, b) => a.displayName.localeCompare(b.displayName);

const COMPARE: Record<WallSort, Compare> = {
  diamonds: (a, b) => b.diamonds - a.diamonds || byName(a, b),
  viewers: (a, b) => (b.viewers ?? -1) - (a.viewers ?? -1) || byName(a, b),
  started: (a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : byName(a, b)),
  name: byName,
};

/**
 * The order of an earlier drawing with what ended taken out and what is new at its end: nothing
 * moves away from under a pointer.
 */
export function keepOrder(before: readonly string[], now: readonly string[]): string[] {
  const present = new Set(now);
  const kept = before.filter((id) => present.has(id));
  const known = new Set(kept);
  return [...kept, ...now.filter((id) => !known.has(id))];
}

/** Creators in the order of the wall; while `held`, the order stands still. */
export function useWallOrder(items: readonly LiveItem[], sort: WallSort, held: boolean): readonly string[] {
  const shown = useRef<{ sort: WallSort; ids: readonly string[] }>({ sort, ids: [] });
  const sorted = items.toSorted(COMPARE[sort]).map(({ creatorId }) => creatorId);
  const ids = held && shown.current.sort === sort ? keepOrder(shown.current.ids, sorted) : sorted;
  shown.current = { sort, ids };
  return ids;
}
