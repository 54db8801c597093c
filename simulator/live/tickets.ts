/** What the signer promised, and the socket checks: a ticket is good for one room and one browser. */
import { randomBytes } from "node:crypto";

export interface Ticket {
  roomId: string;
  userAgent: string;
  cursor: string;
  internalExt: string;
  cookie: string;
  /** Go into the socket's query as they are. */
  routeParams: Record<string, string>;
  pushServer: string;
}

/** Tickets of long ago are forgotten; nobody dials that late. */
const KEPT = 5_000;

export class Tickets {
  readonly #pushServer: string;
  readonly #tickets = new Map<string, Ticket>();

  constructor(origin: string) {
    this.#pushServer = `${origin.replace(/^http/, "ws")}/webcast/im/ws/`;
  }

  /** `now` in ms since epoch. */
  issue(roomId: string, userAgent: string, cursor: string, now: number): Ticket {
    const secret = randomBytes(16).toString("hex");
    const ticket: Ticket = {
      roomId,
      userAgent,
      cursor,
      internalExt: `fetch_time:${now}|start_time:${now}|ack_ids:|flag:1|seq:1|next_cursor:${cursor}|wss_info:0-${now}-0-0`,
      cookie: `ttwid=1%7C${secret}`,
      routeParams: { imprp: randomBytes(8).toString("base64url"), wrss: secret },
      pushServer: this.#pushServer,
    };
    this.#tickets.set(secret, ticket);
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size > KEPT && oldest !== undefined) this.#tickets.delete(oldest);
    return ticket;
  }

  /** Why the socket may not open; undefined if it may. `cookie` and `userAgent` are the request's own headers. */
  refusal(query: URLSearchParams, cookie: string, userAgent: string): string | undefined {
    const ticket = this.#tickets.get(query.get("wrss") ?? "");
    if (!ticket) return "INVALID_SIGNATURE";
    if (query.get("room_id") !== ticket.roomId) return "INVALID_ROOM";
    if (query.get("imprp") !== ticket.routeParams.imprp) return "INVALID_ROUTE";
    if (query.get("internal_ext") !== ticket.internalExt) return "INVALID_INTERNAL_EXT";
    if (!cookie.split(/;\s*/).includes(ticket.cookie)) return "INVALID_COOKIE";
    return userAgent === ticket.userAgent ? undefined : "DEVICE_BLOCKED";
  }
}
