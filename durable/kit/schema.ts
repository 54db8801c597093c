/**
 * An object's own tables. Migrations are append-only: never edit one that was deployed, add one.
 * (`PRAGMA user_version` is refused by the platform, hence a table.)
 */
export function migrate(storage: DurableObjectStorage, migrations: readonly string[]): void {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS _migrations (version INTEGER PRIMARY KEY)");
  const done =
    sql.exec<{ version: number | null }>("SELECT max(version) AS version FROM _migrations").one().version ?? 0;
  if (done > migrations.length) {
    throw new Error(
      `This object was written by newer code (schema ${done}, here ${migrations.length}): deploy that, or newer.`,
    );
  }
  migrations.slice(done).forEach((text, ahead) => {
    storage.transactionSync(() => {
      sql.exec(text);
      sql.exec("INSERT INTO _migrations (version) VALUES (?)", done + ahead + 1);
    });
  });
}

/** Whether an object ever wrote its tables: one that holds nothing should not begin to by being asked. */
export const hasSchema = (storage: DurableObjectStorage): boolean =>
  storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = '_migrations'").toArray().length > 0;
