/** What is known of a room besides its messages. */
export interface RoomFacts {
  /** When the room was created, ms since epoch; null when not known. */
  createTime: number | null;
  /** Diamonds so far, read before the first dial; null when not read. */
  fanTicket: number | null;
}

const YEAR_2016 = 1_451_606_400_000;

/** What a room's id says by itself: the upper half is its creation in seconds. */
export function factsOfId(roomId: string): RoomFacts {
  const seconds = /^\d{15,20}$/.test(roomId) ? Number(BigInt(roomId) >> 32n) : 0;
  return { createTime: seconds * 1000 > YEAR_2016 ? seconds * 1000 : null, fanTicket: null };
}
