/**
 * A LIVE that nobody plans: gifts in streaks, counters that trail behind them, viewers who come and go.
 * What a second brings is drawn from (room, second) alone, so a room that nobody watched catches up to the
 * very state that watching would have brought, and a restarted simulator tells the same LIVE again.
 */
import { fraction, seededRandom, wander } from "../random.ts";
import { type Crowd, drawCrowd, someone } from "./crowd.ts";
import {
  CONTROL,
  type Common,
  controlMessage,
  fanTicketMessage,
  type Gift,
  giftMessage,
  linkMicMessage,
  userSeqMessage,
  type Viewer,
} from "./messages.ts";
import { fateOf, type GeneratedMishaps } from "./mishaps.ts";
import type { WireMessage } from "./wire.ts";

const SECOND = 1_000;
const PAUSE_SECONDS = 20;
const GIFTS_A_SECOND = 0.25;
const ENTERED_A_SECOND = 1.7;

interface Happening {
  /** ms since epoch */
  at: number;
  happen: () => void;
  /** It was said before, and comes only now. */
  late?: WireMessage;
}

export interface GeneratorParts extends Crowd {
  /** ms since epoch */
  createdAt: number;
  /** The host goes away for 20 s every so many seconds. */
  pauseEvery?: number | undefined;
  /** Nobody gives anything in the first so many seconds. */
  quietSeconds: number;
  /** TikTok's own totals are told. */
  counters: boolean;
  mishaps: GeneratedMishaps;
}

/** One viewer's taps of one gift, as far as they were really made. */
interface Streak {
  gift: Gift;
  viewer: Viewer;
  /** The giver's clock, ms, when it began; "0" for a gift that comes alone. */
  groupId: string;
  total: number;
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
  #calm = false;

  constructor(parts: GeneratorParts) {
    this.#parts = parts;
  }

  /** Diamonds given up to where the LIVE has been lived: the truth. */
  get diamonds(): number {
    return this.#diamonds;
  }

  /** Nobody gives any more, not even who was about to; the totals are told again and again. */
  calm(): void {
    this.#calm = true;
  }

  /** It is over: what was about to happen does not. Returns what was said before and is still on its way. */
  end(): WireMessage[] {
    const late = this.#ahead.flatMap((happening) => happening.late ?? []);
    this.#ahead = [];
    return late;
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
    if (this.#calm && second % 2 === 0)
      this.#sayTotals(start + 500, () => ({ linkMic: this.#linkMic, fanTicket: this.#fanTicket }));
    if (paused) return;
    const { tempo, quietSeconds } = this.#parts;
    const gifts = second < quietSeconds ? 0 : Math.floor(GIFTS_A_SECOND * tempo + random());
    for (let gift = 0; gift < gifts; gift++) this.#drawGift(start + random() * SECOND, random);
    if (start < this.#readableFrom) return;
    const { entered } = this.audienceAt(start);
    drawCrowd(this.#parts, { second, start, entered }, random, (at, make) => this.#say(at, make));
  }

  #drawGift(at: number, random: () => number): void {
    const { rose, small, big } = this.#parts.gifts;
    const viewer = someone(random());
    const kind = random();
    if (kind > 0.98) {
      const gift = cheapRather(big, random()) ?? rose;
      this.#drawTap(at, { gift, viewer, groupId: "0", total: 0 }, 1, random);
      return;
    }
    const gift = kind < 0.75 ? rose : (cheapRather(small, random()) ?? rose);
    this.#drawStreak(at, gift, viewer, random);
  }

  /** Taps, each with the running total; then, 1 to 5 s after the last, the total once more with repeatEnd. */
  #drawStreak(at: number, gift: Gift, viewer: Viewer, random: () => number): void {
    const { hostUserId } = this.#parts;
    const streak: Streak = { gift, viewer, groupId: String(Math.floor(at - 20 - random() * 780)), total: 0 };
    const taps = 1 + Math.floor(random() ** 3 * 18);
    for (let tap = 0; tap < taps; tap++) {
      // A quick finger's taps arrive together: the total jumps.
      const step = random() < 0.15 ? 2 + Math.floor(random() * 3) : 1;
      this.#drawTap(at, streak, step, random);
      at += 250 + random() * 650;
    }
    this.#say(at + 1_000 + random() * 4_000, (common) => {
      if (streak.total === 0) return null;
      return giftMessage(common, { ...streak, hostUserId, added: 0, repeatCount: streak.total, repeatEnd: true });
    });
  }

  /** `step`: how many it gives at once. */
  #drawTap(at: number, streak: Streak, step: number, random: () => number): void {
    const { hostUserId } = this.#parts;
    const added = step * streak.gift.diamonds;
    const missedByFanTicket = random() < 0.04;
    let given = false;
    let known = 0;
    let counted = 0;
    this.#plan(at, () => {
      given = !this.#calm;
      if (!given) return;
      streak.total += step;
      this.#diamonds += added;
      if (!missedByFanTicket) this.#fanTicket += added;
      known = this.#diamonds;
      counted = this.#fanTicket;
    });
    this.#say(at, (common) => {
      if (!given) return null;
      const giving = { ...streak, hostUserId, added, repeatCount: streak.total, repeatEnd: false };
      return { ...giftMessage(common, giving), diamonds: added };
    });
    // A counter trails its gift by up to a second, and never falls.
    const linkMicAt = at + 100 + random() * 850;
    this.#plan(linkMicAt, () => {
      this.#linkMic = Math.max(this.#linkMic, known);
    });
    this.#sayTotals(linkMicAt, () => (given ? { linkMic: this.#linkMic, fanTicket: counted } : null));
  }

  /** Plans both of TikTok's totals; null: there is nothing new to tell. */
  #sayTotals(at: number, totals: () => { linkMic: number; fanTicket: number } | null): void {
    const { hostUserId, counters } = this.#parts;
    if (!counters) return;
    this.#say(at, (common) => {
      const now = totals();
      return now && linkMicMessage(common, hostUserId, now.linkMic);
    });
    this.#say(at + 40, (common) => {
      const now = totals();
      return now && fanTicketMessage(common, hostUserId, now.fanTicket);
    });
  }

  /** Plans a message, or none if `make` has nothing to say then; its id says its second and its place in the drawing of it. */
  #say(at: number, make: (common: Common) => WireMessage | null): void {
    const { roomId, createdAt, mishaps } = this.#parts;
    const seconds = BigInt(Math.floor(createdAt / SECOND) + this.#second);
    const msgId = ((seconds << 32n) | BigInt(this.#drawn++)).toString();
    this.#plan(at, () => {
      if (at < this.#readableFrom) return;
      const message = make({ msgId, roomId, createTime: at });
      if (!message) return;
      for (const late of fateOf(mishaps, message)) {
        if (late === 0) this.#made.push(message);
        else this.#plan(at + late, () => this.#made.push(message), message);
      }
    });
  }

  /** Keeps `#ahead` in the order of time; of two at the same ms, the one planned first happens first. */
  #plan(at: number, happen: () => void, late?: WireMessage): void {
    let [low, high] = [0, this.#ahead.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ahead[middle]?.at ?? at) <= at) low = middle + 1;
      else high = middle;
    }
    this.#ahead.splice(low, 0, { at, happen, ...(late && { late }) });
  }
}

/** A gift of a list in the order of price; the cube makes a dear one rare. */
const cheapRather = (gifts: readonly Gift[], random: number): Gift | undefined =>
  gifts[Math.floor(random ** 3 * gifts.length)];
