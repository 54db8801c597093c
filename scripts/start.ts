// npm start: the whole product on this machine. Ctrl-C stops it; the next start goes on where it was.
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { DEMO, seed } from "./demo.ts";
import { DEMO_AGENT } from "./demo-members.ts";
import { migrateLocally } from "./migrations.ts";
import { end } from "./processes.ts";
import { startApp, startClock, startSimulator } from "./servers.ts";
import { ROOT, secrets, settings } from "./settings.ts";

const chosen = settings();
const running: ChildProcess[] = [];
let stopClock = (): void => undefined;

async function stop(code: number): Promise<never> {
  stopClock();
  await Promise.all(running.map((child) => end(child)));
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));

const say = (line: string): void => console.log(line);

try {
  say("Etica Pro CRM: building the app and preparing its databases…");
  secrets();
  await Promise.all([
    build({ configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" }),
    migrateLocally(chosen.stateDir),
  ]);

  say("Starting…");
  if (chosen.simulated) running.push(await startSimulator(chosen));
  const app = await startApp(chosen);
  running.push(app);
  app.on("exit", (code) => void stop(code ?? 1));

  const seeded = join(chosen.stateDir, "seeded");
  if (!chosen.empty && chosen.simulated && !existsSync(seeded)) {
    say("Seeding a demo agency: its creators connect to the simulated TikTok one after the other…");
    await seed(chosen, say);
    mkdirSync(chosen.stateDir, { recursive: true });
    writeFileSync(seeded, new Date().toISOString());
  }
  stopClock = startClock(chosen);

  say("");
  say(`  App        ${chosen.publicUrl}/app`);
  if (!chosen.empty && chosen.simulated) {
    say(`  Sign in    ${DEMO.email}   ${DEMO.password}   (the owner)`);
    say(`             ${DEMO_AGENT.email}   ${DEMO.password}   (an agent, who sees own creators alone)`);
  } else say(`  Register   ${chosen.publicUrl}/app/register`);
  if (chosen.simulated)
    say(`  TikTok     ${chosen.simulatorUrl}/   (simulated; mails it was sent: ${chosen.simulatorUrl}/mailbox)`);
  say("");
  say("Ctrl-C stops both.");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}
