import { CONTROL_ACTIONS, type FanTicketEvent, type GiftEvent } from "./events.ts";
import { END_REASONS, type SessionInput } from "./inputs.ts";
import { WireError, WireReader } from "./wire.ts";
import { unzigzag, WireWriter, zigzag } from "./wire-writer.ts";

/**
 * A session's journal: what changed it, packed row by row. A row begins with its kind and
 * flags, and the step from the time of the row before; then what its kind needs. A
 * viewers row takes 4 to 5 bytes, a gift about 25. Persons are keyed hashes throughout.
 */
const PACKING = 1;

/** The order is the format: a new kind goes to the end. */
const KINDS = [
  "gift",
  "viewers",
  "control",
  "counter-linkmic",
  "counter-fanticket",
  "seen",
  "room",
  "connected",
  "disconnected",
  "end",
] as const satisfies readonly SessionInput["kind"][];

const KIND_BITS = 16;
const HISTORY = 1;
const NEW_ROOM = 2;
const TO_HOST = 4;
const STREAK = 8;
const GROUP = 16;
const NEW_HOST = 32;
const HOST_UNKNOWN = 64;

/** A row of storage in the making: it grows by what is added, and can be read back by itself at any time. */
export class JournalPage {
  readonly #writer = new WireWriter().varint(PACKING);
  readonly #last: Last = { at: 0, roomId: "0", host: null };

  get size(): number {
    return this.#writer.size;
  }

  add(inputs: readonly SessionInput[]): void {
    const writer = this.#writer;
    const last = this.#last;
    for (const input of inputs) {
      writer.varint(KINDS.indexOf(input.kind) + KIND_BITS * flagsOf(input, last));
      if ("roomId" in input && input.roomId !== last.roomId) writer.varint(BigInt(input.roomId));
      if (input.kind === "room") writeRoom(writer, input);
      else {
        const at = "at" in input ? input.at : input.createTime;
        writer.varint(zigzag(at - last.at));
        last.at = at;
        writeRest(writer, input, last);
      }
      if ("roomId" in input) last.roomId = input.roomId;
    }
  }

  /** All that was added, packed. */
  packed(): Uint8Array<ArrayBuffer> {
    return this.#writer.finish();
  }
}

/** Packs inputs into one row of storage. */
export function encodeEvents(inputs: readonly SessionInput[]): Uint8Array<ArrayBuffer> {
  const page = new JournalPage();
  page.add(inputs);
  return page.packed();
}

/** @throws WireError for bytes that `encodeEvents` did not write. */
export function decodeEvents(packed: Uint8Array): SessionInput[] {
  const wire = new WireReader(packed);
  if (wire.varint() !== PACKING) throw new WireError("This journal is packed in another way");
  const inputs: SessionInput[] = [];
  const last: Last = { at: 0, roomId: "0", host: null };
  while (wire.more) {
    const head = wire.varint();
    const kind = KINDS[head % KIND_BITS];
    const flags = Math.floor(head / KIND_BITS);
    if (kind === undefined) throw new WireError("A journal has no such row");
    if ((flags & NEW_ROOM) !== 0) last.roomId = String(wire.bareId());
    if (kind !== "room") last.at += unzigzag(wire.varint());
    inputs.push(readRow(wire, kind, flags, last));
  }
  return inputs;
}

/** What a row may leave out because the one before said it. */
interface Last {
  at: number;
  roomId: string;
  host: number | null;
}

function flagsOf(input: SessionInput, last: Last): number {
  if (!("roomId" in input)) return 0;
  let flags = 0;
  if (input.isHistory) flags |= HISTORY;
  if (input.roomId !== last.roomId) flags |= NEW_ROOM;
  if (input.kind !== "gift") return flags;
  if (input.toHost) flags |= TO_HOST;
  if (input.streak !== null) flags |= STREAK;
  if (input.group !== 0) flags |= GROUP;
  if (input.host === null) flags |= HOST_UNKNOWN;
  else if (input.host !== last.host) flags |= NEW_HOST;
  return flags;
}

