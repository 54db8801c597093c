import type { SessionInput } from "../webcast/inputs.ts";
import type { Running } from "./running.ts";
import type { WatchStore } from "./watch.ts";

/** After the end: streaks' finals and the counter trail by seconds. Figures are final within 15 s. */
const SETTLE_MS = 8_000;

/** Who acts on what the book takes in. */
export interface BookHolder {
  /** There is something to write, to tell, or both. */
  news(): void;
  /** The LIVE is over, and its figures settle: the alarm is another one. */
  settling(running: Running): void;
}

/** What a tracker hears, counted at once, and on disk before anybody is told of it. */
export class Book {
  readonly #store: WatchStore;
  readonly #holder: BookHolder;

  constructor(store: WatchStore, holder: BookHolder) {
    this.#store = store;
    this.#holder = holder;
  }

  /** What a frame brought: applied now, written and shown with the next tick. Settles when it is on disk. */
  hear(running: Running, inputs: readonly SessionInput[], cursor: string): void | Promise<void> {
    apply(running, inputs);
    running.cursor = cursor;
    if (running.session.ended) this.#settle(running, true);
    if (running.unwritten.length === 0) return;
    this.#holder.news();
    running.stored ??= Promise.withResolvers();
    return running.stored.promise;
  }

  /** What was not heard in the room: written at once. */
  take(running: Running, inputs: readonly SessionInput[]): void {
    apply(running, inputs);
    this.write(running);
    if (running.session.ended) this.#settle(running, false);
    this.#holder.news();
  }

  /** Puts on disk what is not there yet. Synchronous: nothing comes between. */
  write(running: Running): void {
    if (running.unwritten.length === 0) return;
    this.#store.append(running.unwritten, running.cursor);
    running.unwritten.length = 0;
    running.stored?.resolve();
    running.stored = null;
  }

  /** The LIVE is over: streaks' finals and the counter are waited for. `final`: TikTok itself said so. */
  #settle(running: Running, final: boolean): void {
    const { watch } = running;
    if (watch.settlesAt !== null) return;
    this.write(running);
    watch.settlesAt = Date.now() + SETTLE_MS;
    watch.final = final;
    this.#store.save(watch);
    this.#holder.news();
    this.#holder.settling(running);
  }
}

function apply({ session, unwritten }: Running, inputs: readonly SessionInput[]): void {
  for (const input of inputs) if (session.apply(input)) unwritten.push(input);
}
