import type { ConnectionId, CreatorId, LiveSessionId } from "../../domain/ids.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import { hasSchema, migrate } from "../kit/schema.ts";
import type { SessionInput } from "../webcast/inputs.ts";
import { decodeEvents, encodeEvents } from "../webcast/journal.ts";
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
  /** What we counted in this room before, when it was let go and is taken up again; else 0. */
  hadDiamonds: number;
  /** When the room was first opened; null before: there is no LIVE to show yet. */
  openedAt: number | null;
  /** Dials that failed since a room last said anything. */
  failures: number;
  /** When to dial; null while the socket is open. */
  dialAt: number | null;
  /** When D1 last heard; 0 before. */
  flushedAt: number;
  /** The end was heard: figures settle until then. */
  settlesAt: number | null;
  /** Whether TikTok itself said that the room ended. */
  final: boolean;
}

type JournalRow = { seq: number; cursor: string; events: ArrayBuffer; folded: number };

/** The tail of so many rows becomes one: a LIVE of hours is read back quickly. */
const FOLD_ROWS = 256;

/** A room that ended; it is not begun anew when TikTok's status lags behind. */
export type LastRoom = Pick<Watch, "roomId" | "final">;

const MIGRATIONS = [
  `
  CREATE TABLE watch (one INTEGER PRIMARY KEY CHECK (one = 1), watch TEXT NOT NULL, hash_key BLOB NOT NULL);
  -- What changed the session, packed, a row a frame; with the cursor to go on from.
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, cursor TEXT NOT NULL, events BLOB NOT NULL, folded INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE last_room (one INTEGER PRIMARY KEY CHECK (one = 1), room TEXT NOT NULL);
  `,
];

/**
 * The tracker's memory: everything here is on disk before anybody hears of it. Its tables are made
 * when there is something to watch, so that an erased tracker, or one that was only asked, holds nothing.
 */
export class WatchStore {
  readonly #storage: DurableObjectStorage;
  /** Rows of one frame each, at the journal's end. */
  #tail = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  load(): { watch: Watch; hashKey: Uint8Array; session: LiveSession; cursor: string } | null {
    if (!hasSchema(this.#storage)) return null;
    const { sql } = this.#storage;
    const [row] = sql.exec<{ watch: string; hash_key: ArrayBuffer }>("SELECT watch, hash_key FROM watch").toArray();
    if (!row) return null;
    const watch = JSON.parse(row.watch) as Watch;
    const session = new LiveSession(watch.roomId);
    let cursor = "";
    this.#tail = 0;
    for (const entry of sql.exec<JournalRow>("SELECT * FROM journal ORDER BY seq")) {
      for (const input of decodeEvents(new Uint8Array(entry.events))) session.apply(input);
      cursor = entry.cursor;
      if (entry.folded === 0) this.#tail++;
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

  append(inputs: readonly SessionInput[], cursor: string): void {
    this.#storage.sql.exec("INSERT INTO journal (cursor, events) VALUES (?, ?)", cursor, encodeEvents(inputs));
    if (++this.#tail >= FOLD_ROWS) this.#fold();
  }

  /** Packs the tail into one row. In one transaction: a cut leaves the one or the other. */
  #fold(): void {
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => {
      const tail = sql.exec<JournalRow>("SELECT * FROM journal WHERE folded = 0 ORDER BY seq").toArray();
      const last = tail.at(-1);
      if (!last) return;
      const inputs = tail.flatMap(({ events }) => decodeEvents(new Uint8Array(events)));
      sql.exec("DELETE FROM journal WHERE folded = 0");
      sql.exec("INSERT INTO journal VALUES (?, ?, ?, 1)", last.seq, last.cursor, encodeEvents(inputs));
    });
    this.#tail = 0;
  }

  /** The session is over: its journal goes, and with it every viewer's hash and the key. */
  clear(last?: LastRoom): void {
    const { sql } = this.#storage;
    this.#tail = 0;
    sql.exec("DELETE FROM journal");
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
