import type { CreatorId } from "../../domain/ids.ts";
import type { LiveItem, LiveMessage, LiveTotals, Tracking } from "../../domain/live-message.ts";
import { Board, type Shown } from "./board.ts";
import { note, type TrackingNote } from "./live-check.ts";
import type { LiveEnd, LiveReport, Tracked } from "./live-report.ts";

/** What is LIVE in a tenant and what each creator's tracking is doing; what of it is news is told on. */
export const SWITCHBOARD_SCHEMA = `
  CREATE TABLE live (creator_id TEXT PRIMARY KEY, connection_id TEXT NOT NULL, item TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE tracking (creator_id TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT, until INTEGER, since INTEGER) WITHOUT ROWID;
  -- What each session of a day has come to; base is what it had come to when the day began.
  CREATE TABLE today (
    session_id TEXT NOT NULL, day TEXT NOT NULL, creator_id TEXT NOT NULL, base INTEGER NOT NULL, diamonds INTEGER NOT NULL,
    base_seconds INTEGER NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (session_id, day)
  ) WITHOUT ROWID;
  -- Tracked diamonds by minute of the wall clock.
  CREATE TABLE pulse (minute INTEGER NOT NULL, creator_id TEXT NOT NULL, diamonds INTEGER NOT NULL, PRIMARY KEY (minute, creator_id)) WITHOUT ROWID;
  -- Connections that ended: a report that was under way when theirs did is not heard.
  CREATE TABLE ended_connections (connection_id TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/** Who hears what changed: the dashboards. */
export interface Listener {
  /** A creator's LIVE shows other figures. */
  moved(creatorId: CreatorId): void;
  /** The whole tenant's figures are other ones. */
  totalled(): void;
  say(message: LiveMessage & { creatorId: string }): void;
}

/** The whole tenant's figures are told this often while LIVEs move them. */
const TOTALS_EVERY_MS = 2_000;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Sees everybody. */
const anybody = (): boolean => true;

export class Switchboard {
  readonly #sql: SqlStorage;
  readonly #listener: Listener;
  readonly #now: () => number;
  readonly #board: Board;
  #totalsToldAt = 0;

  constructor(sql: SqlStorage, listener: Listener, now: () => number = Date.now) {
    this.#sql = sql;
    this.#listener = listener;
    this.#now = now;
    this.#board = new Board(sql, now);
  }

  /** IANA zone in which "today" is cut. */
  set zone(zone: string) {
    this.#board.zone = zone;
  }

  /** Takes a tracker's report in. @returns false when its connection has ended: the tracker should stop. */
  heard(report: LiveReport, shown: Shown): boolean {
    if (this.#ended(report.connectionId)) return false;
    this.#board.heard(report, shown);
    this.noted(report.creatorId, report.tracking);
    this.#listener.moved(report.creatorId);
    if (this.#now() - this.#totalsToldAt >= TOTALS_EVERY_MS) this.#tellTotals();
    return true;
  }

  /**
   * A LIVE is over: it leaves the wall. Told when the end is heard, and once more when its
   * figures have settled.
   * @returns false when its connection has ended
   */
  over({ connectionId, creatorId, session }: LiveEnd): boolean {
    if (this.#ended(connectionId)) return false;
    this.#board.over(creatorId, session);
    this.noted(creatorId, note("waiting"));
    if (!session) return true;
    const { sessionId, diamonds } = session;
    this.#listener.say({ type: "ended", creatorId, sessionId, diamonds, at: new Date(this.#now()).toISOString() });
    this.#tellTotals();
    return true;
  }

  /** What a tracker does that has no LIVE to show. @returns false when its connection has ended */
  trackerNoted({ connectionId, creatorId }: Tracked, news: TrackingNote): boolean {
    if (this.#ended(connectionId)) return false;
    this.noted(creatorId, news);
    return true;
  }

  /** Remembers what a creator's tracking is doing, and tells when it changed. */
  noted(creatorId: CreatorId, { state, reason, until, since: told }: TrackingNote): void {
    const before = this.trackingOf(creatorId);
    if (before.state === state && before.reason === reason && before.until === iso(until)) return;
    // Another reason for the same state is no new beginning of it.
    const began = before.state === state && before.since !== null ? Date.parse(before.since) : this.#now();
    const since = told ?? began;
    if (state === "off") this.#sql.exec("DELETE FROM tracking WHERE creator_id = ?", creatorId);
    else {
      this.#sql.exec(
        `INSERT INTO tracking VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason,
           until = excluded.until, since = excluded.since`,
        creatorId,
        state,
        reason,
        until,
        since,
      );
    }
    this.#listener.say({ type: "tracking", creatorId, state, reason, until: iso(until), since: iso(since) });
  }

  /** Everything of a creator's that is shown live goes, and is not heard again under this connection. */
  removed(creatorId: CreatorId, connectionId: string): void {
    this.#sql.exec("INSERT INTO ended_connections VALUES (?) ON CONFLICT DO NOTHING", connectionId);
    this.#sql.exec("DELETE FROM tracking WHERE creator_id = ?", creatorId);
    this.#board.remove(creatorId);
    this.#listener.say({ type: "removed", creatorId });
    this.#tellTotals();
  }

  /** A creator's name or picture is another one now. */
  show(creatorId: CreatorId, shown: Shown): void {
    if (this.#board.show(creatorId, shown)) this.#listener.moved(creatorId);
  }

  /** How many LIVEs run. */
  get rooms(): number {
    return this.#board.size;
  }

  /** Who was LIVE when the instance before this one died, and has not reported since. */
  unheard(): CreatorId[] {
    return this.#board.unheard();
  }

  itemOf(creatorId: CreatorId): LiveItem | null {
    return this.#board.itemOf(creatorId);
  }

  items(sees: (creatorId: CreatorId) => boolean = anybody): LiveItem[] {
    return this.#board.items(sees);
  }

  totals(sees: (creatorId: CreatorId) => boolean = anybody): LiveTotals {
    return this.#board.totals(sees);
  }

  trackings(): Tracking[] {
    return this.#sql.exec<TrackingRow>("SELECT * FROM tracking").toArray().map(toTracking);
  }

  trackingOf(creatorId: CreatorId): Tracking {
    const [row] = this.#sql.exec<TrackingRow>("SELECT * FROM tracking WHERE creator_id = ?", creatorId).toArray();
    return row ? toTracking(row) : { creatorId, state: "off", reason: null, until: null, since: null };
  }

  /** Drops what no screen shows any more. */
  tidy(): void {
    this.#board.tidy();
  }

  #tellTotals(): void {
    this.#totalsToldAt = this.#now();
    this.#listener.totalled();
  }

  #ended(connectionId: string): boolean {
    return this.#sql.exec("SELECT 1 FROM ended_connections WHERE connection_id = ?", connectionId).toArray().length > 0;
  }
}

type TrackingRow = {
  creator_id: string;
  state: Tracking["state"];
  reason: string | null;
  until: number | null;
  since: number | null;
};

const toTracking = (row: TrackingRow): Tracking => ({
  creatorId: row.creator_id,
  state: row.state,
  reason: row.reason,
  until: iso(row.until),
  since: iso(row.since),
});
