import type { RawMessage } from "../../../durable/webcast/frames.ts";
import { WireWriter } from "../../../durable/webcast/wire-writer.ts";

/** Builds messages as TikTok sends them, field by field (`live-protocol.md`). */

export const ROOM = "7309128470994258694";
/** When ROOM was created, by its id. */
export const ROOM_CREATED = Number(BigInt(ROOM) >> 32n) * 1000;
export const HOST = "8984291549557886600";
export const GUEST = "7000000000000000001";

let lastMsgId = 7_400_000_000_000_000_000n;

interface Said {
  at: number;
  room?: string;
  msgId?: bigint;
  isHistory?: boolean;
}

export function message(
  method: string,
  said: Said,
  body: (writer: WireWriter) => WireWriter = (writer) => writer,
): RawMessage {
  lastMsgId += 1n;
  const { at, room = ROOM, msgId = lastMsgId, isHistory = false } = said;
  const common = new WireWriter().text(1, method).uint(2, msgId).uint(3, BigInt(room)).uint(4, at).finish();
  return { method, msgId, isHistory, payload: body(new WireWriter().bytes(1, common)).finish() };
}

export interface Gift extends Said {
  user?: string;
  giftId?: number;
  price?: number;
  /** 1 is streakable. */
  type?: number;
  repeat?: number;
  added?: number;
  group?: number;
  guest?: string;
  receiver?: string;
  host?: string;
}

export const gift = ({
  user = "6900000000000000001",
  giftId = 5655,
  price = 1,
  type = 1,
  repeat = 1,
  added = price * repeat,
  group = 0,
  guest,
  receiver,
  host = HOST,
  ...said
}: Gift): RawMessage =>
  message("WebcastGiftMessage", said, (writer) => {
    const id = (value: string) => new WireWriter().uint(1, BigInt(value)).text(3, "someone").finish();
    const monitor = new WireWriter().uint(1, BigInt(host));
    if (receiver !== undefined) monitor.uint(8, BigInt(receiver));
    writer.uint(2, giftId).uint(3, added).uint(5, repeat).bytes(7, id(user));
    if (guest !== undefined) writer.bytes(8, id(guest));
    return writer
      .uint(11, group)
      .bytes(15, new WireWriter().text(2, "Rose").uint(5, giftId).uint(11, type).uint(12, price).finish())
      .bytes(23, monitor.finish());
  });

export const viewers = (at: number, count: number, room = ROOM): RawMessage =>
  message("WebcastRoomUserSeqMessage", { at, room }, (writer) => writer.uint(3, count).uint(7, count * 10));

export const control = (at: number, action: number): RawMessage =>
  message("WebcastControlMessage", { at }, (writer) => writer.uint(2, action));

export const linkMic = (at: number, total: number, person = HOST): RawMessage =>
  message("WebcastLinkMicMethod", { at }, (writer) =>
    writer.uint(2, 8).uint(5, BigInt(person)).uint(6, total).uint(7, total),
  );

export const fanTicket = (at: number, total: number, person = HOST): RawMessage =>
  message("WebcastLinkMicFanTicketMethod", { at }, (writer) => {
    const row = new WireWriter().uint(1, BigInt(person)).uint(2, total).finish();
    return writer.bytes(2, new WireWriter().bytes(1, row).uint(2, total).finish());
  });

export const system = (at: number, isHistory = false): RawMessage =>
  message("WebcastSystemMessage", { at, isHistory }, (writer) => writer.text(2, "Welcome"));
