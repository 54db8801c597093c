import { type ChildProcess, spawn } from "node:child_process";
import { ROOT } from "./settings.ts";

/** Nothing that runs here phones home, and local traces (URLs with codes and tokens) are not kept. */
export const QUIET_ENV = {
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_OBSERVABILITY: "false",
  WRANGLER_LOG_SANITIZE: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NO_UPDATE_NOTIFIER: "1",
} as const;

/** Runs a command to its end. @throws with the end of its output when it fails */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...QUIET_ENV, CI: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const take = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(" ")} failed:\n${output}`)),
    );
  });
}

/** Runs a command with its output shown. @returns its exit code */
export function show(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...QUIET_ENV, ...env }, stdio: "inherit" });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** Asks an address until it answers well. @throws after `seconds` */
export async function answers(url: string, seconds = 60): Promise<void> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // Not up yet.
    }
    if (Date.now() > until) throw new Error(`${url} did not answer within ${seconds} s.`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Ends a child and whatever it started: it leads a process group of its own. */
export function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    const hard = setTimeout(() => kill("SIGKILL"), 5_000);
    child.on("exit", () => {
      clearTimeout(hard);
      resolve();
    });
    const kill = (with_: NodeJS.Signals): void => {
      try {
        process.kill(-(child.pid ?? 0), with_);
      } catch {
        resolve();
      }
    };
    kill(signal);
  });
}
