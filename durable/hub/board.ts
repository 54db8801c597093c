import type { CreatorId, LiveSessionId } from "../../domain/ids.ts";
import type { LiveItem, LiveTotals } from "../../domain/live-message.ts";
import { dayOf } from "../../domain/metrics/days.ts";
import type { LiveReport } from "./live-report.ts";
import { countDay, type DayCount, type Figures, partOf } from "./today.ts";

/**
 * What is LIVE in a tenant, and what today's sessions came to. A row a session, written when it begins, when it
 * ends and once a minute between: the trackers hold the truth to the last gift, and a reborn hub asks them.
 */
export const BOARD_SCHEMA = `
  DROP TABLE live;
  DROP TABLE today;
  DROP TABLE pulse;
  CREATE TABLE board (session_id TEXT PRIMARY KEY, creator_id TEXT NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID;
`;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PULSE_MINUTES = 60;
/** A session's row is written this often while its figures move. */
const KEEP_EVERY_MS = MINUTE_MS;

/** Who a creator is on a dashboard. */
export type Shown = Pick<LiveItem, "displayName" | "handle" | "avatarUrl">;

interface Entry {
  creatorId: CreatorId;
  sessionId: LiveSessionId;
  /** Null once it is over. */
  item: LiveItem | null;
  count: DayCount;
  /** Tracked diamonds by minute of the wall clock, the last hour's. */
  pulse: [minute: number, diamonds: number][];
}

type Row = { entry: string };

export class Board {
  readonly #sql: SqlStorage;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #live = new Map<CreatorId, Entry>();
  readonly #keptAt = new Map<string, number>();
  /** Nobody reported since this instance began: what is known of them may be a minute old. */
  readonly #stale = new Set<CreatorId>();
  /** IANA zone in which "today" is cut. */
  zone = "UTC";

  constructor(sql: SqlStorage, now: () => number) {
    this.#sql = sql;
    this.#now = now;
    for (const { entry } of sql.exec<Row>("SELECT entry FROM board")) {
      const known = JSON.parse(entry) as Entry;
      this.#entries.set(known.sessionId, known);
      if (!known.item) continue;
      this.#live.set(known.creatorId, known);
      this.#stale.add(known.creatorId);
    }
  }

  heard({ creatorId, sessionId, item: said, durationSeconds }: LiveReport, shown: Shown): void {
    const { displayName, handle, avatarUrl } = shown;
    const item: LiveItem = { ...said, displayName, handle, avatarUrl, creatorId, sessionId };
    const known = this.#entries.get(sessionId);
    const begins = !known?.item;
    const { diamondsBefore, diamondsTracked } = item;
    const figures = {
      startedAt: Date.parse(item.startedAt),
      diamondsBefore,
      diamondsTracked,
      seconds: durationSeconds,
    };
    const entry = this.#count(creatorId, sessionId, figures);
    const tracked = entry.item?.diamondsTracked ?? item.diamondsTracked;
    this.#beat(entry, item.diamondsTracked - tracked);
    entry.item = item;
    this.#live.set(creatorId, entry);
    this.#stale.delete(creatorId);
    if (begins || this.#now() - (this.#keptAt.get(sessionId) ?? 0) >= KEEP_EVERY_MS) this.#keep(entry);
  }

  /** A LIVE is over, with what it came to; null when there was none to show. */
  over(creatorId: CreatorId, end: (Figures & { sessionId: LiveSessionId }) | null): void {
    const live = this.#live.get(creatorId);
    this.#live.delete(creatorId);
    this.#stale.delete(creatorId);
    const ended = end ? this.#count(creatorId, end.sessionId, end) : null;
    for (const entry of new Set([live, ended])) {
      if (!entry) continue;
      entry.item = null;
      this.#keep(entry);
    }
  }

  remove(creatorId: CreatorId): void {
    this.#live.delete(creatorId);
    this.#stale.delete(creatorId);
    for (const { sessionId } of [...this.#entries.values()].filter((entry) => entry.creatorId === creatorId))
      this.#drop(sessionId);
    this.#sql.exec("DELETE FROM board WHERE creator_id = ?", creatorId);
  }

  /** A creator's name or picture is another one now. @returns whether it is on the wall */
  show(creatorId: CreatorId, { displayName, handle, avatarUrl }: Shown): boolean {
    const entry = this.#live.get(creatorId);
    if (entry?.item) entry.item = { ...entry.item, displayName, handle, avatarUrl };
    return entry !== undefined;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Who was LIVE when the instance before this one died, and has not reported since. */
  unheard(): CreatorId[] {
    return [...this.#stale];
  }

  itemOf(creatorId: CreatorId): LiveItem | null {
    return this.#live.get(creatorId)?.item ?? null;
  }

  items(sees: (creatorId: CreatorId) => boolean): LiveItem[] {
    return [...this.#live.values()].flatMap(({ item, creatorId }) => (item && sees(creatorId) ? [item] : []));
  }

  totals(sees: (creatorId: CreatorId) => boolean): LiveTotals {
    const now = this.#now();
    const today = dayOf(now, this.zone);
    const first = Math.floor(now / MINUTE_MS) - PULSE_MINUTES + 1;
    const totals: LiveTotals = {
      diamondsToday: 0,
      secondsToday: 0,
      perMinute: new Array<number>(PULSE_MINUTES).fill(0),
    };
    for (const entry of this.#entries.values()) {
      if (!sees(entry.creatorId)) continue;
      const { diamonds: ofToday, seconds } = partOf(entry.count, today, this.zone);
      totals.diamondsToday += ofToday;
      totals.secondsToday += seconds;
      for (const [minute, diamonds] of entry.pulse) {
        const at = minute - first;
        if (at >= 0 && at < PULSE_MINUTES) totals.perMinute[at] = (totals.perMinute[at] ?? 0) + diamonds;
      }
    }
    return totals;
  }

  /** Drops what no screen shows any more. */
  tidy(): void {
    const oldest = dayOf(this.#now() - 2 * DAY_MS, this.zone);
    for (const { sessionId, item, count } of [...this.#entries.values()]) {
      if (item !== null || count.day >= oldest) continue;
      this.#drop(sessionId);
      this.#sql.exec("DELETE FROM board WHERE session_id = ?", sessionId);
    }
  }

  #count(
    creatorId: CreatorId,
    sessionId: LiveSessionId,
    { startedAt, diamondsBefore, diamondsTracked, seconds }: Figures,
  ): Entry {
    const known = this.#entries.get(sessionId);
    const figures = { startedAt, diamondsBefore, diamondsTracked, seconds };
    const count = countDay(known?.count, figures, this.#now(), this.zone);
    const entry = known ?? { creatorId, sessionId, item: null, count, pulse: [] };
    entry.count = count;
    this.#entries.set(sessionId, entry);
    return entry;
  }

  #beat({ pulse }: Entry, diamonds: number): void {
    if (diamonds <= 0) return;
    const minute = Math.floor(this.#now() / MINUTE_MS);
    const last = pulse.at(-1);
    if (last?.[0] === minute) last[1] += diamonds;
    else pulse.push([minute, diamonds]);
    if (pulse.length > PULSE_MINUTES) pulse.shift();
  }

  #keep(entry: Entry): void {
    this.#keptAt.set(entry.sessionId, this.#now());
    this.#sql.exec(
      "INSERT INTO board VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET entry = excluded.entry",
      entry.sessionId,
      entry.creatorId,
      JSON.stringify(entry),
    );
  }

  #drop(sessionId: string): void {
    this.#entries.delete(sessionId);
    this.#keptAt.delete(sessionId);
  }
}
