import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SessionInput } from "../../../durable/webcast/inputs.ts";
import { decodeEvents, encodeEvents } from "../../../durable/webcast/journal.ts";
import { packMinutes, type SessionMinute, unpackMinutes } from "../../../durable/webcast/minutes.ts";
import { WireError } from "../../../durable/webcast/wire.ts";
import { eventsOf, RECORDINGS, recording, runs, sessionOf } from "./recordings.ts";

const total = fc.nat(0xffff_ffff);
const time = fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 });
const hashed = fc.maxSafeNat();
const said = {
  roomId: fc.constantFrom("7309128470994258694", "7309128470994258695"),
  createTime: time,
  isHistory: fc.boolean(),
};

const input: fc.Arbitrary<SessionInput> = fc.oneof(
  fc.record({
    kind: fc.constant("gift" as const),
    ...said,
    msgId: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
    streak: fc.option(hashed, { nil: null }),
    group: fc.oneof(fc.constant(0), time),
    price: total,
    repeat: total,
    added: total,
    host: fc.option(fc.constantFrom(5, 2 ** 52), { nil: null }),
    toHost: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("viewers" as const), ...said, viewers: total }),
  fc.record({
    kind: fc.constant("control" as const),
    ...said,
    action: fc.constantFrom("pause" as const, "resume" as const, "ended" as const, "suspended" as const),
  }),
  fc.record({ kind: fc.constant("counter-linkmic" as const), ...said, person: hashed, total }),
  fc.record({
    kind: fc.constant("counter-fanticket" as const),
    ...said,
    rows: fc.array(fc.record({ person: hashed, total }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("seen" as const), ...said }),
  fc.record({
    kind: fc.constant("room" as const),
    createTime: fc.option(time, { nil: null }),
    fanTicket: fc.option(total, { nil: null }),
  }),
  fc.record({ kind: fc.constantFrom("connected" as const, "disconnected" as const), at: time }),
  fc.record({
    kind: fc.constant("end" as const),
    reason: fc.constantFrom("finished" as const, "offline" as const, "stopped" as const),
    at: time,
  }),
);

describe("the journal", () => {
  test("gives back what was put in", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
        expect(decodeEvents(encodeEvents(inputs))).toEqual(inputs);
      }),
      { numRuns: runs(200) },
    );
  });

  test("is small", () => {
    const events = RECORDINGS.flatMap((name) => eventsOf(recording(name)));
    const bytesOf = (kind: string): number => {
      const rows = events.filter((event) => event.kind === kind && event.roomId === "7309128470994258694");
      return encodeEvents(rows).length / rows.length;
    };
    expect(bytesOf("viewers")).toBeLessThan(7);
    expect(bytesOf("gift")).toBeLessThan(32);
  });

  test("holds no person's id, as the decoder saw to", () => {
    const bytes = encodeEvents(RECORDINGS.flatMap((name) => eventsOf(recording(name))));
    for (const id of [8_984_291_549_557_886_600n, 2_267_760_711_526_105_636n, 4_265_248_422_329_493_480n]) {
      expect(Buffer.from(bytes).includes(varint(id))).toBe(false);
    }
  });

  test("broken rows give WireError, never anything else", () => {
    const whole = encodeEvents(eventsOf(recording("room-complete")));
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(whole.length));
    fc.assert(
      fc.property(flip, ([at, mask, length]) => {
        const broken = Uint8Array.from(whole);
        broken[at] = (broken[at] ?? 0) ^ mask;
        try {
          decodeEvents(broken.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: runs(200) },
    );
  });
});

describe("packed minutes", () => {
  const minute = fc.record({
    viewers: fc.option(
      fc.nat(5_000_000).map((tenths) => tenths / 10),
      { nil: null },
    ),
    diamonds: fc.oneof(fc.constant(0), fc.nat(10_000_000)),
    state: fc.constantFrom("covered" as const, "paused" as const, "gap" as const),
  });

  test("come back as they were", () => {
    fc.assert(
      fc.property(fc.nat(40_000_000), fc.array(minute, { maxLength: 60 }), (first, list) => {
        const minutes: SessionMinute[] = list.map((one, index) => ({ at: (first + index) * 60_000, ...one }));
        expect(unpackMinutes(packMinutes(minutes))).toEqual(minutes);
      }),
      { numRuns: runs(100) },
    );
  });

  test("take a few bytes each, and a stretch of nothing hardly any", () => {
    const minutes = sessionOf("7301028065916160774", eventsOf(recording("room-gap"))).minutes();
    const packed = packMinutes(minutes);
    expect(unpackMinutes(packed)).toEqual(minutes);
    expect(minutes.length).toBeGreaterThan(140);
    expect(packed.length).toBeLessThan(24);
  });

  test("what was packed in another way is refused", () => {
    expect(() => unpackMinutes(Uint8Array.of(9, 0))).toThrow(WireError);
    expect(() => unpackMinutes(Uint8Array.of(1, 0, 3))).toThrow(WireError);
  });
});

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 128n) return Uint8Array.from([...bytes, Number(left)]);
    bytes.push(Number(left & 127n) | 128);
  }
}
