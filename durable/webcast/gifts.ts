import { Counter, Timeline } from "./counter.ts";
import type { CounterEvent, GiftEvent } from "./events.ts";
import { minuteOf } from "./minutes.ts";
import type { RoomFacts } from "./room-facts.ts";

/** The figures of `live-protocol.md`, "Counting diamonds". All are diamonds. */
export interface DiamondTotals {
  /** B: given before we joined; null when nobody can tell (it counts 0). */
  before: number | null;
  /** T: counted by us, gift by gift. */
  tracked: number;
  /** R: missed by us, shown by TikTok's own counter. */
  recovered: number;
  /** B + T + R. */
  diamonds: number;
  witnesses: { streak: number; delta: number; counter: number | null };
  /** What the counter showed before anybody can have given: left out, and nobody knows whether rightly. */
  offset: number;
}

interface Streak {
  price: number;
  /** M: the highest running total. */
  repeat: number;
  /** Σ field 3, diamonds. */
  added: number;
  group: number;
  firstAt: number;
  /** p·H as it stands on the timeline, and where. */
  hidden: number;
  startedAt: number;
}

const MINUTE = 60_000;
/** A giver's clock is believed this far from the server's. */
const GROUP_CLOCK_RANGE = 10 * MINUTE;
/** A room this young when we joined had no diamonds before us. */
const YOUNG_ROOM = MINUTE;

/**
 * Counts the diamonds of one LIVE by the eleven rules of `live-protocol.md`. Only sets,
 * sums over sets and maxima are kept, so neither order nor repetition can matter.
 *
 * With P(t) = what is counted until t, Newer(C) = T − P(C's time) and so
 * Floor(C) = T + (C − P): the floors differ from each other by their shortfalls C − P
 * alone. Thus B = max(0, first shortfall), R = max(0, highest shortfall − B), and
 * diamonds = T + max(0, highest shortfall).
 */
export class GiftLedger {
  readonly #msgIds = new Set<string>();
  readonly #streaks = new Map<number, Streak>();
  readonly #gifts = new Timeline();
  readonly #minutes = new Map<number, number>();
  readonly #counters = { linkMic: new Map<number, Counter>(), fanTicket: new Map<number, Counter>() };
  /** The counter that is followed: the host's, LinkMic as soon as there is one. */
  #followed: Counter | null = null;
  #host: number | null = null;
  #joinedAt = Number.POSITIVE_INFINITY;
  #firstGiftAt = Number.POSITIVE_INFINITY;
  #streakWitness = 0;
  #deltaWitness = 0;
  #room: RoomFacts = { createTime: null, fanTicket: null };

