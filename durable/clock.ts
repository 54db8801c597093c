import type { DurableEnv } from "./env.ts";

/** The timers that a tester may shorten (`SYNC_EVERY_SECONDS`, …), in ms. */
export interface Clock {
  /** A connection is synced this often, ± 20 %. */
  syncEveryMs: number;
  /** How often a creator who is not LIVE is looked for. */
  liveCheckMs: number;
  /** A LIVE socket that is silent this long is dead. */
  liveStaleMs: number;
}

const ms = (seconds: string | undefined, usual: number): number => {
  const given = Number(seconds);
  return (Number.isFinite(given) && given > 0 ? given : usual) * 1000;
};

export const clockOf = (env: DurableEnv): Clock => ({
  syncEveryMs: ms(env.SYNC_EVERY_SECONDS, 6 * 3600),
  liveCheckMs: ms(env.LIVE_CHECK_SECONDS, 60),
  liveStaleMs: ms(env.LIVE_STALE_SECONDS, 60),
});

/** `every` ± 20 %, so that what began together does not stay together. */
export const jittered = (every: number, random: () => number = Math.random): number => every * (0.8 + 0.4 * random());
