import type { RoomEvent } from "./events.ts";
import type { RoomFacts } from "./room-facts.ts";

/** What room info said. `fanTicket` counts only when it was read before the first message. */
export interface RoomNote extends RoomFacts {
  kind: "room";
}

/** The socket opened or was lost. `at` is our clock, ms since epoch. */
export interface ConnectionNote {
  kind: "connected" | "disconnected";
  at: number;
}

/** How we learned of the end otherwise than by a control message. */
export const END_REASONS = ["finished", "offline", "stopped"] as const;
export type EndReason = (typeof END_REASONS)[number];

/**
 * The session is over. `finished`: TikTok named the time, and `at` is it. `offline`: the
 * room was found over at `at`; `stopped`: we stopped listening at `at`. Those two are no
 * times of the end, so the session ends with the last thing heard.
 */
export interface EndNote {
  kind: "end";
  reason: EndReason;
  at: number;
}

/** Whatever a session learns. Replayed in the same order it gives the same session. */
export type SessionInput = RoomEvent | RoomNote | ConnectionNote | EndNote;
