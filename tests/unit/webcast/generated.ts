import fc from "fast-check";
import type { RawMessage } from "../../../durable/webcast/frames.ts";
import { fanTicket, gift, linkMic, ROOM_CREATED, system, viewers } from "./encode.ts";

type ValueOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** One message of a made-up LIVE, and what a test may do to it. */
export interface Sent {
  at: number;
  raw: RawMessage;
  /** Diamonds that were really given by it. */
  given: number;
  /** The frame with a streak's highest count, or a whole gift: losing it loses diamonds for good. */
  vital: boolean;
  kind: "gift" | "linkMic" | "fanTicket" | "other";
}

const streak = fc.record({
  /** After the room's creation, ms. */
  at: fc.integer({ min: 2_000, max: 300_000 }),
  price: fc.constantFrom(1, 5, 30),
  /** Taps of each frame, and the time before the next. */
  frames: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 100, max: 3_000 })), {
    minLength: 1,
    maxLength: 6,
  }),
  /** How much earlier than the first frame the giver's clock says it began. */
  lead: fc.integer({ min: 0, max: 1_000 }),
  finalAfter: fc.integer({ min: 1_000, max: 5_000 }),
});

const whole = fc.record({
  at: fc.integer({ min: 2_000, max: 300_000 }),
  price: fc.constantFrom(1, 100, 500),
  type: fc.constantFrom(2, 4),
});

/** A LIVE as TikTok would send it whole, in the order of its clock: gifts, counters, viewers. */
export const live = fc
  .record({
    streaks: fc.array(streak, { maxLength: 6 }),
    wholes: fc.array(whole, { maxLength: 4 }),
    /** Both counters trail the gifts. */
    lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000 })),
    /** The fan-ticket counter misses every n-th gift for good. */
    fanMisses: fc.integer({ min: 2, max: 5 }),
  })
  .map(({ streaks, wholes, lag, fanMisses }): Sent[] => {
    const gifts = [...streaks.flatMap(framesOf), ...wholes.map(wholeGift)].toSorted((a, b) => a.at - b.at);
    let total = 0;
    let fans = 0;
    const counters = gifts.flatMap(({ at, given }, index): Sent[] => {
      if (given === 0) return [];
      total += given;
      if (index % fanMisses !== 0) fans += given;
      return [
        sent(at + lag, "linkMic", linkMic(at + lag, total)),
        sent(at + lag, "fanTicket", fanTicket(at + lag, fans)),
      ];
    });
    const samples = Array.from({ length: 180 }, (_, index) => ROOM_CREATED + 2_000 * (index + 1));
    return [...gifts, ...counters, ...samples.map((at, index) => sent(at, "other", viewers(at, index % 9)))].toSorted(
      (a, b) => a.at - b.at,
    );
  });

const sent = (at: number, kind: Sent["kind"], raw: RawMessage, given = 0, vital = false): Sent => ({
  at,
  kind,
  raw,
  given,
  vital,
});

function framesOf({ at, price, frames, lead, finalAfter }: ValueOf<typeof streak>, index: number): Sent[] {
  let time = ROOM_CREATED + at;
  const one = { user: String(100 + index), giftId: 5655 + index, price, group: time - lead };
  let repeat = 0;
  const messages = frames.map(([taps, pause], position) => {
    const now = time;
    time += pause;
    repeat += taps;
    const raw = gift({ ...one, at: now, repeat, added: price * taps });
    return sent(now, "gift", raw, price * taps, position === frames.length - 1);
  });
  const end = time + finalAfter;
  return [...messages, sent(end, "gift", gift({ ...one, at: end, repeat, added: 0 }))];
}

function wholeGift({ at, price, type }: ValueOf<typeof whole>, index: number): Sent {
  const time = ROOM_CREATED + at;
  return sent(
    time,
    "gift",
    gift({ at: time, user: String(500 + index), giftId: 9_000 + index, price, type }),
    price,
    true,
  );
}

/** What befalls the messages on their way to us. */
export const fate = fc.record({
  seed: fc.array(fc.nat(9_999), { minLength: 64, maxLength: 64 }),
  /** Of a hundred messages this many are lost. */
  loss: fc.constantFrom(0, 15, 50, 90),
  /** Of a hundred messages this many come twice. */
  twice: fc.constantFrom(0, 30),
  /** A message is at most this late, ms. */
  late: fc.constantFrom(0, 2_000, 10_000),
  /** When we joined, and a stretch in which nothing came; ms after the room's creation. */
  join: fc.integer({ min: 61_000, max: 200_000 }),
  cut: fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 40_000 })),
});
export type Fate = ValueOf<typeof fate>;

/** The messages that reach us, in the order in which they do. */
export function arrive(
  messages: readonly Sent[],
  { seed, loss, twice, late }: Fate,
  mayLose: (message: Sent) => boolean,
): RawMessage[] {
  const dice = (index: number, salt: number): number => ((seed[(index + salt) % 64] ?? 0) * (index + salt + 7)) % 100;
  return messages
    .flatMap((message, index) => {
      if (mayLose(message) && dice(index, 1) < loss) return [];
      const delay = (salt: number): number => message.at + (late * dice(index, salt)) / 100;
      const once = { raw: message.raw, arrival: delay(2) };
      return dice(index, 3) < twice ? [once, { raw: message.raw, arrival: delay(4) + 1_000 }] : [once];
    })
    .toSorted((a, b) => a.arrival - b.arrival)
    .map(({ raw }) => raw);
}

/** The first message of everybody who joins. */
export const welcome = (after: number): Sent => sent(ROOM_CREATED + after, "other", system(ROOM_CREATED + after));
