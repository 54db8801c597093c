import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { getPlatformProxy, unstable_readConfig as readConfig, unstable_splitSqlQuery as splitSql } from "wrangler";
import { ROOT } from "./settings.ts";

/** Every database of `wrangler.toml`, and the folder of its migrations. */
export const DATABASES = { DIRECTORY: "directory", DB_EU: "region", DB_US: "region", DB_ME: "region" } as const;

/** As `wrangler d1 migrations` keeps it, so that both see the same. */
const KEPT =
  "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)";

/** Opens the local databases without the Worker: for migrations and the demo's history. */
export async function withLocalDatabases<T>(
  stateDir: string,
  work: (open: (binding: keyof typeof DATABASES) => D1Database) => Promise<T>,
): Promise<T> {
  // The databases of `wrangler.toml` and nothing else: its objects' classes are not here to be started.
  const { d1_databases, compatibility_date } = readConfig(
    { config: join(ROOT, "wrangler.toml") },
    { hideWarnings: true },
  );
  mkdirSync(stateDir, { recursive: true });
  const configPath = join(stateDir, "databases.json");
  writeFileSync(configPath, JSON.stringify({ name: "databases", compatibility_date, d1_databases }));
  const proxy = await getPlatformProxy<Record<keyof typeof DATABASES, D1Database>>({
    configPath,
    persist: { path: join(stateDir, "v3") },
    envFiles: [],
  });
  try {
    return await work((binding) => proxy.env[binding]);
  } finally {
    await proxy.dispose();
  }
}

async function migrate(database: D1Database, folder: string): Promise<void> {
  await database.prepare(KEPT).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const done = new Set(results.map(({ name }) => name));
  const path = join(ROOT, "migrations", folder);
  for (const name of readdirSync(path)
    .filter((file) => file.endsWith(".sql"))
    .sort()) {
    if (done.has(name)) continue;
    const statements = splitSql(readFileSync(join(path, name), "utf8")).map((statement) => database.prepare(statement));
    await database.batch([...statements, database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name)]);
  }
}

/** Brings the local databases up to date. Asking again changes nothing when there is nothing new. */
export const migrateLocally = (stateDir: string): Promise<void> =>
  withLocalDatabases(stateDir, async (open) => {
    for (const [binding, folder] of Object.entries(DATABASES)) {
      await migrate(open(binding as keyof typeof DATABASES), folder);
    }
  });
