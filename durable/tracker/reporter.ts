/** After a telling that failed, wait at least this long. */
const RETRY_MS = 2_000;

/**
 * Tells somebody what changed, at the pace that the listener asks for. One telling at a time,
 * so that none overtakes another; what changes meanwhile is told next.
 */
export class Reporter {
  readonly #tell: () => Promise<number | null>;
  readonly #failed: (error: unknown) => void;
  #everyMs = 250;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #telling: Promise<void> | null = null;
  #wanted = false;

  /** `tell` answers how long to wait before the next telling, in ms; null: stop. */
  constructor(tell: () => Promise<number | null>, failed: (error: unknown) => void) {
    this.#tell = tell;
    this.#failed = failed;
  }

  /** Something changed. */
  soon(): void {
    this.#wanted = true;
    if (this.#telling) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#run();
    }, this.#everyMs);
  }

  /** Nothing more is told until the next `soon`. Waits for the telling that is under way. */
  async stop(): Promise<void> {
    this.#wanted = false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#telling;
  }

  #run(): void {
    this.#wanted = false;
    this.#telling = this.#once().finally(() => {
      this.#telling = null;
      if (this.#wanted) this.soon();
    });
  }

  async #once(): Promise<void> {
    try {
      const everyMs = await this.#tell();
      if (everyMs === null) this.#wanted = false;
      else this.#everyMs = everyMs;
    } catch (error) {
      this.#failed(error);
      this.#everyMs = Math.max(this.#everyMs, RETRY_MS);
      this.#wanted = true;
    }
  }
}
