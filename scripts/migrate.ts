// npm run migrate [-- --remote]: the local databases, or the deployed ones.
import { DATABASES, migrateLocally } from "./migrations.ts";
import { show } from "./processes.ts";
import { settings } from "./settings.ts";

if (process.argv.includes("--remote")) {
  for (const name of Object.keys(DATABASES)) {
    const code = await show("wrangler", ["d1", "migrations", "apply", name, "--remote"]);
    if (code !== 0) process.exit(code);
  }
} else {
  const { stateDir } = settings();
  await migrateLocally(stateDir);
  console.log("The local databases are up to date.");
}
