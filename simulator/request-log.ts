/** What came in lately: path and outcome, never a query, a header or a body, so that no secret is kept. */

export interface SeenRequest {
  /** ms since epoch */
  at: number;
  method: string;
  path: string;
  /** The endpoint's name as the faults know it, or null for pages and pictures. */
  endpoint: string | null;
  account: string | null;
  status: number;
}

const KEPT = 1_000;

export class RequestLog {
  #seen: SeenRequest[] = [];
  #counts = new Map<string, number>();

  add(request: SeenRequest): void {
    this.#seen.push(request);
    if (this.#seen.length > KEPT) this.#seen.shift();
    const name = `${request.endpoint ?? request.path} ${request.status}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Newest last. `counts` is of everything since the start, by "<endpoint> <status>". */
  read(): { requests: SeenRequest[]; counts: Record<string, number> } {
    return { requests: [...this.#seen], counts: Object.fromEntries(this.#counts) };
  }

  clear(): void {
    this.#seen = [];
    this.#counts.clear();
  }
}
