import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { LEDGER_SCHEMA, type LedgerStorage } from "../../../durable/hub/ledger.ts";

/** An object's storage as far as the ledger needs it: SQLite in memory. */
export class FakeStorage implements LedgerStorage {
  readonly database = new DatabaseSync(":memory:");

  constructor() {
    this.database.exec(LEDGER_SCHEMA);
  }

  readonly sql = {
    exec: (query: string, ...bindings: SQLInputValue[]) => {
      const rows = this.database.prepare(query).all(...bindings);
      return { toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows[Symbol.iterator]() };
    },
  } as unknown as LedgerStorage["sql"];

  transactionSync<T>(work: () => T): T {
    this.database.exec("BEGIN");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  /** As somebody would who has the database in their hands. */
  bend(query: string, ...bindings: SQLInputValue[]): void {
    this.database.exec("DROP TRIGGER IF EXISTS ledger_is_not_changed; DROP TRIGGER IF EXISTS ledger_is_kept");
    this.database.prepare(query).run(...bindings);
  }
}
