import { DatabaseSync } from "node:sqlite";
import { type AlarmStorage, TASKS_SCHEMA } from "../../../durable/kit/tasks.ts";

/** An object's storage as far as alarms need it: SQLite in memory, and where the alarm stands. */
export class FakeAlarms implements AlarmStorage {
  readonly #database = new DatabaseSync(":memory:");
  alarm: number | null = null;

  constructor() {
    this.#database.exec(TASKS_SCHEMA);
  }

  readonly sql = {
    exec: (query: string, ...bindings: (string | number | null)[]) => {
      const rows = this.#database.prepare(query).all(...bindings);
      return { toArray: () => rows, one: () => rows[0] };
    },
  } as unknown as AlarmStorage["sql"];

  async setAlarm(at: number): Promise<void> {
    this.alarm = at;
  }

  async deleteAlarm(): Promise<void> {
    this.alarm = null;
  }
}
