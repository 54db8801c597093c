import type { CreatorId } from "../../domain/ids.ts";
import type { LiveItem, LiveMessage, LiveTotals, Tracking } from "../../domain/live-message.ts";
import { dayOf } from "../../domain/metrics/days.ts";
import { note, type TrackingNote } from "./live-check.ts";
import type { LiveEnd, LiveReport, Tracked } from "./live-report.ts";

/**
 * What is LIVE in a tenant, and who is told. The state lies in the object's SQLite, written
 * before it is sent, so a reborn hub knows what the last one said.
 */
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

/** Who a creator is on a dashboard. */
export interface Face {
  displayName: string;
  handle: string | null;
  avatarUrl: string | null;
}

const MINUTE_MS = 60_000;
const PULSE_MINUTES = 60;
/** The whole tenant's figures are told this often while LIVEs move them. */
const TOTALS_EVERY_MS = 2_000;

/** A report is answered with the time until the next one, ms: quick for few rooms, 2 s for a thousand. */
export const reportInterval = (rooms: number): number =>
  Math.round(Math.min(2_000, 250 + Math.max(0, rooms - 20) * 1.8));

type TodayRow = { base: number; diamonds: number; base_seconds: number; seconds: number };

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export class Switchboard {
  readonly #sql: SqlStorage;
  readonly #send: (message: LiveMessage) => void;
  readonly #now: () => number;
  /** IANA zone in which "today" is cut. */
  zone = "UTC";
  #totalsToldAt = 0;

  constructor(sql: SqlStorage, send: (message: LiveMessage) => void, now: () => number = Date.now) {
    this.#sql = sql;
    this.#send = send;
    this.#now = now;
  }

  /** Takes a tracker's report in. @returns false when its connection has ended: the tracker should stop. */
  heard(report: LiveReport, face: Face): boolean {
    if (this.#ended(report.connectionId)) return false;
    const before = this.itemOf(report.creatorId);
    const item: LiveItem = { ...report.item, ...face, creatorId: report.creatorId, sessionId: report.sessionId };
    this.#sql.exec(
      "INSERT INTO live VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET connection_id = excluded.connection_id, item = excluded.item",
      report.creatorId,
      report.connectionId,
      JSON.stringify(item),
    );
    this.#count(report.creatorId, report.sessionId, item.diamonds, report.durationSeconds);
    const known = before?.sessionId === item.sessionId ? before.diamondsTracked : item.diamondsTracked;
    this.#beat(report.creatorId, Math.max(0, item.diamondsTracked - known));
    this.noted(report.creatorId, report.tracking);
    this.#send({ type: "live", ...item });
    if (this.#now() - this.#totalsToldAt >= TOTALS_EVERY_MS) this.tellTotals();
    return true;
  }

  /**
   * A LIVE is over: it leaves the wall. Told when the end is heard, and once more when its
   * figures have settled.
   * @returns false when its connection has ended
   */
  over({ connectionId, creatorId, session }: LiveEnd): boolean {
    if (this.#ended(connectionId)) return false;
    this.#sql.exec("DELETE FROM live WHERE creator_id = ?", creatorId);
    this.noted(creatorId, note("waiting"));
    if (!session) return true;
    const { sessionId, diamonds, durationSeconds } = session;
    this.#count(creatorId, sessionId, diamonds, durationSeconds);
    this.#send({ type: "ended", creatorId, sessionId, diamonds, at: new Date(this.#now()).toISOString() });
    this.tellTotals();
    return true;
  }

  /** What a tracker does that has no LIVE to show. @returns false when its connection has ended */
  trackerNoted({ connectionId, creatorId }: Tracked, news: TrackingNote): boolean {
    if (this.#ended(connectionId)) return false;
    this.noted(creatorId, news);
    return true;
  }

  /** Remembers what a creator's tracking is doing, and tells when it changed. */
  noted(creatorId: CreatorId, { state, reason, until, since }: TrackingNote): void {
    const before = this.trackingOf(creatorId);
    if (before.state === state && before.reason === reason && before.until === iso(until)) return;
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
    this.#send({ type: "tracking", creatorId, state, reason, until: iso(until), since: iso(since) });
  }

  /** Everything of a creator's that is shown live goes, and is not heard again under this connection. */
  removed(creatorId: CreatorId, connectionId: string): void {
    this.#sql.exec("INSERT INTO ended_connections VALUES (?) ON CONFLICT DO NOTHING", connectionId);
    for (const table of ["live", "tracking", "today", "pulse"])
      this.#sql.exec(`DELETE FROM ${table} WHERE creator_id = ?`, creatorId);
    this.#send({ type: "removed", creatorId });
    this.tellTotals();
  }

  items(): LiveItem[] {
    return this.#sql
      .exec<{ item: string }>("SELECT item FROM live")
      .toArray()
      .map(({ item }) => JSON.parse(item) as LiveItem);
  }

  itemOf(creatorId: CreatorId): LiveItem | null {
    const [row] = this.#sql.exec<{ item: string }>("SELECT item FROM live WHERE creator_id = ?", creatorId).toArray();
    return row ? (JSON.parse(row.item) as LiveItem) : null;
  }

  trackings(): Tracking[] {
    return this.#sql.exec<TrackingRow>("SELECT * FROM tracking").toArray().map(toTracking);
  }

  trackingOf(creatorId: CreatorId): Tracking {
    const [row] = this.#sql.exec<TrackingRow>("SELECT * FROM tracking WHERE creator_id = ?", creatorId).toArray();
    return row ? toTracking(row) : { creatorId, state: "off", reason: null, until: null, since: null };
  }

  totals(): LiveTotals {
    const now = this.#now();
    const { diamonds, seconds } = this.#sql
      .exec<{ diamonds: number | null; seconds: number | null }>(
        "SELECT sum(diamonds - base) AS diamonds, sum(seconds - base_seconds) AS seconds FROM today WHERE day = ?",
        dayOf(now, this.zone),
      )
      .one();
    const first = Math.floor(now / MINUTE_MS) - PULSE_MINUTES + 1;
    const perMinute = new Array<number>(PULSE_MINUTES).fill(0);
    for (const row of this.#sql.exec<{ minute: number; diamonds: number }>(
      "SELECT minute, sum(diamonds) AS diamonds FROM pulse WHERE minute >= ? GROUP BY minute",
      first,
    )) {
      perMinute[row.minute - first] = row.diamonds;
    }
    return { diamondsToday: diamonds ?? 0, secondsToday: seconds ?? 0, perMinute };
  }

  tellTotals(): void {
    this.#totalsToldAt = this.#now();
    this.#send({ type: "totals", at: new Date(this.#now()).toISOString(), ...this.totals() });
  }

  /** Drops what no screen shows any more. */
  tidy(): void {
    const now = this.#now();
    this.#sql.exec("DELETE FROM pulse WHERE minute < ?", Math.floor(now / MINUTE_MS) - PULSE_MINUTES);
    this.#sql.exec("DELETE FROM today WHERE day < ?", dayOf(now - 2 * 86_400_000, this.zone));
  }

  #count(creatorId: CreatorId, sessionId: string, diamonds: number, seconds: number): void {
    const day = dayOf(this.#now(), this.zone);
    const [today] = this.#sql
      .exec<TodayRow>("SELECT * FROM today WHERE session_id = ? AND day = ?", sessionId, day)
      .toArray();
    const [before] = this.#sql
      .exec<TodayRow>("SELECT * FROM today WHERE session_id = ? AND day < ? ORDER BY day DESC LIMIT 1", sessionId, day)
      .toArray();
    const base = today?.base ?? before?.diamonds ?? 0;
    const baseSeconds = today?.base_seconds ?? before?.seconds ?? 0;
    this.#sql.exec(
      `INSERT INTO today VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET diamonds = excluded.diamonds, seconds = excluded.seconds`,
      sessionId,
      day,
      creatorId,
      base,
      diamonds,
      baseSeconds,
      seconds,
    );
  }

  #beat(creatorId: CreatorId, diamonds: number): void {
    if (diamonds === 0) return;
    this.#sql.exec(
      "INSERT INTO pulse VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET diamonds = diamonds + excluded.diamonds",
      Math.floor(this.#now() / MINUTE_MS),
      creatorId,
      diamonds,
    );
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
