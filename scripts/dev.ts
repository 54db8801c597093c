// npm run dev: as npm start, with hot reload of the web app (its own address) and of the Worker.
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, createServer } from "vite";
import { DEMO } from "./demo.ts";
import { migrateLocally } from "./migrations.ts";
import { end } from "./processes.ts";
import { startApp, startClock, startSimulator } from "./servers.ts";
import { ROOT, settings } from "./settings.ts";

const chosen = settings();
const running: ChildProcess[] = [];
const configFile = join(ROOT, "vite.config.ts");

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    await Promise.all(running.map((child) => end(child)));
    process.exit(0);
  });
}

await migrateLocally(chosen.stateDir);
// The pages that the Worker renders link a built style sheet.
await build({ configFile, logLevel: "warn" });
if (chosen.simulated) running.push(await startSimulator(chosen));
running.push(await startApp(chosen, { logLevel: "info", liveReload: true }));
startClock(chosen);
process.env.PORT = String(chosen.port);
const web = await createServer({ configFile });
await web.listen();
console.log(
  `\n  Web app with hot reload   http://localhost:${web.config.server.port}/app\n  The Worker's own address  ${chosen.publicUrl}`,
);
if (existsSync(join(chosen.stateDir, "seeded")))
  console.log(`  Sign in                   ${DEMO.email}   ${DEMO.password}`);
else console.log("  No demo data yet: npm start makes it on its first run.");
