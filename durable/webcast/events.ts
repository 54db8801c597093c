/** What every message says of itself. */
export interface Said {
  roomId: string;
  /** The server's clock, ms since epoch. */
  createTime: number;
  /** Sent again after a dial: it happened before. */
  isHistory: boolean;
}

/** A frame of a gift. Persons are keyed hashes: no viewer's id leaves the decoder. */
export interface GiftEvent extends Said {
  kind: "gift";
  msgId: bigint;
  /** Keyed hash of (user, gift, group) for a streakable gift; null for one that is whole by itself. */
  streak: number | null;
  /** The streak's groupId, which is the giver's own clock in ms; 0 without one. */
  group: number;
  /** Diamonds of one gift. */
  price: number;
  /** Running total of the streak; of another gift, how many. */
  repeat: number;
  /** Diamonds that this very frame added (field 3). */
  added: number;
  /** The room's owner. */
  host: number | null;
  /** False when a guest received it. */
  toHost: boolean;
}

/** Viewers in the room at this moment. */
export interface ViewersEvent extends Said {
  kind: "viewers";
  viewers: number;
}

export const CONTROL_ACTIONS = ["pause", "resume", "ended", "suspended"] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

export interface ControlEvent extends Said {
  kind: "control";
  action: ControlAction;
}

/** A person's cumulative diamonds by TikTok's LinkMic counter. */
export interface LinkMicEvent extends Said {
  kind: "counter-linkmic";
  person: number;
  total: number;
}

/** Cumulative diamonds by TikTok's fan-ticket counter: another counter, it misses some gifts. */
export interface FanTicketEvent extends Said {
  kind: "counter-fanticket";
  rows: { person: number; total: number }[];
}

/** A message that only proves that we were in the room. */
export interface SeenEvent extends Said {
  kind: "seen";
}

export type CounterEvent = LinkMicEvent | FanTicketEvent;
export type RoomEvent = GiftEvent | ViewersEvent | ControlEvent | CounterEvent | SeenEvent;
