/** 600 requests a sliding minute and endpoint, for the whole app; no Retry-After. */
import type { Settings } from "../settings.ts";

const MINUTE_MS = 60_000;

export class RateLimit {
  #clock: () => number;
  #settings: Settings;
  /** Endpoint → times of the requests of the last minute, oldest first. */
  #taken = new Map<string, number[]>();

  constructor(clock: () => number, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** True if the request is within the limit; it then counts. A refused one does not. */
  take(endpoint: string): boolean {
    const now = this.#clock();
    const recent = (this.#taken.get(endpoint) ?? []).filter((at) => at > now - MINUTE_MS);
    const within = recent.length < this.#settings.rateLimit;
    if (within) recent.push(now);
    this.#taken.set(endpoint, recent);
    return within;
  }

  clear(): void {
    this.#taken.clear();
  }
}
