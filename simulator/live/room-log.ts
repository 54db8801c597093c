/** A room's messages in the order in which TikTok would send them: only ever appended to. */
import type { WireMessage } from "./wire.ts";

export class RoomLog {
  #kept: number;
  #messages: WireMessage[] = [];
  /** Position of the oldest message that is still kept. */
  #first = 0;

  /** `kept`: how many messages stay readable; older ones are gone, as at TikTok. */
  constructor(kept = Number.POSITIVE_INFINITY) {
    this.#kept = kept;
  }

  /** The position after the newest message: where somebody who joins now begins. */
  get end(): number {
    return this.#first + this.#messages.length;
  }

  append(messages: readonly WireMessage[]): void {
    this.#messages.push(...messages);
    // Cut rarely and much, so that appending stays cheap.
    if (this.#messages.length > 2 * this.#kept) {
      const surplus = this.#messages.length - this.#kept;
      this.#messages.splice(0, surplus);
      this.#first += surplus;
    }
  }

  /** At most `count` messages from `position` on, and the position after the last of them. */
  read(position: number, count: number): { messages: WireMessage[]; next: number } {
    const from = Math.max(0, position - this.#first);
    const messages = this.#messages.slice(from, from + count);
    return { messages, next: Math.max(position, this.#first) + messages.length };
  }
}

/** The cursor of a position, in TikTok's shape. `now` in ms since epoch. */
export const cursorOf = (position: number, now: number): string => `t-${now}_r-1_d-${position}_u-1`;

/** The position of a cursor; undefined for anything that is none. */
export const positionOf = (cursor: string): number | undefined => {
  const position = cursor.match(/^t-\d+_r-1_d-(\d+)_u-1$/)?.[1];
  return position === undefined ? undefined : Number(position);
};
