import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answers, QUIET_ENV } from "./processes.ts";
import { ROOT, type Settings, secrets } from "./settings.ts";

/** Children die with us, also while they start and nobody holds them yet. */
function withUs(child: ChildProcess): ChildProcess {
  process.once("exit", () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It went by itself.
    }
  });
  return child;
}

/** The simulator as a process of its own. */
export async function startSimulator({
  simulatorPort,
  simulatorUrl,
  publicUrl,
  empty,
  vars,
}: Settings): Promise<ChildProcess> {
  const child = spawn("node", [join(ROOT, "simulator", "main.ts")], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      SIMULATOR_PORT: String(simulatorPort),
      PUBLIC_URL: publicUrl,
      TIKTOK_CLIENT_KEY: vars.TIKTOK_CLIENT_KEY,
      TIKTOK_CLIENT_SECRET: vars.TIKTOK_CLIENT_SECRET,
      EMPTY: empty ? "1" : "",
    },
  });
  withUs(child);
  await answers(`${simulatorUrl}/`, 30);
  return child;
}

export interface AppOptions {
  /** What is said on the terminal: problems only, unless somebody develops. */
  logLevel?: "error" | "info";
  liveReload?: boolean;
}

/** The app in the local Workers runtime, on loopback alone. */
export async function startApp(
  { port, stateDir, vars }: Settings,
  { logLevel = "error", liveReload = false }: AppOptions = {},
): Promise<ChildProcess> {
  mkdirSync(stateDir, { recursive: true });
  // A file, since a command line can be read by every user of the machine.
  const envFile = join(stateDir, "run.vars");
  const lines = Object.entries({ ...secrets(), ...vars }).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  writeFileSync(envFile, `${lines.join("\n")}\n`, { mode: 0o600 });
  const args = ["dev", "--env-file", envFile, "--port", String(port), "--ip", "localhost", "--persist-to", stateDir];
  args.push("--log-level", logLevel, "--show-interactive-dev-session=false", "--inspector-port", "0");
  if (liveReload) args.push("--live-reload");
  const child = spawn("wrangler", args, {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", logLevel === "info" ? "inherit" : "ignore", "inherit"],
    env: { ...process.env, ...QUIET_ENV },
  });
  withUs(child);
  await answers(`http://localhost:${port}/healthz`, 90);
  return child;
}

/** Schedules never fire by themselves under the local runtime: this calls them as the platform would. */
export function startClock({ port }: Settings): () => void {
  const fire = (cron: string) => {
    fetch(`http://localhost:${port}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  };
  const repair = setInterval(fire, 5 * 60_000, "*/5 * * * *");
  const daily = setInterval(fire, 24 * 3_600_000, "17 3 * * *");
  fire("17 3 * * *");
  return () => {
    clearInterval(repair);
    clearInterval(daily);
  };
}
