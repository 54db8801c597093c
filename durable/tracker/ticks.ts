/** After a telling that failed, wait at least this long. */
const RETRY_MS = 2_000;
/** Until the listener has said what it wants. */
const FIRST_MS = 250;

export interface Ticking {
  /** Writes down what is new. Synchronous, and before `tell`: nothing is told that is not kept. */
  keep(): void;
  /** Tells it. Answers how long to wait before the next tick, in ms; null: nobody may listen any more. */
  tell(): Promise<number | null>;
  failed(error: unknown): void;
}

/**
 * The beat in which a tracker keeps and tells what it heard: at once after a quiet time, then at the pace that the
 * listener asks for. One telling at a time, so that none overtakes another; what changes meanwhile is told next.
 * Keeping never waits for the listener.
 */
export class Ticks {
  readonly #work: Ticking;
  #everyMs = FIRST_MS;
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #telling: Promise<void> | null = null;
  #untold = false;

  constructor(work: Ticking) {
    this.#work = work;
  }

  /** Something changed. */
  soon(): void {
    this.#untold = true;
    this.#timer ??= setTimeout(() => this.#tick(), Math.max(0, this.#lastAt + this.#everyMs - Date.now()));
  }

  /** Nothing more is told until the next `soon`. Waits for the telling that is under way. */
  async stop(): Promise<void> {
    this.#untold = false;
    this.#callOff();
    await this.#telling;
    this.#callOff();
  }

  #tick(): void {
    this.#timer = null;
    this.#lastAt = Date.now();
    try {
      this.#work.keep();
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (this.#telling === null && this.#retry === null) this.#tell();
  }

  #tell(): void {
    this.#untold = false;
    this.#telling = this.#once().finally(() => {
      this.#telling = null;
      if (this.#untold && this.#retry === null) this.soon();
    });
  }

  async #once(): Promise<void> {
    try {
      const everyMs = await this.#work.tell();
      if (everyMs === null) this.#untold = false;
      else this.#everyMs = everyMs;
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#work.failed(error);
    this.#untold = true;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.soon();
    }, RETRY_MS);
  }

  #callOff(): void {
    for (const timer of [this.#timer, this.#retry]) if (timer) clearTimeout(timer);
    this.#timer = null;
    this.#retry = null;
  }
}
