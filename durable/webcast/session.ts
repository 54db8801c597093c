import type { Confidence, SessionState } from "../../domain/live-message.ts";
import { coverageOf } from "../../domain/metrics/coverage.ts";
import { type Interval, lengthWithin } from "../../domain/metrics/hours.ts";
import { GAP_MS, ViewerCurve } from "../../domain/metrics/viewers.ts";
import { confidenceOf } from "./confidence.ts";
import { Continuity } from "./continuity.ts";
import type { ControlAction, RoomEvent } from "./events.ts";
import { type DiamondTotals, GiftLedger } from "./gifts.ts";
import type { EndNote, RoomNote, SessionInput } from "./inputs.ts";
import { minuteOf, minutesOf, type SessionMinute } from "./minutes.ts";
import { factsOfId, type RoomFacts } from "./room-facts.ts";

/** The figures that move on a screen; cheap. Times are ms since epoch, null is not known (yet). */
export interface SessionTotals {
  state: SessionState;
  startedAt: number;
  diamonds: number;
  diamondsBefore: number;
  diamondsTracked: number;
  viewers: number | null;
  averageViewers: number | null;
  peakViewers: number | null;
}

/** Everything that `LiveSessionSummary` says, with times in ms since epoch. */
export interface SessionSummary extends Omit<SessionTotals, "viewers"> {
  roomId: string;
  endedAt: number | null;
  durationSeconds: number;
  pausedSeconds: number;
  diamondsRecovered: number;
  diamondsByWitness: DiamondTotals["witnesses"];
  confidence: Confidence;
  confidenceReason: string;
  peakAt: number | null;
  coverage: number;
  /** Time that viewers were seen, ms: the weight of this session in a period's average. */
  coveredMs: number;
  /** When the last thing was heard. */
  updatedAt: number;
}

const DAY = 86_400_000;
/** No LIVE lasts this long: a time this far off is a broken message's. */
const LONGEST_SESSION = 14 * DAY;
/** A room that is found over so soon after its socket was lost was over when it was. */
const END_SEEN_WITHIN = 10_000;

/**
 * One LIVE of one room. A pure machine: everything enters by `apply`, time included.
 * The clock is the messages' createTime; our own clock never mixes with it.
 */
export class LiveSession {
  readonly roomId: string;
  readonly #ledger = new GiftLedger();
  readonly #curve = new ViewerCurve();
  readonly #controls = new Map<number, ControlAction>();
  readonly #continuity = new Continuity();
  #room: RoomFacts;
  #pauses: Interval[] = [];
  #endedAt: number | null = null;
  /** Our clock at the last time that the socket was lost. */
  #lostAt = Number.POSITIVE_INFINITY;
  /** The LIVE went on without us and ended: nobody can tell what was given meanwhile. */
  #endUnseen = false;
  /** Time of the last thing that counted; null before the first. */
  #lastAt: number | null = null;
  /** Our clock at the first note: stands in until anything was heard. */
  #notedAt: number | null = null;
  /**
   * Diamonds as shown. Late messages can lower the reckoned figure for a moment; what is
   * shown never falls while the LIVE runs, and is what was reckoned once it is over.
   */
  #shown = 0;

  constructor(roomId: string) {
    this.roomId = roomId;
    this.#room = factsOfId(roomId);
    this.#ledger.setRoom(this.#room);
  }

  /** @returns whether the input changed anything; one that did belongs into the journal */
  apply(input: SessionInput): boolean {
    const changed = this.#take(input);
    if (changed) {
      const { diamonds } = this.#ledger;
      this.#shown = this.#endedAt === null ? Math.max(this.#shown, diamonds) : diamonds;
    }
    return changed;
  }

  get ended(): boolean {
    return this.#endedAt !== null;
  }

  totals(): SessionTotals {
    const { before } = this.#ledger.totals();
    return {
      state: this.#state(),
      startedAt: this.#startedAt(),
      diamonds: this.#shown,
      diamondsBefore: before ?? 0,
      diamondsTracked: this.#shown - (before ?? 0),
      viewers: this.#state() === "live" ? (this.#curve.latest?.viewers ?? null) : null,
      averageViewers: this.#curve.average,
      peakViewers: this.#curve.peak?.viewers ?? null,
    };
  }

