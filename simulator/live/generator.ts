/**
 * A LIVE that nobody plans: gifts in streaks, counters that trail behind them, viewers who come and go.
 * What a second brings is drawn from (room, second) alone, so a room that nobody watched catches up to the
 * very state that watching would have brought, and a restarted simulator tells the same LIVE again.
 */
import { fraction, pick, seededRandom, wander } from "../random.ts";
import type { GiftList } from "./gift-list.ts";
import {
  CONTROL,
  type Common,
  chatMessage,
  controlMessage,
  fanTicketMessage,
  type Gift,
  giftBroadcastMessage,
  giftMessage,
  likeMessage,
  linkMicMessage,
  linkMicOtherMessage,
  memberMessage,
  roomPinMessage,
  socialMessage,
  userSeqMessage,
  type Viewer,
} from "./messages.ts";
import type { WireMessage } from "./wire.ts";

const SECOND = 1_000;
const PAUSE_SECONDS = 20;
const GIFTS_A_SECOND = 0.25;
const ENTERED_A_SECOND = 1.7;
const LIKES_A_SECOND = 9;

const CHATS = [
  "hello from the night shift",
  "again!",
  "which paper is that?",
  "مساء الخير",
  "first time here",
  "that fold",
  "what is this song",
  "goodnight all",
] as const;

interface Happening {
  /** ms since epoch */
  at: number;
  happen: () => void;
}

export interface GeneratorParts {
  roomId: string;
  hostUserId: string;
  /** ms since epoch */
  createdAt: number;
  gifts: GiftList;
  /** 1 is a lively room of a few hundred viewers, a gift every few seconds. */
  tempo: number;
  /** The host goes away for 20 s every so many seconds. */
  pauseEvery: number | undefined;
  /** Nobody gives anything in the first so many seconds. */
  quietSeconds: number;
}

export class LiveGenerator {
  readonly #parts: GeneratorParts;
  /** The next second of the LIVE to be drawn. */
  #second = 0;
  /** Drawn, not yet happened; earliest first. */
  #ahead: Happening[] = [];
  /** Messages are made from this ms on; what happened before is only counted. */
  #readableFrom = 0;
  #made: WireMessage[] = [];
  /** How many messages the second being drawn has asked for: makes their ids the same every time. */
  #drawn = 0;
  #diamonds = 0;
  #linkMic = 0;
  #fanTicket = 0;

  constructor(parts: GeneratorParts) {
    this.#parts = parts;
  }

  /** Diamonds given up to where the LIVE has been lived: the truth. */
  get diamonds(): number {
    return this.#diamonds;
  }

  /** Lives on until `now`; returns the messages since the last time, those older than `readableFrom` left out. */
  live(now: number, readableFrom: number): WireMessage[] {
    this.#readableFrom = readableFrom;
    for (;;) {
      const nextDraw = this.#startOf(this.#second);
      const [next] = this.#ahead;
      if (next && next.at <= Math.min(now, nextDraw)) {
        this.#ahead.shift();
        next.happen();
      } else if (nextDraw <= now) this.#draw(this.#second++);
      else break;
    }
    const made = this.#made;
    this.#made = [];
    return made;
  }

  /** Viewers now, and everybody who entered so far. Needs no living: they depend on the time alone. */
  audienceAt(now: number): { viewers: number; entered: number } {
    const { roomId, tempo, createdAt } = this.#parts;
    const seconds = Math.max(0, Math.floor((now - createdAt) / SECOND));
    const usual = (180 + 400 * fraction(`size:${roomId}`)) * tempo ** 0.5;
    const share = 1 + 0.45 * wander(`slow:${roomId}`, seconds / 600) + 0.08 * wander(`quick:${roomId}`, seconds / 15);
    const filling = 1 - Math.exp(-(seconds + 5) / 120);
    return {
      viewers: Math.max(1, Math.round(usual * share * filling)),
      entered: Math.round(usual + seconds * ENTERED_A_SECOND * tempo),
    };
  }

