import type { FollowersOfDay } from "../../domain/records/tiktok.ts";

const DAY_MS = 86_400_000;

/** Every day from the first snapshot to the last; days without one are null, in their place. */
export function everyDay(snapshots: readonly FollowersOfDay[]): FollowersOfDay[] {
  const known = new Map(snapshots.map(({ date, followers }) => [date, followers]));
  const first = snapshots.at(0)?.date;
  const last = snapshots.at(-1)?.date;
  if (!first || !last) return [];
  const days: FollowersOfDay[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    const date = new Date(at).toISOString().slice(0, 10);
    days.push({ date, followers: known.get(date) ?? null });
  }
  return days;
}

/** Last minus first snapshot of the latest `window` days; null with fewer than two. */
export function netFollowers(days: readonly FollowersOfDay[], window: number): number | null {
  const known = days.slice(-window).flatMap(({ followers }) => (followers === null ? [] : [followers]));
  const [first] = known;
  const last = known.at(-1);
  return known.length < 2 || first === undefined || last === undefined ? null : last - first;
}
