/** Values with their times, kept sorted: nearly every insert is at the end. */
export class Timeline {
  readonly #times: number[] = [];
  readonly #weights: number[] = [];
  /** Sum of all weights. */
  total = 0;

  /** Adds `weight` (it may be negative, to take back) at `at`. */
  add(at: number, weight: number): void {
    this.total += weight;
    const index = upperBound(this.#times, at);
    if (this.#times[index - 1] === at) this.#weights[index - 1] = (this.#weights[index - 1] ?? 0) + weight;
    else {
      this.#times.splice(index, 0, at);
      this.#weights.splice(index, 0, weight);
    }
  }

  /** Sum of the weights at or before `at`. */
  until(at: number): number {
    let after = 0;
    for (let index = this.#times.length - 1; index >= 0 && (this.#times[index] ?? 0) > at; index--) {
      after += this.#weights[index] ?? 0;
    }
    return this.total - after;
  }

  /** For rising `times`, the sum of the weights at or before each. */
  sums(times: readonly number[]): number[] {
    let sum = 0;
    let index = 0;
    return times.map((at) => {
      for (; (this.#times[index] ?? Number.POSITIVE_INFINITY) <= at; index++) sum += this.#weights[index] ?? 0;
      return sum;
    });
  }
}

/**
 * Readings of one of TikTok's cumulative totals, by their createTime.
 *
 * A reading C claims that C diamonds were given until its time. What we counted until
 * then is taken off: the *shortfall*, C − counted. It is never wrong to be behind, so
 * the highest shortfall is what was missed so far. A gift changes the shortfalls of the
 * readings after it, and those are nearly always the last few: only the tail is repaired.
 */
export class Counter {
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  /** Diamonds that we counted until each reading. */
  #counted: number[] = [];
  /** Highest shortfall until each reading. */
  readonly #highest: number[] = [];

  get firstAt(): number | null {
    return this.#times[0] ?? null;
  }
  get lastAt(): number | null {
    return this.#times.at(-1) ?? null;
  }
  get first(): number {
    return this.#values[0] ?? 0;
  }
  get last(): number {
    return this.#values.at(-1) ?? 0;
  }
  get firstShortfall(): number {
    return this.first - (this.#counted[0] ?? 0);
  }
  get highestShortfall(): number {
    return this.#highest.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  /** The last reading before `at`, null without one. */
  before(at: number): number | null {
    return this.#values[lowerBound(this.#times, at) - 1] ?? null;
  }

  /** Adds a reading; false when it says nothing new. Of two at one time the higher stands. */
  add(at: number, value: number, counted: number): boolean {
    const index = upperBound(this.#times, at);
    if (this.#times[index - 1] === at) {
      if (value <= (this.#values[index - 1] ?? 0)) return false;
      this.#values[index - 1] = value;
      this.#repair(index - 1);
      return true;
    }
    this.#times.splice(index, 0, at);
    this.#values.splice(index, 0, value);
    this.#counted.splice(index, 0, counted);
    this.#highest.splice(index, 0, 0);
    this.#repair(index);
    return true;
  }

  /** A gift of `weight` diamonds at `at` was counted (or, negative, taken back). */
  shift(at: number, weight: number): void {
    let index = this.#times.length;
    for (; index > 0 && (this.#times[index - 1] ?? 0) >= at; index--) {
      this.#counted[index - 1] = (this.#counted[index - 1] ?? 0) + weight;
    }
    this.#repair(index);
  }

  /** Works everything out anew: this counter was not the one that is followed until now. */
  follow(gifts: Timeline): void {
    this.#counted = gifts.sums(this.#times);
    this.#repair(0);
  }

  /** Where shortfalls above `known` showed first, from `since` on: `put(at, diamonds)`. */
  revealed(known: number, since: number, put: (at: number, diamonds: number) => void): void {
    const from = lowerBound(this.#times, since);
    let level = Math.max(known, this.#highest[from - 1] ?? known);
    for (let index = from; index < this.#times.length; index++) {
      const highest = this.#highest[index] ?? level;
      if (highest > level) put(this.#times[index] ?? 0, highest - level);
      level = Math.max(level, highest);
    }
  }

  #repair(from: number): void {
    let highest = this.#highest[from - 1] ?? Number.NEGATIVE_INFINITY;
    for (let index = from; index < this.#times.length; index++) {
      highest = Math.max(highest, (this.#values[index] ?? 0) - (this.#counted[index] ?? 0));
      this.#highest[index] = highest;
    }
  }
}

/** Index of the first time after `at`, sought from the end: that is where it is. */
function upperBound(times: readonly number[], at: number): number {
  let index = times.length;
  while (index > 0 && (times[index - 1] ?? 0) > at) index--;
  return index;
}

/** Index of the first time at or after `at`. */
function lowerBound(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
