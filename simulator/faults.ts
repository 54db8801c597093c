/** Faults on demand: the next answers of an endpoint fail the way that the tester asked for. */
import { z } from "zod";

export const faultSchema = z.object({
  endpoint: z.enum([
    "token",
    "refresh",
    "revoke",
    "user_info",
    "video_list",
    "video_query",
    "api_live",
    "check_alive",
    "room_info",
    "sign",
    "socket",
  ]),
  /**
   * 402, 403, 429, 500: that status with the endpoint's own error body; 401: a dead token, a wrong key.
   * html: a gateway's 502 page; nothing: silence for `delayMs`, then the connection drops;
   * error200: an error body under HTTP 200; refuse: the endpoint's lasting no; slow: `delayMs`, then as usual.
   */
  kind: z.enum(["401", "402", "403", "429", "500", "html", "nothing", "error200", "refuse", "slow"]),
  /** How many requests it meets. */
  times: z.coerce.number().int().positive().default(1),
  /** Only requests of this account's. */
  account: z.string().optional(),
  /** Seconds, sent as `retry-after` with a 429. */
  retryAfter: z.coerce.number().int().nonnegative().optional(),
  delayMs: z.coerce.number().int().nonnegative().optional(),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultEndpoint = Fault["endpoint"];
export type FaultKind = Fault["kind"];

export class Faults {
  #waiting: Fault[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ ...fault });
  }

  clear(): void {
    this.#waiting = [];
  }

  list(): Fault[] {
    return this.#waiting.map((fault) => ({ ...fault }));
  }

  /** The fault that this request meets, oldest first; each meeting uses up one of its `times`. */
  take(endpoint: FaultEndpoint, handle: string | undefined): Fault | undefined {
    const fault = this.#waiting.find(
      (waiting) => waiting.endpoint === endpoint && (waiting.account === undefined || waiting.account === handle),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times === 0) this.#waiting.splice(this.#waiting.indexOf(fault), 1);
    return fault;
  }
}
