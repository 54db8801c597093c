import type { AuditAct, AuditActorType, AuditRow, AuditTargetType, AuditVerdict } from "../../domain/audit.ts";
import { addressOrNull, redacted, redactedAgent, requestOrNull } from "../../domain/audit-redaction.ts";
import type { TenantId } from "../../domain/ids.ts";
import { sha256Hex } from "../../platform/hash.ts";

/**
 * An agency's audit ledger: who did what to which record, one row an act, chained by
 * `hash = SHA-256(previous hash ‖ row)`. The row is hashed as a JSON array of its columns in their
 * order, so there is one way to write it.
 *
 * Append-only by its own triggers: no row is changed, and none is removed but those that expiry
 * has moved the root past. The root is the hash of the last row that left, so that the rest
 * verifies. The head is kept beside the rows: a newest row that is missing is found by it, and
 * where somebody changed that as well, by the anchor that each day leaves outside (`rounds.ts`).
 *
 * The ledger outlives an erasure. So it holds opaque ids and words of ours; what is personal is
 * told as changed and no more (`domain/audit-redaction.ts`), and names are read at their own
 * place when somebody looks: an erased creator is an id here, and nothing else. What is known of
 * who acted (address, browser) leaves with the row.
 */
export const LEDGER_SCHEMA = `
  CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
    actor_type TEXT NOT NULL, actor_id TEXT, actor_for TEXT, action TEXT NOT NULL,
    target_type TEXT NOT NULL, target_id TEXT NOT NULL, changes TEXT NOT NULL,
    ip TEXT, agent TEXT, request_id TEXT, hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX ledger_by_actor ON ledger (actor_type, actor_id);
  CREATE INDEX ledger_by_action ON ledger (action);
  CREATE INDEX ledger_by_target ON ledger (target_type, target_id);
  CREATE INDEX ledger_by_time ON ledger (at);
  CREATE TABLE ledger_ends (which TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'The audit ledger is append-only.'); END;
  CREATE TRIGGER ledger_is_kept BEFORE DELETE ON ledger
    WHEN OLD.seq > (SELECT seq FROM ledger_ends WHERE which = 'root')
    BEGIN SELECT RAISE(ABORT, 'The audit ledger is append-only.'); END;
`;

/** What is asked of the ledger; everything that is given narrows. */
export interface LedgerFilters {
  actorType?: AuditActorType | undefined;
  actorId?: string | undefined;
  action?: string | undefined;
  targetType?: AuditTargetType | undefined;
  targetId?: string | undefined;
  /** ms since epoch, `from` included and `to` not. */
  from?: number | undefined;
  to?: number | undefined;
}

export interface LedgerPage {
  /** Newest first. */
  rows: AuditRow[];
  /** Where the next page begins; null at the end. */
  nextBefore: number | null;
}

/** What stands at an end of the chain: a row's number and hash. */
export interface End {
  seq: number;
  hash: string;
}

/** What a day left outside the ledger. `at` is RFC 3339 UTC. */
export interface Anchor {
  seq: number;
  head: string;
  at: string;
}

type Row = Record<string, SqlStorageValue> & {
  seq: number;
  id: string;
  at: number;
  actor_type: AuditActorType;
  actor_id: string | null;
  actor_for: string | null;
  action: AuditAct["action"];
  target_type: AuditTargetType;
  target_id: string;
  changes: string;
  ip: string | null;
  agent: string | null;
  request_id: string | null;
  hash: string;
};

const COLUMNS = [
  "seq",
  "id",
  "at",
  "actor_type",
  "actor_id",
  "actor_for",
  "action",
  "target_type",
  "target_id",
  "changes",
  "ip",
  "agent",
  "request_id",
] as const;

const hashOf = (previous: string, row: Omit<Row, "hash">): string =>
  sha256Hex(previous + JSON.stringify(COLUMNS.map((column) => row[column])));

/** What the ledger needs of an object's storage; SQLite in memory tests it. */
export interface LedgerStorage {
  readonly sql: SqlStorage;
  transactionSync<T>(work: () => T): T;
}

export class Ledger {
  readonly #storage: LedgerStorage;
  readonly #origin: string;

  /** Each agency's chain begins from a hash of its own: one cannot be passed off as another's. */
  constructor(storage: LedgerStorage, tenantId: TenantId) {
    this.#storage = storage;
    this.#origin = sha256Hex(`audit\0${tenantId}`);
  }