  summary(): SessionSummary {
    const { viewers: _, ...totals } = this.totals();
    const { witnesses, offset, ...ledger } = this.#ledger.totals();
    const span = { from: totals.startedAt, to: Math.max(totals.startedAt, this.#until()) };
    const sessionMs = span.to - span.from;
    const pausedMs = lengthWithin(this.#pauses, span);
    const coverage = coverageOf(this.#curve.coveredMs, sessionMs, pausedMs);
    const { confidence, reason } = this.#confidence(ledger.before, ledger.recovered, offset, coverage);
    return {
      ...totals,
      roomId: this.roomId,
      endedAt: this.#endedAt,
      durationSeconds: Math.floor((sessionMs - pausedMs) / 1000),
      pausedSeconds: Math.floor(pausedMs / 1000),
      diamondsRecovered: totals.diamondsTracked - ledger.tracked,
      diamondsByWitness: witnesses,
      confidence,
      confidenceReason: reason,
      peakAt: this.#curve.peak?.at ?? null,
      coverage,
      coveredMs: this.#curve.coveredMs,
      updatedAt: this.#heardAt(),
    };
  }

  /** Every minute from the start to the end, or to the last thing heard. */
  minutes(): SessionMinute[] {
    const span = { from: this.#startedAt(), to: this.#until() };
    return minutesOf(span, this.#curve.minutes, this.#diamondsByMinute(Number.NEGATIVE_INFINITY), this.#pauses);
  }

  /** Diamonds of each of the last `count` minutes, oldest first. */
  recent(count: number): number[] {
    const first = minuteOf(this.#until()) - count + 1;
    const diamonds = this.#diamondsByMinute(first);
    return Array.from({ length: count }, (_, index) => diamonds.get(first + index) ?? 0);
  }

  #take(input: SessionInput): boolean {
    switch (input.kind) {
      case "room":
        return this.#learnRoom(input);
      case "connected":
      case "disconnected":
        this.#notedAt ??= input.at;
        if (input.kind === "disconnected") this.#lostAt = input.at;
        return this.#continuity.setConnected(input.kind === "connected", this.#lastAt);
      case "end":
        this.#notedAt ??= input.at;
        return this.#end(input);
      default:
        return this.#event(input);
    }
  }

  #event(event: RoomEvent): boolean {
    if (event.roomId !== this.roomId || this.#isAbsurd(event.createTime)) return false;
    const mended = this.#continuity.heard(event.createTime, event.isHistory);
    // Controls are not among the messages that tell when we joined (rule 3).
    const joined = !event.isHistory && event.kind !== "control" && this.#ledger.seen(event.createTime);
    const counted = this.#count(event);
    if (joined || counted) this.#lastAt = Math.max(this.#lastAt ?? event.createTime, event.createTime);
    return mended || joined || counted;
  }

  #count(event: RoomEvent): boolean {
    switch (event.kind) {
      case "gift":
      case "counter-linkmic":
      case "counter-fanticket":
        return this.#ledger.apply(event);
      case "viewers":
        // Viewer messages go on for minutes after the end.
        if (this.#endedAt !== null && event.createTime > this.#endedAt) return false;
        return this.#curve.add(event.createTime, event.viewers);
      case "control":
        return this.#control(event.createTime, event.action);
      case "seen":
        return false;
    }
  }

  #control(at: number, action: ControlAction): boolean {
    if (action === "ended" || action === "suspended") return this.#endAt(at);
    if (this.#controls.has(at)) return false;
    this.#controls.set(at, action);
    this.#pauses = pausesOf(this.#controls);
    this.#curve.bound(this.#pauses, this.#endedAt);
    return true;
  }

  /** Of several ends the first is the end. */
  #endAt(at: number): boolean {
    if (this.#endedAt !== null && this.#endedAt <= at) return false;
    this.#endedAt = at;
    this.#curve.bound(this.#pauses, at);
    return true;
  }

  #end({ reason, at }: EndNote): boolean {
    const ended = this.#endAt(reason === "finished" ? at : (this.#lastAt ?? at));
    // A socket that closes because the LIVE is over is no cut.
    if (ended && this.#continuity.lost) this.#endUnseen = at - this.#lostAt > END_SEEN_WITHIN;
    return ended;
  }

  #learnRoom({ createTime, fanTicket }: RoomNote): boolean {
    const room = {
      createTime: createTime ?? this.#room.createTime,
      // The newest before anything was heard; read later it would hold gifts that we counted ourselves.
      fanTicket: this.#lastAt === null ? (fanTicket ?? this.#room.fanTicket) : this.#room.fanTicket,
    };
    if (room.createTime === this.#room.createTime && room.fanTicket === this.#room.fanTicket) return false;
    this.#room = room;
    this.#ledger.setRoom(room);
    return true;
  }

  #state(): SessionState {
    if (this.#endedAt !== null) return "ended";
    if (this.#continuity.lost) return "lost";
    return this.#pauses.at(-1)?.to === Number.POSITIVE_INFINITY ? "paused" : "live";
  }

  /**
   * The room's create time, or the first message's when the room was created over a day before it.
   * Until that message comes our own clock stands in: an old room is no LIVE of years.
   */
  #startedAt(): number {
    const { createTime } = this.#room;
    const joinedAt = this.#ledger.joinedAt ?? this.#lastAt ?? this.#notedAt;
    if (joinedAt === null) return createTime ?? 0;
    return createTime !== null && createTime <= joinedAt && joinedAt - createTime <= DAY ? createTime : joinedAt;
  }

  #heardAt(): number {
    return this.#lastAt ?? this.#notedAt ?? this.#room.createTime ?? 0;
  }

  #until(): number {
    return this.#endedAt ?? this.#heardAt();
  }

  #isAbsurd(at: number): boolean {
    const joinedAt = this.#ledger.joinedAt;
    return joinedAt !== null && Math.abs(at - joinedAt) > LONGEST_SESSION;
  }

  #diamondsByMinute(first: number): Map<number, number> {
    const minutes = this.#ledger.minutes(first);
    // What is shown above the reckoned figure belongs to the latest minute.
    const above = this.#shown - this.#ledger.diamonds;
    const latest = minuteOf(this.#until());
    if (above > 0) minutes.set(latest, (minutes.get(latest) ?? 0) + above);
    return minutes;
  }

  #confidence(before: number | null, recovered: number, offset: number, coverage: number) {
    const { joinedAt, counterAt } = this.#ledger;
    const until = this.#until();
    const latest = this.#curve.latest?.at ?? null;
    const lastGapEnd = Math.max(
      joinedAt ?? until,
      this.#curve.lastGapEnd ?? Number.NEGATIVE_INFINITY,
      latest !== null && until - latest > GAP_MS ? until : Number.NEGATIVE_INFINITY,
      this.#continuity.lastCutEnd(until),
    );
    return confidenceOf({
      recovered,
      offset,
      beforeKnown: before !== null,
      ageAtJoin: joinedAt === null || this.#room.createTime === null ? null : joinedAt - this.#room.createTime,
      coverage,
      counted: counterAt !== null,
      countedSinceGap: counterAt !== null && counterAt >= lastGapEnd,
      openCut: this.#endUnseen || this.#continuity.hasOpenCut(until, counterAt),
    });
  }
}

/** Pauses by the controls' own order in time; one that is not resumed lasts. */
function pausesOf(controls: ReadonlyMap<number, ControlAction>): Interval[] {
  const pauses: Interval[] = [];
  for (const [at, action] of [...controls].toSorted(([a], [b]) => a - b)) {
    const last = pauses.at(-1);
    const paused = last?.to === Number.POSITIVE_INFINITY;
    if (action === "pause" && !paused) pauses.push({ from: at, to: Number.POSITIVE_INFINITY });
    else if (action === "resume" && paused) last.to = at;
  }
  return pauses;
}
