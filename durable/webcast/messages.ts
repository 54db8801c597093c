import { CONTROL_ACTIONS, type FanTicketEvent, type RoomEvent, type Said } from "./events.ts";
import type { RawMessage } from "./frames.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import { decimal, fields, WireError, WireReader } from "./wire.ts";

/**
 * What a message means for the session's figures, or null when it means nothing: a kind
 * that does not count (RoomPin embeds an old gift, Envelope is coins for viewers,
 * GiftBroadcast tells of other rooms) or a payload that is broken. It never throws.
 */
export function decodeMessage(raw: RawMessage, hash: KeyedHash): RoomEvent | null {
  const read = READERS.get(raw.method);
  if (read === undefined) return null;
  try {
    const message = new Message(raw, hash);
    const event = read(message);
    return event !== null && sane(event) ? event : null;
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** What is read of each message (`live-protocol.md`); all else is stepped over. */
const FIRST = fields(1);
const FIRST_TWO = fields(1, 2);
const COMMON = fields(2, 3, 4);
const GIFT = fields(1, 2, 3, 5, 7, 8, 11, 15, 23);
const GIFT_KIND = fields(11, 12);
const MONITOR = fields(1, 8);
const VIEWERS = fields(1, 3);
const LINK_MIC = fields(1, 5, 6, 7);

/** A message being read: the reader, and what its Common (field 1) said. */
class Message {
  readonly raw: RawMessage;
  readonly hash: KeyedHash;
  readonly wire: WireReader;
  roomId = "0";
  createTime = 0;
  msgId: string;

  constructor(raw: RawMessage, hash: KeyedHash) {
    this.raw = raw;
    this.hash = hash;
    this.wire = new WireReader(raw.payload);
    this.msgId = raw.msgId;
  }

  readCommon(): void {
    const { wire } = this;
    const outer = wire.open();
    while (wire.seek(COMMON)) {
      if (wire.field === 3) {
        wire.uint();
        this.roomId = roomIdOf(wire.high, wire.low);
      } else if (wire.field === 4) this.createTime = wire.uint();
      else if (this.raw.msgId === "0") this.msgId = wire.id();
      else wire.skip();
    }
    wire.close(outer);
  }

  said(): Said {
    return { roomId: this.roomId, createTime: this.createTime, isHistory: this.raw.isHistory };
  }
}

const READERS = new Map<string, (message: Message) => RoomEvent | null>([
  ["WebcastGiftMessage", readGift],
  ["WebcastRoomUserSeqMessage", readViewers],
  ["WebcastControlMessage", readControl],
  ["WebcastLinkMicMethod", readLinkMic],
  ["WebcastLinkMicFanTicketMethod", readFanTicket],
  ["WebcastSystemMessage", readSeen],
  ["WebcastLikeMessage", readSeen],
  ["WebcastMemberMessage", readSeen],
  ["WebcastSocialMessage", readSeen],
]);

/** All messages of a session name the same room: its id is made into a string once. */
let lastRoom = { high: 0, low: 0, id: "0" };

function roomIdOf(high: number, low: number): string {
  if (lastRoom.high !== high || lastRoom.low !== low) lastRoom = { high, low, id: decimal(high, low) };
  return lastRoom.id;
}

const YEAR_2016 = 1_451_606_400_000;
const YEAR_2100 = 4_102_444_800_000;
/** No price, count or total of a LIVE comes near; sums of them stay exact. */
const MOST = 0xffff_ffff;

function sane(event: RoomEvent): boolean {
  if (!(event.createTime > YEAR_2016 && event.createTime < YEAR_2100)) return false;
  switch (event.kind) {
    case "gift":
      return event.msgId !== "0" && event.price > 0 && event.price * event.repeat <= MOST && event.added <= MOST;
    case "viewers":
      return event.viewers <= MOST;
    case "counter-linkmic":
      return event.total <= MOST;
    case "counter-fanticket":
      return event.rows.every((row) => row.total <= MOST);
    default:
      return true;
  }
}

function readGift(message: Message): RoomEvent {
  const { wire, hash } = message;
  let giftHigh = 0;
  let giftLow = 0;
  let added = 0;
  let repeat = 0;
  let group = 0;
  let groupHigh = 0;
  let groupLow = 0;
  let guest: number | null = null;
  const user = { high: 0, low: 0 };
  const gift = { type: 0, price: 0 };
  const monitor: Monitor = { host: null, receiver: null };
  while (wire.seek(GIFT)) {
    switch (wire.field) {
      case 1:
        message.readCommon();
        break;
      case 2:
        wire.uint();
        giftHigh = wire.high;
        giftLow = wire.low;
        break;
      case 3:
        added = wire.uint();
        break;
      case 5:
        repeat = wire.uint();
        break;
      case 7:
        readUser(wire, user);
        break;
      case 8:
        guest = readGuest(wire, hash, guest);
        break;
      case 11:
        group = wire.uint();
        groupHigh = wire.high;
        groupLow = wire.low;
        break;
      case 15:
        readGiftKind(wire, gift);
        break;
      case 23:
        readMonitor(wire, hash, monitor);
        break;
    }
  }
  const { host, receiver } = monitor;
  return {
    kind: "gift",
    roomId: message.roomId,
    createTime: message.createTime,
    isHistory: message.raw.isHistory,
    msgId: message.msgId,
    streak: gift.type === STREAKABLE ? hash.streak(user.high, user.low, giftHigh, giftLow, groupHigh, groupLow) : null,
    group: Number.isSafeInteger(group) ? group : 0,
    price: gift.price,
    repeat,
    added,
    host,
    toHost: (guest === null || guest === host) && (receiver === null || receiver === host),
  };
}

function readUser(wire: WireReader, user: { high: number; low: number }): void {
  const outer = wire.open();
  while (wire.seek(FIRST)) {
    wire.uint();
    user.high = wire.high;
    user.low = wire.low;
  }
  wire.close(outer);
}

/** @param guest as far as known: a message that comes twice is both together */
function readGuest(wire: WireReader, hash: KeyedHash, guest: number | null): number | null {
  const outer = wire.open();
  while (wire.seek(FIRST)) guest = person(wire, hash);
  wire.close(outer);
  return guest;
}

function readGiftKind(wire: WireReader, gift: { type: number; price: number }): void {
  const outer = wire.open();
  while (wire.seek(GIFT_KIND)) {
    if (wire.field === 11) gift.type = wire.uint();
    else gift.price = wire.uint();
  }
  wire.close(outer);
}

/** Whose room it is, and who received the gift. */
interface Monitor {
  host: number | null;
  receiver: number | null;
}

function readMonitor(wire: WireReader, hash: KeyedHash, monitor: Monitor): void {
  const outer = wire.open();
  while (wire.seek(MONITOR)) {
    if (wire.field === 1) monitor.host = person(wire, hash);
    else monitor.receiver = person(wire, hash);
  }
  wire.close(outer);
}

const STREAKABLE = 1;

/** The keyed hash of the id in this field; null for 0, which is how proto3 writes "not set". */
function person(wire: WireReader, hash: KeyedHash): number | null {
  return wire.uint() === 0 ? null : hash.person(wire.high, wire.low);
}

function readViewers(message: Message): RoomEvent {
  const { wire } = message;
  let viewers = 0;
  while (wire.seek(VIEWERS)) {
    if (wire.field === 1) message.readCommon();
    else viewers = wire.uint();
  }
  return { kind: "viewers", ...message.said(), viewers };
}

function readControl(message: Message): RoomEvent | null {
  const { wire } = message;
  let action = 0;
  while (wire.seek(FIRST_TWO)) {
    if (wire.field === 1) message.readCommon();
    else action = wire.uint();
  }
  const named = CONTROL_ACTIONS[action - 1];
  return named === undefined ? null : { kind: "control", ...message.said(), action: named };
}

function readLinkMic(message: Message): RoomEvent {
  const { wire, hash } = message;
  let whose: number | null = null;
  let own: number | null = null;
  let room: number | null = null;
  while (wire.seek(LINK_MIC)) {
    if (wire.field === 1) message.readCommon();
    else if (wire.field === 5) whose = person(wire, hash);
    else if (wire.field === 6) own = wire.uint();
    else room = wire.uint();
  }
  // LinkMic messages of other types carry neither total: their absence must not pass for 0.
  if (whose === null || (own === null && room === null)) return { kind: "seen", ...message.said() };
  return { kind: "counter-linkmic", ...message.said(), person: whose, total: own ?? 0 };
}

function readFanTicket(message: Message): RoomEvent {
  const { wire } = message;
  const rows: FanTicketEvent["rows"] = [];
  while (wire.seek(FIRST_TWO)) {
    if (wire.field === 1) message.readCommon();
    else readFanTicketRows(message, rows);
  }
  return { kind: "counter-fanticket", ...message.said(), rows };
}

function readFanTicketRows(message: Message, rows: FanTicketEvent["rows"]): void {
  const { wire } = message;
  const outer = wire.open();
  while (wire.seek(FIRST)) readFanTicketRow(message, rows);
  wire.close(outer);
}

function readFanTicketRow({ wire, hash }: Message, rows: FanTicketEvent["rows"]): void {
  let whose: number | null = null;
  let total = 0;
  const outer = wire.open();
  while (wire.seek(FIRST_TWO)) {
    if (wire.field === 1) whose = person(wire, hash);
    else total = wire.uint();
  }
  wire.close(outer);
  if (whose !== null) rows.push({ person: whose, total });
}

/** Only Common is of interest, but it stands where the sender put it, and may come twice. */
function readSeen(message: Message): RoomEvent {
  const { wire } = message;
  while (wire.seek(FIRST)) message.readCommon();
  return { kind: "seen", ...message.said() };
}
