import { batch, signal } from "@preact/signals";
import type { Page } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";

/** What a list was asked for: `q`, `sort` and one value a filter. Empty ones are left out. */
export type ListQuery = Readonly<Record<string, string>>;

export type LoadPage<Row> = (
  query: ListQuery & { limit: string; cursor?: string; count?: string },
  signal?: AbortSignal,
) => Promise<Page<Row>>;

export const PAGE_SIZE = 50;

/** How long rows that were left may be shown again without asking, ms. */
const FRESH_MS = 20_000;

/**
 * The rows of one list, page after page. It outlives its screen: coming back from a record
 * finds the same rows at the same place, and the record knows its neighbours.
 */
export class ListModel<Row extends { id: string }> {
  readonly rows = signal<readonly Row[]>([]);
  readonly total = signal<number | null>(null);
  readonly nextCursor = signal<string | null>(null);
  readonly phase = signal<"loading" | "ready" | "more" | "failed">("loading");
  readonly error = signal<ApiError | null>(null);
  readonly query = signal<ListQuery>({});
  /** Where the screen was scrolled to and which row the keyboard was on. */
  scrollTop = 0;
  cursorId: string | null = null;

  readonly #load: LoadPage<Row>;
  #loadedAt = 0;
  #running: AbortController | null = null;

  constructor(load: LoadPage<Row>) {
    this.#load = load;
  }

  /** Shows the rows of `query`; the same question as before keeps the rows that are there. */
  open(query: ListQuery): void {
    const same = keyOf(query) === keyOf(this.query.peek()) && this.#loadedAt > 0;
    if (same && Date.now() - this.#loadedAt < FRESH_MS) return;
    if (!same) {
      this.scrollTop = 0;
      this.cursorId = null;
    }
    this.query.value = query;
    void this.#read(same ? Math.max(PAGE_SIZE, Math.min(this.rows.peek().length, 200)) : PAGE_SIZE, !same);
  }

  reload(): void {
    void this.#read(PAGE_SIZE, false);
  }

  /** The next page, when there is one and none is on its way. */
  async more(): Promise<void> {
    const cursor = this.nextCursor.peek();
    if (cursor === null || this.phase.peek() !== "ready") return;
    this.phase.value = "more";
    const mine = this.#begin();
    try {
      const page = await this.#load({ ...this.query.peek(), limit: String(PAGE_SIZE), cursor }, mine.signal);
      if (mine.signal.aborted) return;
      batch(() => {
        const known = new Set(this.rows.peek().map((row) => row.id));
        this.rows.value = [...this.rows.peek(), ...page.items.filter((row) => !known.has(row.id))];
        this.nextCursor.value = page.nextCursor;
        this.phase.value = "ready";
      });
    } catch (thrown) {
      if (!mine.signal.aborted) this.#fail(thrown);
    }
  }

  /** How many rows another question would have; null when it cannot be known now. */
  async countOf(query: ListQuery): Promise<number | null> {
    try {
      return (await this.#load({ ...query, limit: "1", count: "true" })).total ?? null;
    } catch {
      return null;
    }
  }

  /** A row as another screen changed it. */
  replace(row: Row): void {
    this.rows.value = this.rows.peek().map((shown) => (shown.id === row.id ? row : shown));
  }

  remove(id: string): void {
    if (!this.rows.peek().some((row) => row.id === id)) return;
    this.rows.value = this.rows.peek().filter((row) => row.id !== id);
    const total = this.total.peek();
    if (total !== null) this.total.value = total - 1;
  }

  /** The next `open` asks the server again, e.g. after a row was made or restored. */
  expire(): void {
    this.#loadedAt = 0;
  }

  forget(): void {
    this.#running?.abort();
    batch(() => {
      this.rows.value = [];
      this.total.value = null;
      this.nextCursor.value = null;
      this.query.value = {};
    });
    this.expire();
  }

  #begin(): AbortController {
    this.#running?.abort();
    this.#running = new AbortController();
    return this.#running;
  }

  #fail(thrown: unknown): void {
    batch(() => {
      this.error.value = asApiError(thrown);
      this.phase.value = "failed";
    });
  }

  async #read(limit: number, clear: boolean): Promise<void> {
    const mine = this.#begin();
    batch(() => {
      if (clear) this.total.value = null;
      this.phase.value = "loading";
      this.error.value = null;
    });
    try {
      const page = await this.#load({ ...this.query.peek(), limit: String(limit), count: "true" }, mine.signal);
      if (mine.signal.aborted) return;
      this.#loadedAt = Date.now();
      batch(() => {
        this.rows.value = page.items;
        this.nextCursor.value = page.nextCursor;
        this.total.value = page.total ?? null;
        this.phase.value = "ready";
      });
    } catch (thrown) {
      if (!mine.signal.aborted) this.#fail(thrown);
    }
  }
}

export const keyOf = (query: ListQuery): string =>
  JSON.stringify(Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1)));