  /** J: when we joined; null before the first message that tells. */
  get joinedAt(): number | null {
    return Number.isFinite(this.#joinedAt) ? this.#joinedAt : null;
  }

  /** When TikTok's counter spoke last; null without one. */
  get counterAt(): number | null {
    return this.#followed?.lastAt ?? null;
  }

  setRoom(room: RoomFacts): void {
    this.#room = room;
  }

  /** A message that was not history was made at `at`: we were in the room. True when J moved. */
  seen(at: number): boolean {
    if (at >= this.#joinedAt) return false;
    this.#joinedAt = at;
    for (const streak of this.#streaks.values()) this.#settle(streak);
    return true;
  }

  /** @returns whether the figures' basis changed; a repetition changes nothing. */
  apply(event: GiftEvent | CounterEvent): boolean {
    if (event.kind === "gift") return this.#gift(event);
    if (event.kind === "counter-linkmic") {
      return this.#reading(this.#counters.linkMic, event.createTime, event.person, event.total);
    }
    let changed = false;
    for (const row of event.rows) {
      changed = this.#reading(this.#counters.fanTicket, event.createTime, row.person, row.total) || changed;
    }
    return changed;
  }

  /** B + T + R. */
  get diamonds(): number {
    const before = this.#before() ?? 0;
    return before + this.#gifts.total + this.#recovered(before);
  }

  totals(): DiamondTotals {
    const before = this.#before();
    return {
      before,
      tracked: this.#gifts.total,
      recovered: this.#recovered(before ?? 0),
      diamonds: this.diamonds,
      witnesses: { streak: this.#streakWitness, delta: this.#deltaWitness, counter: this.#counterWitness() },
      offset: this.#offset(),
    };
  }

  /**
   * Diamonds of each minute from minute `first` on (minutes are counted from the epoch):
   * gifts where they were given, recovered ones where the counter showed them. From −∞
   * on they add up to T + R.
   */
  minutes(first: number): Map<number, number> {
    const minutes = new Map<number, number>();
    for (const [minute, diamonds] of this.#minutes) if (minute >= first && diamonds > 0) minutes.set(minute, diamonds);
    const known = (this.#before() ?? 0) + this.#offset();
    this.#followed?.revealed(known, first * MINUTE, (at, diamonds) => {
      const minute = minuteOf(at);
      minutes.set(minute, (minutes.get(minute) ?? 0) + diamonds);
    });
    return minutes;
  }

  #gift(gift: GiftEvent): boolean {
    const met = this.#meetHost(gift.host);
    if (!gift.toHost || this.#msgIds.has(gift.msgId)) return met;
    this.#msgIds.add(gift.msgId);
    this.#firstGiftAt = Math.min(this.#firstGiftAt, gift.createTime);
    this.#deltaWitness += gift.added;
    if (gift.streak !== null) {
      this.#lay(gift.createTime, gift.added);
      this.#tap(gift.streak, gift);
    } else {
      this.#lay(gift.createTime, gift.price * gift.repeat);
      this.#streakWitness += gift.price * gift.repeat;
    }
    return true;
  }

  #tap(key: number, gift: GiftEvent): void {
    const known = this.#streaks.get(key);
    const streak = known ?? {
      price: 0,
      repeat: 0,
      added: 0,
      group: gift.group,
      firstAt: gift.createTime,
      hidden: 0,
      startedAt: gift.createTime,
    };
    if (known === undefined) this.#streaks.set(key, streak);
    this.#streakWitness -= streak.price * streak.repeat;
    streak.price = Math.max(streak.price, gift.price);
    streak.repeat = Math.max(streak.repeat, gift.repeat);
    streak.added += gift.added;
    streak.firstAt = Math.min(streak.firstAt, gift.createTime);
    this.#streakWitness += streak.price * streak.repeat;
    this.#settle(streak);
  }

  /** Puts a streak's hidden taps at its start, unless they were made before we joined. */
  #settle(streak: Streak): void {
    const clockHolds = Math.abs(streak.group - streak.firstAt) <= GROUP_CLOCK_RANGE;
    const startedAt = clockHolds ? Math.min(streak.group, streak.firstAt) : streak.firstAt;
    const older = startedAt < this.#joinedAt;
    const hidden = older ? 0 : Math.max(0, streak.price * streak.repeat - streak.added);
    if (hidden === streak.hidden && startedAt === streak.startedAt) return;
    this.#lay(streak.startedAt, -streak.hidden);
    this.#lay(startedAt, hidden);
    streak.hidden = hidden;
    streak.startedAt = startedAt;
  }

  #lay(at: number, diamonds: number): void {
    if (diamonds === 0) return;
    this.#gifts.add(at, diamonds);
    this.#followed?.shift(at, diamonds);
    const minute = minuteOf(at);
    this.#minutes.set(minute, (this.#minutes.get(minute) ?? 0) + diamonds);
  }

  #reading(counters: Map<number, Counter>, at: number, person: number, total: number): boolean {
    if (this.#host !== null && person !== this.#host) return false;
    let counter = counters.get(person);
    if (counter === undefined) {
      counter = new Counter();
      counters.set(person, counter);
    }
    const counted = counter === this.#followed ? this.#gifts.until(at) : 0;
    const changed = counter.add(at, total, counted);
    if (counter !== this.#followed) this.#chooseCounter();
    return changed;
  }

  #meetHost(host: number | null): boolean {
    if (host === null || this.#host !== null) return false;
    this.#host = host;
    for (const counters of [this.#counters.linkMic, this.#counters.fanTicket]) {
      for (const person of counters.keys()) if (person !== host) counters.delete(person);
    }
    this.#chooseCounter();
    return true;
  }

  #chooseCounter(): void {
    const { linkMic, fanTicket } = this.#counters;
    const host = this.#host ?? this.#onlyPerson();
    const counter = host === null ? null : (linkMic.get(host) ?? fanTicket.get(host) ?? null);
    if (counter === this.#followed) return;
    this.#followed = counter;
    counter?.follow(this.#gifts);
  }

  /** Before a gift named the host: whoever is the only one with a counter. */
  #onlyPerson(): number | null {
    const persons = new Set([...this.#counters.linkMic.keys(), ...this.#counters.fanTicket.keys()]);
    const [person] = persons;
    return persons.size === 1 && person !== undefined ? person : null;
  }

  #before(): number | null {
    if (this.#followed !== null) return Math.max(0, this.#followed.firstShortfall - this.#offset());
    const joinedAt = this.joinedAt;
    if (this.#room.fanTicket !== null) {
      // Gifts sent again from before we joined are in TikTok's total already.
      const history = joinedAt === null ? this.#gifts.total : this.#gifts.until(joinedAt - 1);
      return Math.max(0, this.#room.fanTicket - history);
    }
    return joinedAt !== null && this.#isYoung(joinedAt) ? 0 : null;
  }

  #recovered(before: number): number {
    if (this.#followed === null) return 0;
    return Math.max(0, this.#followed.highestShortfall - this.#offset() - before);
  }

  /** A counter that stands above 0 in a new room without a gift did not begin at 0. */
  #offset(): number {
    const at = this.#followed?.firstAt ?? null;
    if (this.#followed === null || at === null) return 0;
    return this.#isYoung(at) && this.#firstGiftAt > at ? this.#followed.first : 0;
  }

  /** Whether the room was at most a minute old at `at`, by clocks that may differ a little. */
  #isYoung(at: number): boolean {
    return this.#room.createTime !== null && Math.abs(at - this.#room.createTime) <= YOUNG_ROOM;
  }

  #counterWitness(): number | null {
    const host = this.#host ?? this.#onlyPerson();
    const counter = host === null ? undefined : this.#counters.fanTicket.get(host);
    return counter === undefined ? null : counter.last - (counter.before(this.#firstGiftAt) ?? counter.first);
  }
}