  /** Appends, redacted. An act that is there already (a call that was repeated) is not written again. */
  record(acts: readonly AuditAct[], now = Date.now()): void {
    this.#storage.transactionSync(() => {
      for (const act of acts) this.#append(act, now);
    });
  }

  #append(act: AuditAct, now: number): void {
    const { sql } = this.#storage;
    if (sql.exec("SELECT 1 FROM ledger WHERE id = ?", act.id).toArray().length > 0) return;
    const head = this.head();
    const [last] = sql.exec<{ at: number }>("SELECT at FROM ledger WHERE seq = ?", head.seq).toArray();
    const row = {
      seq: head.seq + 1,
      id: act.id,
      // A clock that was set back does not turn the order round.
      at: Math.max(now, last?.at ?? 0),
      actor_type: act.actor.type,
      actor_id: act.actor.id,
      actor_for: act.actor.forId,
      action: act.action,
      target_type: act.target.type,
      target_id: act.target.id,
      changes: JSON.stringify(redacted(act.changes)),
      ip: addressOrNull(act.ip),
      agent: redactedAgent(act.agent),
      request_id: requestOrNull(act.requestId),
    };
    const hash = hashOf(head.hash, row);
    sql.exec(
      `INSERT INTO ledger (${COLUMNS.join(", ")}, hash) VALUES (${COLUMNS.map(() => "?").join(", ")}, ?)`,
      ...COLUMNS.map((column) => row[column]),
      hash,
    );
    this.#put("head", { seq: row.seq, hash });
    if (row.seq === 1) this.#put("root", { seq: 0, hash: this.#origin });
  }

  /** The newest row's; before the first one, the origin. */
  head(): End {
    return this.#end("head") ?? { seq: 0, hash: this.#origin };
  }

  /** The newest row that left. */
  root(): End {
    return this.#end("root") ?? { seq: 0, hash: this.#origin };
  }

  #end(which: "root" | "head"): End | null {
    const [end] = this.#storage.sql
      .exec<{ seq: number; hash: string }>("SELECT seq, hash FROM ledger_ends WHERE which = ?", which)
      .toArray();
    return end ?? null;
  }

  #put(which: "root" | "head", { seq, hash }: End): void {
    this.#storage.sql.exec(
      "INSERT INTO ledger_ends VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
      which,
      seq,
      hash,
    );
  }

  /** @param before number of a row; null begins with the newest */
  page(filters: LedgerFilters, before: number | null, limit: number): LedgerPage {
    const conditions: string[] = [];
    const params: (string | number)[] = [];
    const narrow = (condition: string, value: string | number | null | undefined): void => {
      if (value === undefined || value === null) return;
      conditions.push(condition);
      params.push(value);
    };
    narrow("seq < ?", before);
    narrow("actor_type = ?", filters.actorType);
    narrow("actor_id = ?", filters.actorId);
    narrow("action = ?", filters.action);
    narrow("target_type = ?", filters.targetType);
    narrow("target_id = ?", filters.targetId);
    narrow("at >= ?", filters.from);
    narrow("at < ?", filters.to);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
    const found = this.#storage.sql
      .exec<Row>(`SELECT * FROM ledger ${where} ORDER BY seq DESC LIMIT ?`, ...params, limit + 1)
      .toArray();
    const rows = found.slice(0, limit).map(toRow);
    return { rows, nextBefore: found.length > limit ? (rows.at(-1)?.seq ?? null) : null };
  }

  /**
   * Walks the whole chain, in one go: nothing is appended meanwhile.
   * @param anchor what a day left outside; null where there is none to compare with
   */
  verify(anchor: Anchor | null): AuditVerdict {
    const head = this.head();
    const root = this.root();
    const verdict = (broken: AuditVerdict["broken"]): AuditVerdict => ({
      ok: broken === null,
      length: head.seq - root.seq,
      head: head.hash,
      broken,
      anchor: anchor && { seq: anchor.seq, at: anchor.at },
    });
    // A chain that has lost nothing begins where it always did.
    if (root.seq === 0 && root.hash !== this.#origin) return verdict({ seq: 1, why: "changed" });
    let last = root;
    let anchored = root;
    for (const row of this.#storage.sql.exec<Row>("SELECT * FROM ledger ORDER BY seq")) {
      if (row.seq !== last.seq + 1) return verdict({ seq: last.seq + 1, why: "missing" });
      if (hashOf(last.hash, row) !== row.hash) return verdict({ seq: row.seq, why: "changed" });
      last = { seq: row.seq, hash: row.hash };
      if (row.seq === anchor?.seq) anchored = last;
    }
    if (last.seq < head.seq) return verdict({ seq: last.seq + 1, why: "missing" });
    if (last.seq > head.seq || last.hash !== head.hash) return verdict({ seq: last.seq, why: "changed" });
    if (!anchor || anchor.seq < root.seq) return verdict(null);
    if (anchor.seq > head.seq) return verdict({ seq: head.seq + 1, why: "anchor" });
    return verdict(anchored.hash === anchor.head ? null : { seq: anchor.seq, why: "anchor" });
  }

  /** Lets go what is older than `before` (ms since epoch): the root moves, the rest still verifies. */
  expire(before: number): void {
    this.#storage.transactionSync(() => {
      const { sql } = this.#storage;
      const [last] = sql
        .exec<{ seq: number; hash: string }>(
          "SELECT seq, hash FROM ledger WHERE at < ? ORDER BY seq DESC LIMIT 1",
          before,
        )
        .toArray();
      if (!last) return;
      this.#put("root", last);
      sql.exec("DELETE FROM ledger WHERE seq <= ?", last.seq);
    });
  }
}

const toRow = (row: Row): AuditRow => ({
  seq: row.seq,
  id: row.id,
  at: row.at,
  actor: { type: row.actor_type, id: row.actor_id, forId: row.actor_for },
  action: row.action,
  target: { type: row.target_type, id: row.target_id },
  changes: row.changes,
  ip: row.ip,
  agent: row.agent,
  requestId: row.request_id,
  hash: row.hash,
});
