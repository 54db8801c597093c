import type { Interval } from "./hours.ts";

/** Silence longer than this is a gap: nobody knows how many watched. */
export const GAP_MS = 120_000;

const MINUTE = 60_000;

/** What was seen of one minute: the integral of the viewers over the time seen, and that time. */
export interface SeenMinute {
  viewerMs: number;
  coveredMs: number;
}

/**
 * The viewers of one LIVE over time. A sample holds until the next one; the last sample
 * before a gap, a pause or the end counts 0 s. Samples may come in any order and more
 * than once: a sample in the middle takes its neighbours' stretch back and lays two new
 * ones, so that adding one costs the same however long the LIVE is.
 */
export class ViewerCurve {
  readonly #times: number[] = [];
  readonly #viewers: number[] = [];
  #pauses: readonly Interval[] = [];
  #end = Number.POSITIVE_INFINITY;
  /** ∫ viewers dt and time, whole ms: sums and differences of them are exact. */
  #viewerMs = 0;
  #coveredMs = 0;
  #minutes = new Map<number, SeenMinute>();
  #peak: { viewers: number; at: number } | null = null;
  /** Undefined when it has to be sought again. */
  #gapEnd: number | null | undefined = null;

  get coveredMs(): number {
    return this.#coveredMs;
  }

  /** Time-weighted; null when nothing was covered. */
  get average(): number | null {
    return this.#coveredMs === 0 ? null : this.#viewerMs / this.#coveredMs;
  }

  /** The highest sample while live, and when it was first reached. */
  get peak(): { viewers: number; at: number } | null {
    return this.#peak;
  }

  /** The latest sample while live. */
  get latest(): { viewers: number; at: number } | null {
    for (let index = this.#times.length - 1; index >= 0; index--) {
      const at = this.#at(index);
      if (this.#isLive(at)) return { viewers: this.#viewers[index] ?? 0, at };
    }
    return null;
  }

  /** By the minute's number (ms ÷ 60,000). A minute that is not there was not seen. */
  get minutes(): ReadonlyMap<number, SeenMinute> {
    return this.#minutes;
  }

  /** When the last gap between two samples ended; null without one. */
  get lastGapEnd(): number | null {
    if (this.#gapEnd === undefined) {
      let index = this.#times.length - 1;
      while (index > 0 && !this.#isGap(index)) index--;
      this.#gapEnd = index > 0 ? this.#at(index) : null;
    }
    return this.#gapEnd;
  }

  /**
   * @param at ms since epoch
   * @returns false for a sample that was there already; of two at one time the higher stands
   */
  add(at: number, viewers: number): boolean {
    let index = this.#times.length;
    while (index > 0 && this.#at(index - 1) > at) index--;
    if (index > 0 && this.#at(index - 1) === at) {
      if (viewers <= (this.#viewers[index - 1] ?? 0)) return false;
      this.#lay(index - 1, -1);
      this.#viewers[index - 1] = viewers;
      this.#lay(index - 1, 1);
      this.#climb(index - 1);
      return true;
    }
    this.#lay(index - 1, -1);
    this.#times.splice(index, 0, at);
    this.#viewers.splice(index, 0, viewers);
    this.#lay(index - 1, 1);
    this.#lay(index, 1);
    this.#climb(index);
    if (index < this.#times.length - 1) this.#gapEnd = undefined;
    else if (this.#isGap(index)) this.#gapEnd = at;
    return true;
  }

  /** Says when the LIVE was paused and when it ended; what was laid is worked out anew. */
  bound(pauses: readonly Interval[], end: number | null): void {
    this.#pauses = pauses;
    this.#end = end ?? Number.POSITIVE_INFINITY;
    this.#viewerMs = 0;
    this.#coveredMs = 0;
    this.#minutes = new Map();
    this.#peak = null;
    this.#gapEnd = undefined;
    for (let index = 0; index < this.#times.length; index++) {
      this.#lay(index, 1);
      this.#climb(index);
    }
  }

  #at(index: number): number {
    return this.#times[index] ?? Number.NaN;
  }

  #isLive(at: number): boolean {
    return at <= this.#end && !this.#pauses.some((pause) => at >= pause.from && at < pause.to);
  }

  /** Whether a pause touches the stretch between two samples. */
  #isBroken(from: number, to: number): boolean {
    return this.#pauses.some((pause) => pause.from <= to && pause.to > from);
  }

  /** Whether nobody knows how many watched between sample `index` and the one before. */
  #isGap(index: number): boolean {
    const to = this.#at(index);
    const from = this.#at(index - 1);
    return to - from > GAP_MS && this.#isLive(from) && this.#isLive(to) && !this.#isBroken(from, to);
  }

  /** Adds (1) or takes back (−1) the stretch that sample `index` holds. */
  #lay(index: number, sign: 1 | -1): void {
    const to = this.#times[index + 1];
    if (index < 0 || to === undefined) return;
    const from = this.#at(index);
    if (to - from > GAP_MS || to > this.#end || this.#isBroken(from, to)) return;
    const viewers = this.#viewers[index] ?? 0;
    this.#viewerMs += sign * viewers * (to - from);
    this.#coveredMs += sign * (to - from);
    for (let at = from; at < to; ) {
      const minute = Math.floor(at / MINUTE);
      const until = Math.min(to, (minute + 1) * MINUTE);
      const seen = this.#minutes.get(minute) ?? { viewerMs: 0, coveredMs: 0 };
      seen.viewerMs += sign * viewers * (until - at);
      seen.coveredMs += sign * (until - at);
      this.#minutes.set(minute, seen);
      at = until;
    }
  }

  #climb(index: number): void {
    const at = this.#at(index);
    const viewers = this.#viewers[index] ?? 0;
    if (!this.#isLive(at)) return;
    const peak = this.#peak;
    if (peak === null || viewers > peak.viewers || (viewers === peak.viewers && at < peak.at)) {
      this.#peak = { viewers, at };
    }
  }
}