  #isPaused(second: number): boolean {
    const { pauseEvery } = this.#parts;
    return pauseEvery !== undefined && second >= pauseEvery && second % pauseEvery < PAUSE_SECONDS;
  }

  #startOf(second: number): number {
    return this.#parts.createdAt + second * SECOND;
  }

  /** Decides what the second brings. Gifts come first: they must be the same whether or not anybody reads. */
  #draw(second: number): void {
    const random = seededRandom(`${this.#parts.roomId}:${second}`);
    const start = this.#startOf(second);
    this.#drawn = 0;
    const paused = this.#isPaused(second);
    if (paused !== this.#isPaused(second - 1))
      this.#say(start, (common) => controlMessage(common, paused ? CONTROL.pause : CONTROL.resume));
    if (second % 2 === 0) {
      const { viewers, entered } = this.audienceAt(start);
      this.#say(start + 300, (common) => userSeqMessage(common, viewers, entered));
    }
    if (paused) return;
    const { tempo, quietSeconds } = this.#parts;
    const gifts = second < quietSeconds ? 0 : Math.floor(GIFTS_A_SECOND * tempo + random());
    for (let gift = 0; gift < gifts; gift++) this.#drawGift(start + random() * SECOND, random);
    if (start >= this.#readableFrom) this.#drawNoise(start, second, random);
  }

  #drawGift(at: number, random: () => number): void {
    const { rose, small, big } = this.#parts.gifts;
    const viewer = someone(random());
    const kind = random();
    if (kind > 0.98) {
      const gift = cheapRather(big, random()) ?? rose;
      this.#drawTap(at, { gift, viewer, added: gift.diamonds, repeatCount: 1, groupId: "0" }, random);
      return;
    }
    const gift = kind < 0.75 ? rose : (cheapRather(small, random()) ?? rose);
    this.#drawStreak(at, gift, viewer, random);
  }

  /** Taps, each with the running total; then, 1 to 5 s after the last, the total once more with repeatEnd. */
  #drawStreak(at: number, gift: Gift, viewer: Viewer, random: () => number): void {
    const { hostUserId } = this.#parts;
    const groupId = String(Math.floor(at - 20 - random() * 780));
    const taps = 1 + Math.floor(random() ** 3 * 18);
    let repeatCount = 0;
    for (let tap = 0; tap < taps; tap++) {
      // A quick finger's taps arrive together: the total jumps.
      const step = random() < 0.15 ? 2 + Math.floor(random() * 3) : 1;
      repeatCount += step;
      this.#drawTap(at, { gift, viewer, added: step * gift.diamonds, repeatCount, groupId }, random);
      at += 250 + random() * 650;
    }
    const total = repeatCount;
    this.#say(at + 1_000 + random() * 4_000, (common) =>
      giftMessage(common, { gift, viewer, hostUserId, added: 0, repeatCount: total, repeatEnd: true, groupId }),
    );
  }

  #drawTap(
    at: number,
    tap: { gift: Gift; viewer: Viewer; added: number; repeatCount: number; groupId: string },
    random: () => number,
  ): void {
    const { hostUserId } = this.#parts;
    const missedByFanTicket = random() < 0.04;
    let known = 0;
    this.#plan(at, () => {
      this.#diamonds += tap.added;
      known = this.#diamonds;
      if (!missedByFanTicket) this.#fanTicket += tap.added;
    });
    this.#say(at, (common) => giftMessage(common, { ...tap, hostUserId, repeatEnd: false }));
    // A counter trails its gift by up to a second, and never falls.
    const linkMicAt = at + 100 + random() * 850;
    this.#plan(linkMicAt, () => {
      this.#linkMic = Math.max(this.#linkMic, known);
    });
    this.#say(linkMicAt, (common) => linkMicMessage(common, hostUserId, this.#linkMic));
    let counted = 0;
    this.#plan(at, () => {
      counted = this.#fanTicket;
    });
    this.#say(linkMicAt + 40, (common) => fanTicketMessage(common, hostUserId, counted));
  }

  /** What a room is full of and no number depends on; some of it looks like gifts and must not be counted. */
  #drawNoise(start: number, second: number, random: () => number): void {
    const { tempo, roomId, gifts } = this.#parts;
    const busy = (rate: number): number => Math.floor(rate * Math.min(tempo, 20) + random());
    const within = (): number => start + random() * SECOND;
    const { entered } = this.audienceAt(start);
    for (let n = busy(1.2); n > 0; n--) {
      const [viewer, text] = [someone(random()), pick(CHATS, random())];
      this.#say(within(), (common) => chatMessage(common, viewer, text));
    }
    for (let n = busy(0.8); n > 0; n--) {
      const [viewer, count] = [someone(random()), 1 + Math.floor(random() * 15)];
      // Likes are counted in shards: the total jumps backwards now and then.
      const total = Math.floor(second * LIKES_A_SECOND * tempo - random() * 400);
      this.#say(within(), (common) => likeMessage(common, viewer, count, Math.max(count, total)));
    }
    for (let n = busy(0.9); n > 0; n--) {
      const viewer = someone(random());
      this.#say(within(), (common) => memberMessage(common, viewer, entered));
    }
    if (random() < 0.12) {
      const [viewer, action] = [someone(random()), random() < 0.7 ? (1 as const) : (3 as const)];
      this.#say(within(), (common) => socialMessage(common, viewer, action));
    }
    if (second % 60 === 31) this.#say(within(), linkMicOtherMessage);
    if (second % 90 === 45) {
      const old: Common = { msgId: String(BigInt(roomId) + 7n), roomId, createTime: start - 50_000 };
      const giving = { gift: gifts.rose, viewer: someone(random()), hostUserId: this.#parts.hostUserId };
      const pinned = giftMessage(old, { ...giving, added: 1, repeatCount: 1, repeatEnd: false, groupId: "0" });
      this.#say(within(), (common) => roomPinMessage(common, pinned));
    }
    if (second % 45 === 20) {
      const otherRoom = String(BigInt(roomId) - 4_294_967_311n);
      this.#say(within(), (common) => giftBroadcastMessage({ ...common, roomId: otherRoom }, gifts.rose));
    }
  }

  /** Plans a message; its id says its second and its place in the drawing of it. */
  #say(at: number, make: (common: Common) => WireMessage): void {
    const { roomId, createdAt } = this.#parts;
    const seconds = BigInt(Math.floor(createdAt / SECOND) + this.#second);
    const msgId = ((seconds << 32n) | BigInt(this.#drawn++)).toString();
    this.#plan(at, () => {
      if (at >= this.#readableFrom) this.#made.push(make({ msgId, roomId, createTime: at }));
    });
  }

  /** Keeps `#ahead` in the order of time; of two at the same ms, the one planned first happens first. */
  #plan(at: number, happen: () => void): void {
    let [low, high] = [0, this.#ahead.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ahead[middle]?.at ?? at) <= at) low = middle + 1;
      else high = middle;
    }
    this.#ahead.splice(low, 0, { at, happen });
  }
}

const NAMES = ["moth", "kite", "tram", "fig", "lark", "zinc", "oboe", "dune", "pear", "wren"] as const;

/** A gift of a list in the order of price; the cube makes a dear one rare. */
const cheapRather = (gifts: readonly Gift[], random: number): Gift | undefined =>
  gifts[Math.floor(random ** 3 * gifts.length)];

/** One of some thousand invented viewers. */
const someone = (random: number): Viewer => {
  const number = Math.floor(random * 4_000);
  const id = (6_900_000_000_000_000_000n + BigInt(number) * 10_000_000_019n).toString();
  return { id, name: `Viewer${pick(NAMES, (number % 10) / 10)}${number}` };
};
