/**
 * Named alarm tasks. An object has one alarm; this gives it as many as it likes, each with
 * its own due time and back-off. The alarm is always `min(due_at)` of the rows, so a lost or
 * early one repairs itself at the next touch.
 *
 * At least once: a task that is cut while it runs is run again. Handlers are idempotent.
 */

/** What an alarm needs of an object's storage; a Map and a clock test it. */
export interface AlarmStorage {
  readonly sql: SqlStorage;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

export interface Task {
  kind: string;
  /** What it is about: a connection, a creator; empty when the kind says it all. */
  subject: string;
  /** 1 the first time. */
  attempt: number;
  /** ms since epoch */
  dueAt: number;
}

/**
 * Does the work. Answers when to run again (ms since epoch), or null when it is done.
 * Throwing means failed: it is tried again after its kind's back-off.
 */
export type TaskHandler = (task: Task) => Promise<number | null>;

export interface TaskKind {
  run: TaskHandler;
  /** ms until the next try after this many failures. */
  backOff: (failures: number) => number;
}

export const TASKS_SCHEMA = `
  CREATE TABLE tasks (
    kind TEXT NOT NULL, subject TEXT NOT NULL, due_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    -- The run that holds it. A task that is scheduled anew while it runs is let go by that run.
    held_by INTEGER,
    PRIMARY KEY (kind, subject)
  ) WITHOUT ROWID;
  CREATE INDEX tasks_by_due ON tasks (due_at);
`;

/** A run that takes longer is taken for cut: another may begin. */
const HOLD_MS = 120_000;
/** Few, since an object may wait for six outgoing connections at a time. */
const SIDE_BY_SIDE = 4;

type Row = { kind: string; subject: string; due_at: number; attempt: number };

/** Doubles from `first` to `most`, ± 20 %. */
export const doubling =
  (first: number, most: number, random: () => number = Math.random) =>
  (failures: number): number =>
    Math.min(most, first * 2 ** Math.max(0, failures - 1)) * (0.8 + 0.4 * random());

export class Tasks {
  readonly #storage: AlarmStorage;
  readonly #kinds: Readonly<Record<string, TaskKind>>;
  readonly #now: () => number;
  readonly #failed: (task: Task, error: unknown) => void;
  /** What runs just now. */
  readonly #running = new Set<Promise<void>>();
  #runs = 0;

  constructor(
    storage: AlarmStorage,
    kinds: Readonly<Record<string, TaskKind>>,
    failed: (task: Task, error: unknown) => void,
    now: () => number = Date.now,
  ) {
    this.#storage = storage;
    this.#kinds = kinds;
    this.#failed = failed;
    this.#now = now;
  }

  /** Sets when a task is due, whether or not it was scheduled or is running. */
  async schedule(kind: string, subject: string, dueAt: number): Promise<void> {
    this.#storage.sql.exec(
      `INSERT INTO tasks (kind, subject, due_at) VALUES (?, ?, ?)
       ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, attempt = 0, held_by = NULL`,
      kind,
      subject,
      Math.round(dueAt),
    );
    // The alarm does not ring while it is being answered: what is due joins in.
    if (this.#running.size > 0) this.#fill();
    await this.arm();
  }

  /** As `schedule`, but never later than it already is. */
  async hasten(kind: string, subject: string, dueAt: number): Promise<void> {
    const due = this.dueAt(kind, subject);
    if (due === null || due > dueAt) await this.schedule(kind, subject, dueAt);
  }

  async cancel(kind: string, subject: string): Promise<void> {
    this.#storage.sql.exec("DELETE FROM tasks WHERE kind = ? AND subject = ?", kind, subject);
    await this.arm();
  }

  /** ms since epoch, null when it is not scheduled. */
  dueAt(kind: string, subject: string): number | null {
    const [row] = this.#storage.sql
      .exec<{ due_at: number }>("SELECT due_at FROM tasks WHERE kind = ? AND subject = ?", kind, subject)
      .toArray();
    return row?.due_at ?? null;
  }

  /** Sets the object's alarm to the earliest due time. */
  async arm(): Promise<void> {
    const { due } = this.#storage.sql.exec<{ due: number | null }>("SELECT min(due_at) AS due FROM tasks").one();
    if (due === null) await this.#storage.deleteAlarm();
    else await this.#storage.setAlarm(Math.max(due, this.#now()));
  }

  /** Runs what is due, a few side by side and none waiting for a slow one, until nothing is. Never throws. */
  async runDue(): Promise<void> {
    this.#fill();
    while (this.#running.size > 0) await Promise.race(this.#running);
    await this.arm();
  }

  #fill(): void {
    while (this.#running.size < SIDE_BY_SIDE) {
      const [row] = this.#storage.sql
        .exec<Row>(
          "SELECT kind, subject, due_at, attempt FROM tasks WHERE due_at <= ? ORDER BY due_at LIMIT 1",
          this.#now(),
        )
        .toArray();
      if (!row) return;
      const run = this.#run(row).finally(() => {
        this.#running.delete(run);
        this.#fill();
      });
      this.#running.add(run);
    }
  }

  async #run(row: Row): Promise<void> {
    const { sql } = this.#storage;
    const held = ++this.#runs;
    const task: Task = { kind: row.kind, subject: row.subject, attempt: row.attempt + 1, dueAt: row.due_at };
    sql.exec(
      "UPDATE tasks SET held_by = ?, attempt = attempt + 1, due_at = ? WHERE kind = ? AND subject = ?",
      held,
      this.#now() + HOLD_MS,
      row.kind,
      row.subject,
    );
    const kind = this.#kinds[row.kind];
    const next = await this.#attempt(kind, task);
    const stillMine = "kind = ? AND subject = ? AND held_by = ?";
    if (next === null) sql.exec(`DELETE FROM tasks WHERE ${stillMine}`, row.kind, row.subject, held);
    else {
      sql.exec(
        `UPDATE tasks SET due_at = ?, attempt = ?, held_by = NULL WHERE ${stillMine}`,
        Math.round(next.dueAt),
        next.failed ? task.attempt : 0,
        row.kind,
        row.subject,
        held,
      );
    }
  }

  async #attempt(kind: TaskKind | undefined, task: Task): Promise<{ dueAt: number; failed: boolean } | null> {
    if (!kind) return null;
    try {
      const dueAt = await kind.run(task);
      return dueAt === null ? null : { dueAt, failed: false };
    } catch (error) {
      this.#failed(task, error);
      return { dueAt: this.#now() + kind.backOff(task.attempt), failed: true };
    }
  }
}
