/** An account's numbers at a moment: functions of (account, hour), so that a restart changes none. */
import type { Account } from "../accounts.ts";
import { wander } from "../random.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 1);

export interface Counts {
  followers: number;
  following: number;
  likes: number;
}

/** Days since 1 January 2026, in whole hours: numbers stand still within an hour. */
const daysAt = (now: number): number => (Math.floor(now / HOUR_MS) * HOUR_MS - START) / DAY_MS;

/**
 * A trend, a wander of weeks and a wobble of days: most days rise, some fall.
 * Likes are counted up only, as people rarely take one back.
 */
export const countsAt = (account: Account, now: number): Counts => {
  const days = daysAt(now);
  const pace = Math.abs(account.growth);
  const followers =
    account.followers +
    account.growth * days +
    pace * 9 * wander(`weeks:${account.handle}`, days / 11) +
    pace * 1.6 * wander(`days:${account.handle}`, days);
  const likesADay = pace * account.likesPerFollower;
  const likes =
    account.followers * account.likesPerFollower +
    likesADay * days +
    likesADay * 0.4 * wander(`likes:${account.handle}`, days / 2);
  return {
    followers: Math.max(0, Math.round(followers)),
    following: Math.max(0, account.following + Math.round(4 * wander(`following:${account.handle}`, days / 9))),
    likes: Math.max(0, Math.round(likes)),
  };
};