function writeRoom(writer: WireWriter, room: { createTime: number | null; fanTicket: number | null }): void {
  writer.varint(room.createTime === null ? 0 : room.createTime + 1);
  writer.varint(room.fanTicket === null ? 0 : room.fanTicket + 1);
}

function writeRest(writer: WireWriter, input: Exclude<SessionInput, { kind: "room" }>, last: Last): void {
  switch (input.kind) {
    case "gift":
      writeGift(writer, input, last);
      break;
    case "viewers":
      writer.varint(input.viewers);
      break;
    case "control":
      writer.varint(CONTROL_ACTIONS.indexOf(input.action));
      break;
    case "counter-linkmic":
      writer.varint(input.person).varint(input.total);
      break;
    case "counter-fanticket":
      writer.varint(input.rows.length);
      for (const row of input.rows) writer.varint(row.person).varint(row.total);
      break;
    case "end":
      writer.varint(END_REASONS.indexOf(input.reason));
      break;
    default: // The kind says it all.
  }
}

function writeGift(writer: WireWriter, gift: GiftEvent, last: Last): void {
  writer.varint(gift.msgId);
  if (gift.host !== null && gift.host !== last.host) {
    writer.varint(gift.host);
    last.host = gift.host;
  }
  if (gift.streak !== null) writer.varint(gift.streak);
  if (gift.group !== 0) writer.varint(zigzag(gift.group - gift.createTime));
  writer.varint(gift.price).varint(gift.repeat).varint(gift.added);
}

function readRow(wire: WireReader, kind: SessionInput["kind"], flags: number, last: Last): SessionInput {
  const said = { roomId: last.roomId, createTime: last.at, isHistory: (flags & HISTORY) !== 0 };
  switch (kind) {
    case "gift":
      return readGift(wire, flags, last, said);
    case "viewers":
      return { kind, ...said, viewers: wire.varint() };
    case "control":
      return { kind, ...said, action: named(CONTROL_ACTIONS, wire.varint()) };
    case "counter-linkmic":
      return { kind, ...said, person: wire.varint(), total: wire.varint() };
    case "counter-fanticket":
      return { kind, ...said, rows: readRows(wire) };
    case "seen":
      return { kind, ...said };
    case "room":
      return { kind, createTime: optional(wire.varint()), fanTicket: optional(wire.varint()) };
    case "connected":
    case "disconnected":
      return { kind, at: last.at };
    case "end":
      return { kind, reason: named(END_REASONS, wire.varint()), at: last.at };
  }
}

function readGift(
  wire: WireReader,
  flags: number,
  last: Last,
  said: Pick<GiftEvent, "roomId" | "createTime" | "isHistory">,
): GiftEvent {
  const msgId = wire.bareId();
  if ((flags & NEW_HOST) !== 0) last.host = wire.varint();
  const streak = (flags & STREAK) === 0 ? null : wire.varint();
  const group = (flags & GROUP) === 0 ? 0 : said.createTime + unzigzag(wire.varint());
  return {
    kind: "gift",
    ...said,
    msgId,
    streak,
    group,
    price: wire.varint(),
    repeat: wire.varint(),
    added: wire.varint(),
    host: (flags & HOST_UNKNOWN) === 0 ? last.host : null,
    toHost: (flags & TO_HOST) !== 0,
  };
}

function readRows(wire: WireReader): FanTicketEvent["rows"] {
  const rows: FanTicketEvent["rows"] = [];
  for (let left = wire.varint(); left > 0; left--) rows.push({ person: wire.varint(), total: wire.varint() });
  return rows;
}

const optional = (written: number): number | null => (written === 0 ? null : written - 1);

function named<Name extends string>(names: readonly Name[], index: number): Name {
  const name = names[index];
  if (name === undefined) throw new WireError("A journal row has no such value");
  return name;
}
