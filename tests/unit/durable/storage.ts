import { DatabaseSync } from "node:sqlite";
import type { AlarmStorage } from "../../../durable/kit/tasks.ts";

/** An object's storage with a SQLite of its own and an alarm that only remembers. */
export class FakeStorage implements AlarmStorage {
  readonly #database = new DatabaseSync(":memory:");
  alarmAt: number | null = null;

  readonly sql = {
    exec: (text: string, ...params: (string | number | null)[]) => {
      const statement = params.length === 0 && text.trim().includes(";") ? null : this.#database.prepare(text);
      if (!statement) {
        this.#database.exec(text);
        return { toArray: () => [], one: () => undefined };
      }
      const rows = statement.all(...params);
      return { toArray: () => rows, one: () => rows[0] };
    },
  } as unknown as AlarmStorage["sql"];

  async setAlarm(at: number): Promise<void> {
    this.alarmAt = at;
  }

  async deleteAlarm(): Promise<void> {
    this.alarmAt = null;
  }
}
