import type { CreatorId } from "../../domain/ids.ts";
import type { LiveItem, LiveMessage, LiveMove } from "../../domain/live-message.ts";

/** What a tick asks of the switchboard. */
export interface TickSource {
  itemOf(creatorId: CreatorId): LiveItem | null;
  /** The figures of everybody whom `sees` lets through. */
  totals(sees: Sees): LiveMessage & { type: "totals" };
}

export type Sees = (creatorId: CreatorId) => boolean;

/** What happened since the last tick, gathered: however often a LIVE moved, it is told once. */
export class Tick {
  readonly #source: TickSource;
  readonly #said: (LiveMessage & { creatorId: string })[] = [];
  readonly #moved = new Set<CreatorId>();
  #totalled = false;
  /** Each LIVE as every viewer who keeps up has it. */
  readonly #shown: Map<CreatorId, LiveItem>;

  constructor(source: TickSource, shown: Map<CreatorId, LiveItem>) {
    this.#source = source;
    this.#shown = shown;
  }

  get empty(): boolean {
    return this.#said.length === 0 && this.#moved.size === 0 && !this.#totalled;
  }

  moved(creatorId: CreatorId): void {
    this.#moved.add(creatorId);
  }

  totalled(): void {
    this.#totalled = true;
  }

  say(message: LiveMessage & { creatorId: string }): void {
    this.#said.push(message);
  }

  /** Whole messages, as a client of the plain contract wants them. */
  whole(sees: Sees): LiveMessage[] {
    return this.#told(sees, (item) => ({ type: "live", ...item }));
  }

  /** The same, less what a viewer who keeps up has on the screen already. */
  changes(sees: Sees): (LiveMessage | LiveMove)[] {
    return this.#told<LiveMessage | LiveMove>(sees, (item) => {
      const before = this.#shown.get(item.creatorId as CreatorId);
      return before?.sessionId === item.sessionId ? difference(before, item) : { type: "live", ...item };
    });
  }

  /** Everybody who keeps up has it now. */
  done(): void {
    for (const creatorId of this.#moved) {
      const item = this.#source.itemOf(creatorId);
      if (item) this.#shown.set(creatorId, item);
    }
    for (const { type, creatorId } of this.#said)
      if (type === "ended" || type === "removed") this.#shown.delete(creatorId as CreatorId);
  }

  #told<Message>(sees: Sees, move: (item: LiveItem) => Message): (LiveMessage | Message)[] {
    const messages: (LiveMessage | Message)[] = this.#said.filter(
      // A creator who is gone belongs to nobody any more; the id alone says nothing.
      ({ type, creatorId }) => type === "removed" || sees(creatorId as CreatorId),
    );
    for (const creatorId of this.#moved) {
      const item = sees(creatorId) ? this.#source.itemOf(creatorId) : null;
      if (item) messages.push(move(item));
    }
    if (this.#totalled) messages.push(this.#source.totals(sees));
    return messages;
  }
}

function difference(before: LiveItem, now: LiveItem): LiveMove {
  const same = (key: keyof LiveItem): boolean =>
    before[key] === now[key] || (key === "recent" && before.recent.join() === now.recent.join());
  const changed = Object.fromEntries(Object.entries(now).filter(([key]) => !same(key as keyof LiveItem)));
  return { type: "moved", creatorId: now.creatorId, ...changed };
}
