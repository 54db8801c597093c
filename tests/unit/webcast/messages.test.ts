import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RawMessage } from "../../../durable/webcast/frames.ts";
import { decodeMessage } from "../../../durable/webcast/messages.ts";
import { WireWriter } from "../../../durable/webcast/wire-writer.ts";
import {
  control,
  fanTicket,
  GUEST,
  gift,
  HOST,
  linkMic,
  message,
  ROOM,
  ROOM_CREATED,
  system,
  viewers,
} from "./encode.ts";
import { hash, RECORDINGS, recording, runs, sessionOf } from "./recordings.ts";

const at = ROOM_CREATED + 5_000;
const decode = (raw: RawMessage) => decodeMessage(raw, hash);
const host = hash.personOf(HOST);

describe("messages that count", () => {
  test("a gift of a streak", () => {
    const raw = gift({
      at,
      msgId: 7309128470994258000n,
      price: 30,
      repeat: 7,
      added: 90,
      group: at - 100,
      receiver: HOST,
    });
    expect(decode(raw)).toEqual({
      kind: "gift",
      roomId: ROOM,
      createTime: at,
      isHistory: false,
      msgId: 7309128470994258000n,
      streak: expect.any(Number),
      group: at - 100,
      price: 30,
      repeat: 7,
      added: 90,
      host,
      toHost: true,
    });
  });

  test("a streak is one room's, user's, gift's and group's", () => {
    const key = (change: Parameters<typeof gift>[0]): unknown => {
      const event = decode(gift(change));
      return event?.kind === "gift" ? event.streak : null;
    };
    const same = { at, user: "5", giftId: 6, group: 7 };
    expect(key({ ...same, at: at + 1, repeat: 9 })).toBe(key(same));
    expect(
      new Set([key(same), key({ ...same, user: "6" }), key({ ...same, giftId: 5 }), key({ ...same, group: 8 })]).size,
    ).toBe(4);
    expect(key({ ...same, type: 2 })).toBeNull();
  });

  test.each([
    ["nobody named", {}, true],
    ["the host named in 23.8", { receiver: HOST }, true],
    ["a guest named in 23.8", { receiver: GUEST }, false],
    ["the host named in 8", { guest: HOST }, true],
    ["a guest named in 8", { guest: GUEST }, false],
    ["a guest in 8 and the host in 23.8", { guest: GUEST, receiver: HOST }, false],
  ])("who received it: %s", (_, named, toHost) => {
    expect(decode(gift({ at, ...named }))).toMatchObject({ toHost });
  });

  test("viewers, controls and the two counters", () => {
    expect(decode(viewers(at, 1650))).toMatchObject({ kind: "viewers", viewers: 1650 });
    expect(decode(viewers(at, 0))).toMatchObject({ kind: "viewers", viewers: 0 });
    expect([1, 2, 3, 4].map((action) => decode(control(at, action)))).toMatchObject(
      ["pause", "resume", "ended", "suspended"].map((action) => ({ kind: "control", action })),
    );
    expect(decode(linkMic(at, 33_022))).toMatchObject({ kind: "counter-linkmic", person: host, total: 33_022 });
    expect(decode(fanTicket(at, 33_009))).toMatchObject({
      kind: "counter-fanticket",
      rows: [{ person: host, total: 33_009 }],
    });
  });

  test("a LinkMic message without totals is no reading of 0", () => {
    const raw = message("WebcastLinkMicMethod", { at }, (writer) => writer.uint(2, 3).uint(5, BigInt(HOST)));
    expect(decode(raw)).toMatchObject({ kind: "seen" });
    const guestsOnly = message("WebcastLinkMicMethod", { at }, (writer) => writer.uint(5, BigInt(HOST)).uint(7, 50));
    expect(decode(guestsOnly)).toMatchObject({ kind: "counter-linkmic", total: 0 });
  });

  test.each(["System", "Like", "Member", "Social"])("%s proves that we were there", (name) => {
    expect(decode(message(`Webcast${name}Message`, { at }))).toEqual({
      kind: "seen",
      roomId: ROOM,
      createTime: at,
      isHistory: false,
    });
  });
});

describe("messages that do not count", () => {
  test.each(["RoomPin", "Envelope", "GiftBroadcast", "Room", "Chat", "LiveIntro", "SomethingNew"])("%s", (name) => {
    expect(decode({ ...gift({ at }), method: `Webcast${name}Message` })).toBeNull();
  });

  test("an unknown control, a gift without a price, a gift that nothing identifies, a time that cannot be", () => {
    expect(decode(control(at, 9))).toBeNull();
    expect(decode(gift({ at, price: 0 }))).toBeNull();
    expect(decode(gift({ at, msgId: 0n }))).toBeNull();
    expect(decode(viewers(0, 5))).toBeNull();
    expect(decode(viewers(at / 1000, 5))).toBeNull();
    expect(decode(gift({ at, repeat: 2 ** 50 }))).toBeNull();
  });

  test("a gift that its envelope does not identify is known by its Common", () => {
    expect(decode({ ...gift({ at, msgId: 77n }), msgId: 0n })).toMatchObject({ msgId: 77n });
  });

  test("a payload that is no protobuf", () => {
    for (const { method } of [
      gift({ at }),
      viewers(at, 1),
      linkMic(at, 1),
      fanTicket(at, 1),
      control(at, 1),
      system(at),
    ]) {
      expect(decode({ method, msgId: 1n, isHistory: false, payload: Uint8Array.of(0xff, 0xff) })).toBeNull();
    }
  });
});

