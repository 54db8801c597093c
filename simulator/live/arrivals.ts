/**
 * Which of a room's gifts got through to somebody. Kept apart from what was given, so that what is left between the
 * two is what nobody can have counted.
 */
import type { WireMessage } from "./wire.ts";

export class Arrivals {
  /** How often each gift arrived, or is on its way. Weak: what the log forgets is forgotten here. */
  readonly #sent = new WeakMap<WireMessage, number>();
  #diamonds = 0;

  /** Diamonds of the gifts that arrived or are on their way, each gift once. */
  get diamonds(): number {
    return this.#diamonds;
  }

  /** They are written to a socket that is open. */
  sent(messages: readonly WireMessage[]): void {
    for (const message of messages) {
      const times = this.#sent.get(message) ?? 0;
      if (times === 0) this.#diamonds += message.diamonds ?? 0;
      this.#sent.set(message, times + 1);
    }
  }

  /** Their socket is gone, and nobody had said to have them. */
  lost(messages: readonly WireMessage[]): void {
    for (const message of messages) {
      const times = this.#sent.get(message) ?? 0;
      if (times === 1) this.#diamonds -= message.diamonds ?? 0;
      this.#sent.set(message, times - 1);
    }
  }
}
