import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { TestProject } from "vitest/node";
import { answers, end } from "../../../scripts/processes.ts";

/** A port that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("No port")),
      );
    });
  });

/** One simulated TikTok for a project's files, with nobody LIVE; each test uses accounts and rooms of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const port = await freePort();
  const simulator = spawn("node", ["simulator/main.ts"], {
    detached: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, SIMULATOR_PORT: String(port), PUBLIC_URL: "http://localhost:8787", EMPTY: "1" },
  });
  // A run that is interrupted never comes to its teardown.
  process.once("exit", () => simulator.kill());
  const origin = `http://localhost:${port}`;
  await answers(`${origin}/`, 30);
  project.provide("simulatorUrl" as never, origin as never);
  return () => end(simulator);
}