describe("a message is read as protobuf says, however it was written", () => {
  const wire = () => new WireWriter();
  const common = (createTime: number, msgId = 8n) =>
    wire().uint(2, msgId).uint(3, BigInt(ROOM)).uint(4, createTime).finish();
  /** A message to whose payload more is added. */
  const and = (raw: RawMessage, more: WireWriter): RawMessage => ({
    ...raw,
    payload: Uint8Array.from([...raw.payload, ...more.finish()]),
  });

  test("of a number that comes twice the last stands", () => {
    const twice = and(gift({ at, price: 5 }), wire().uint(5, 9).bytes(15, wire().uint(12, 7).finish()));
    expect(decode(twice)).toMatchObject({ repeat: 9, price: 7, streak: expect.any(Number) });
  });

  test("a part that comes twice is both together", () => {
    const named = gift({ at, guest: GUEST });
    expect(decode(and(named, wire().bytes(8, wire().text(3, "someone").finish())))).toMatchObject({ toHost: false });
    expect(decode(and(named, wire().bytes(8, wire().uint(1, BigInt(HOST)).finish())))).toMatchObject({ toHost: true });
    expect(decode(and(named, wire().bytes(23, wire().uint(8, 0).finish())))).toMatchObject({ host, toHost: false });
  });

  test("Common counts wherever it stands, and the last of two", () => {
    const late = message("WebcastLikeMessage", { at });
    expect(
      decode(
        and(
          late,
          wire()
            .uint(2, 5)
            .bytes(1, common(at + 9)),
        ),
      ),
    ).toMatchObject({ createTime: at + 9 });
    const unnamed = { ...gift({ at, msgId: 7n }), msgId: 0n };
    expect(decode(and(unnamed, wire().bytes(1, common(at))))).toMatchObject({ msgId: 8n });
  });

  test("a message that breaks after its Common is broken", () => {
    expect(
      decode(
        and(
          message("WebcastMemberMessage", { at }),
          wire()
            .varint(2 * 8 + 2)
            .varint(9),
        ),
      ),
    ).toBeNull();
  });

  test("gifts whose ids a number cannot tell apart are two gifts", () => {
    const [one, other] = [2n ** 60n, 2n ** 60n + 1n].map((id) => {
      const event = decode(and(gift({ at, group: 5 }), wire().uint(2, id)));
      return event?.kind === "gift" ? event.streak : null;
    });
    expect(one).not.toBe(other);
  });
});

describe("broken copies of recorded messages", () => {
  const room = "7309128470994258694";
  const whole = recording("room-complete");
  const truth = 33_022;

  test("a message cut short anywhere adds nothing that was not given", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: whole.length, maxLength: whole.length }),
        (cuts) => {
          const cut = whole.map((raw, index) => ({
            ...raw,
            payload: raw.payload.subarray(0, Math.floor(raw.payload.length * (cuts[index] ?? 1))),
          }));
          const events = [...cut, ...whole].map(decode).filter((event) => event !== null);
          expect(sessionOf(room, events).totals().diamonds).toBeLessThanOrEqual(truth);
        },
      ),
      { numRuns: runs(10) },
    );
  });

  test("a flipped byte never throws, and no figure leaves its range", () => {
    const messages = RECORDINGS.flatMap(recording).filter(({ method }) => decodable.has(method));
    const flip = fc.tuple(fc.nat(messages.length - 1), fc.nat(10_000), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 40 }), (flips) => {
        const broken = flips.map(([which, where, mask]) => flipped(messages[which % messages.length], where, mask));
        const session = sessionOf(
          room,
          [...broken, ...whole].map(decode).filter((event) => event !== null),
        );
        const { diamonds, coverage } = session.summary();
        expect(Number.isSafeInteger(diamonds) && diamonds >= 0 && coverage >= 0 && coverage <= 1).toBe(true);
      }),
      { numRuns: runs(40) },
    );
  });

  test("a wire type that is not in use spoils that message alone", () => {
    const raw = gift({ at });
    const payload = Uint8Array.from([...raw.payload, ...new WireWriter().varint(30 * 8 + 3).finish()]);
    expect(decode({ ...raw, payload })).toBeNull();
  });

  const decodable = new Set([
    "WebcastGiftMessage",
    "WebcastLinkMicMethod",
    "WebcastLinkMicFanTicketMethod",
    "WebcastRoomUserSeqMessage",
    "WebcastControlMessage",
  ]);

  function flipped(raw: RawMessage | undefined, where: number, mask: number): RawMessage {
    if (raw === undefined) throw new RangeError("There is no such message");
    const payload = Uint8Array.from(raw.payload);
    const index = where % payload.length;
    payload[index] = (payload[index] ?? 0) ^ mask;
    return { ...raw, payload };
  }
});
