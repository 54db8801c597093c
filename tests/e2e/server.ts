import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateLocally } from "../../scripts/migrations.ts";
import { end } from "../../scripts/processes.ts";
import { startApp, startSimulator } from "../../scripts/servers.ts";
import { type Settings, settings } from "../../scripts/settings.ts";
import { freePort } from "../helpers/node/simulator.ts";

/** The whole product, as `npm start` runs it, on ports and databases of its own. */
export interface Server {
  app: string;
  simulator: string;
  stateDir: string;
  /** Tells the simulator something. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  /**
   * Stops the app hard, as a crash would, and starts it again on the same databases.
   * @param meanwhile done while nobody has them open
   */
  crash(meanwhile?: () => void): Promise<void>;
  close(): Promise<void>;
}

/** @param env what this server's environment has besides the usual, or instead of it */
export async function startServer(env: Record<string, string> = {}): Promise<Server> {
  const stateDir = mkdtempSync(join(tmpdir(), "etica-e2e-"));
  const [port, simulatorPort] = [await freePort(), await freePort()];
  Object.assign(process.env, {
    PORT: String(port),
    SIMULATOR_PORT: String(simulatorPort),
    STATE_DIR: stateDir,
    EMPTY: "1",
    RATE_LIMITS: "off",
    LIVE_CHECK_SECONDS: "1",
    LIVE_STALE_SECONDS: "5",
    ...env,
  });
  const chosen: Settings = settings();
  await migrateLocally(stateDir);
  const simulator = await startSimulator(chosen);
  let app: ChildProcess = await startApp(chosen);
  return {
    app: chosen.publicUrl,
    simulator: chosen.simulatorUrl,
    stateDir,
    control: async (method, path, body) => {
      const response = await fetch(`${chosen.simulatorUrl}/_control${path}`, {
        method,
        ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`simulator ${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    crash: async (meanwhile) => {
      await end(app, "SIGKILL");
      meanwhile?.();
      app = await startApp(chosen);
    },
    close: async () => {
      await Promise.all([end(app), end(simulator)]);
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
