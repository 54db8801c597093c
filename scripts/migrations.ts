import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.ts";
import { ROOT } from "./settings.ts";

/** Every database of `wrangler.toml`. */
export const DATABASES = ["DIRECTORY", "DB_EU", "DB_US", "DB_ME"] as const;

const fingerprint = (): string => {
  const hash = createHash("sha256");
  for (const folder of ["directory", "region"]) {
    const path = join(ROOT, "migrations", folder);
    for (const file of readdirSync(path).filter((name) => name.endsWith(".sql")).sort()) hash.update(file).update(readFileSync(join(path, file)));
  }
  return hash.digest("hex");
};

/** Brings the local databases up to date. Asking again costs nothing when there is nothing new. */
export async function migrateLocally(stateDir: string): Promise<void> {
  const stamp = join(stateDir, "migrated");
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  mkdirSync(stateDir, { recursive: true });
  await Promise.all(DATABASES.map((name) => run("wrangler", ["d1", "migrations", "apply", name, "--local", "--persist-to", stateDir])));
  writeFileSync(stamp, now);
}
