import type { ConnectionId, CreatorId, LiveSessionId } from "../../domain/ids.ts";
import type { LiveSourceKind } from "../../domain/live-message.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import type { TrackingNote } from "../hub/live-check.ts";
import { hasSchema, migrate } from "../kit/schema.ts";
import type { SessionInput } from "../webcast/inputs.ts";
import { decodeEvents, JournalPage } from "../webcast/journal.ts";
import { LiveSession } from "../webcast/session.ts";

/** Which room of whom, and under which connection. Times in ms since epoch. */
export interface WatchTarget {
  place: TenantPlace;
  creatorId: CreatorId;
  connectionId: ConnectionId;
  generation: number;
  username: string;
  roomId: string;
  createdAt: number | null;
}

/** The room that a tracker watches, with what must outlive an eviction. */
export interface Watch extends WatchTarget {
  sessionId: LiveSessionId;
  /** Who listens: we dial, or a reader of the agency's own connects in. */
  source: LiveSourceKind;
  /** What we counted in this room before, when it was let go and is taken up again; else 0. */
  hadDiamonds: number;
  /** When the room was first opened; null before: there is no LIVE to show yet. */
  openedAt: number | null;
  /** Dials that failed since a room last said anything. */
  failures: number;
  /** When to dial; null while the socket is open. */
  dialAt: number | null;
  /** The session has its row in D1: it can be shown. */
  hasRow: boolean;
  /** The end was heard: figures settle until then. */
  settlesAt: number | null;
  /** Whether TikTok itself said that the room ended. */
  final: boolean;
  /** Why nothing comes, for the instance after this one to tell; a row of an older deploy does not say. */
  trouble?: TrackingNote | null;
}

type JournalRow = { seq: number; cursor: string; events: ArrayBuffer };

/**
 * A row of the journal grows by what each tick brings until it holds so many bytes; then the next begins. Thus a
 * tick writes one row, and a LIVE of hours is a few hundred of them.
 */
const PAGE_BYTES = 8_000;

/** A room that ended; it is not begun anew when TikTok's status lags behind. */
export type LastRoom = Pick<Watch, "roomId" | "final">;

const MIGRATIONS = [
  `
  CREATE TABLE watch (one INTEGER PRIMARY KEY CHECK (one = 1), watch TEXT NOT NULL, hash_key BLOB NOT NULL);
  -- What changed the session, packed, a row a frame; with the cursor to go on from.
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, cursor TEXT NOT NULL, events BLOB NOT NULL, folded INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE last_room (one INTEGER PRIMARY KEY CHECK (one = 1), room TEXT NOT NULL);
  `,
  // Rows grow now; none is folded any more.
  "ALTER TABLE journal DROP COLUMN folded;",
];

const JOURNAL = "CREATE TABLE journal (seq INTEGER PRIMARY KEY, cursor TEXT NOT NULL, events BLOB NOT NULL)";

/**
 * The tracker's memory: everything here is on disk before anybody hears of it. Its tables are made
 * when there is something to watch, so that an erased tracker, or one that was only asked, holds nothing.
 */
export class WatchStore {
  readonly #storage: DurableObjectStorage;
  /** The journal's last row, which still grows; null: the next tick begins one. */
  #page: { seq: number; rows: JournalPage } | null = null;
  #lastSeq = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): { watch: Watch; hashKey: Uint8Array; session: LiveSession; cursor: string } | null {
    if (!hasSchema(this.#storage)) return null;
    migrate(this.#storage, MIGRATIONS);
    const { sql } = this.#storage;
    const [row] = sql.exec<{ watch: string; hash_key: ArrayBuffer }>("SELECT watch, hash_key FROM watch").toArray();
    if (!row) return null;
    // What was written before there were readers does not say who listens.
    const watch: Watch = { source: "direct", ...(JSON.parse(row.watch) as Omit<Watch, "source">) };
    const session = new LiveSession(watch.roomId);
    let cursor = "";
    this.#page = null;
    for (const entry of sql.exec<JournalRow>("SELECT seq, cursor, events FROM journal ORDER BY seq")) {
      for (const input of decodeEvents(new Uint8Array(entry.events))) session.apply(input);
      cursor = entry.cursor;
      this.#lastSeq = entry.seq;
    }
    return { watch, hashKey: new Uint8Array(row.hash_key), session, cursor };
  }

  begin(watch: Watch, hashKey: Uint8Array): void {
    migrate(this.#storage, MIGRATIONS);
    this.#storage.transactionSync(() => {
      this.clear();
      this.#storage.sql.exec("INSERT INTO watch VALUES (1, ?, ?)", JSON.stringify(watch), hashKey);
    });
  }

  save(watch: Watch): void {
    this.#storage.sql.exec("UPDATE watch SET watch = ?", JSON.stringify(watch));
  }

  /** Writes down what came since the last time, and where to go on from after it: one row written. */
  append(inputs: readonly SessionInput[], cursor: string): void {
    const page = this.#pageWithRoom();
    page.rows.add(inputs);
    this.#storage.sql.exec(
      "INSERT INTO journal VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET cursor = excluded.cursor, events = excluded.events",
      page.seq,
      cursor,
      page.rows.packed(),
    );
  }

  #pageWithRoom(): { seq: number; rows: JournalPage } {
    if (this.#page === null || this.#page.rows.size >= PAGE_BYTES) {
      this.#lastSeq++;
      this.#page = { seq: this.#lastSeq, rows: new JournalPage() };
    }
    return this.#page;
  }

  /** The session is over: its journal goes, and with it every viewer's hash and the key. */
  clear(last?: LastRoom): void {
    const { sql } = this.#storage;
    this.#page = null;
    this.#lastSeq = 0;
    // Deleting hundreds of rows is hundreds of rows written; a table that goes and comes is none.
    sql.exec("DROP TABLE journal");
    sql.exec(JOURNAL);
    sql.exec("DELETE FROM watch");
    if (last)
      sql.exec(
        "INSERT INTO last_room VALUES (1, ?) ON CONFLICT DO UPDATE SET room = excluded.room",
        JSON.stringify(last),
      );
  }

  lastRoom(): LastRoom | null {
    if (!hasSchema(this.#storage)) return null;
    const [row] = this.#storage.sql.exec<{ room: string }>("SELECT room FROM last_room").toArray();
    return row ? (JSON.parse(row.room) as LastRoom) : null;
  }
}
