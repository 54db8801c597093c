import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// Wrangler's own copy: the bench runs on the very runtime that `npm start` and the tests run on.
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig, unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { migrateLocally } from "../../scripts/migrations.ts";
import { run } from "../../scripts/processes.ts";
import { ROOT, secrets, settings } from "../../scripts/settings.ts";
import { childrenCalled } from "./processes.ts";

/** Where the bench keeps its bundles and its databases. */
const PLACE = join(ROOT, ".cache", "bench");

const NAME = "bench";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** A Worker with new databases, made ready to start: once or several times, each time on databases of its own. */
export interface Made {
  bundle: string;
  /** The databases, migrated and empty. */
  empty: string;
  entry: string;
}

/** A Worker in workerd with no proxy before it: each of its entry's exports listens on a socket of its own. */
export interface Started<Entrypoint extends string> {
  /** Origins, by entrypoint. */
  origins: Record<Entrypoint, string>;
  database: Database;
  /** The process; null where it cannot be told. */
  pid: number | null;
  stop(): Promise<void>;
}

/** What must be stopped when the bench is. */
export const running = new Set<{ stop(): Promise<void> }>();

/**
 * Bundles as a deployment would, and makes new databases.
 * @param entry the name of a file in `edge/`, less its ending
 * @param web the built web app, without which there is no deployment
 */
export async function makeWorker(entry: string, web: string): Promise<Made> {
  const made = { entry, bundle: join(PLACE, entry), empty: join(PLACE, `${entry}-empty`) };
  rmSync(made.empty, { recursive: true, force: true });
  const args = [`tests/bench/edge/${entry}.ts`, "--assets", web, "--dry-run", "--outdir", made.bundle];
  await Promise.all([run("wrangler", ["deploy", ...args]), migrateLocally(made.empty)]);
  return made;
}

export interface StartOptions {
  /** Where the databases lie while it runs; they are gone afterwards. */
  state?: string;
  /** What is set otherwise than `npm start` sets it. */
  vars?: Record<string, string>;
}

/**
 * A new folder in memory where the system has such (Linux), else on disk. The platform's objects commit to several
 * machines at once; here a thousand of them would wait for one disk, and that is all that would be measured.
 */
export function inMemory(): string {
  const memory = "/dev/shm";
  return mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), "etica-bench-"));
}

/** Starts it on databases that nobody wrote to yet. @param entrypoints the entry's exports that listen */
export async function startWorker<Entrypoint extends string>(
  { entry, bundle, empty }: Made,
  entrypoints: readonly Entrypoint[],
  { state = join(PLACE, `${entry}-state`), vars = {} }: StartOptions = {},
): Promise<Started<Entrypoint>> {
  const clear = (): void => rmSync(state, { recursive: true, force: true });
  clear();
  process.once("exit", clear);
  cpSync(empty, state, { recursive: true });
  // Assets are the platform's to serve; before the Worker they would only be one hop more for both sides.
  const config = { ...readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true }), assets: undefined };
  const { workerOptions } = workerOptionsOf(config);
  const others = childrenCalled("workerd");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: join(state, "v3"),
      // The operational log is the Worker's to write, which is timed, and nobody's to read here.
      handleStructuredLogs: () => undefined,
      workers: [
        {
          ...workerOptions,
          name: NAME,
          modulesRoot: bundle,
          modules: [{ type: "ESModule", path: join(bundle, `${entry}.js`) }],
          bindings: { ...settings().vars, ...secrets(), RATE_LIMITS: "off", ...vars },
          unsafeDirectSockets: entrypoints.map((entrypoint) => ({ host: "127.0.0.1", port: 0, entrypoint })),
        },
      ],
    }),
  );
  const started = {
    origins: {} as Record<Entrypoint, string>,
    stop: async () => {
      running.delete(started);
      await miniflare.dispose();
      process.off("exit", clear);
      clear();
    },
  };
  running.add(started);
  await miniflare.ready;
  for (const entrypoint of entrypoints)
    started.origins[entrypoint] = (await miniflare.unsafeGetDirectURL(NAME, entrypoint)).origin;
  return Object.assign(started, {
    database: await miniflare.getD1Database("DB_EU"),
    pid: childrenCalled("workerd").find((pid) => !others.includes(pid)) ?? null,
  });
}

/** The product, and beside it what its API is measured against and with: same process, same isolate, same databases. */
export interface Runtime {
  /** Origin of the product as it is deployed. */
  app: string;
  /** Origin of the bare handlers. */
  bare: string;
  /** Origin of the product with its statements counted. */
  counted: string;
  database: Database;
  stop(): Promise<void>;
}

/** @param web as `makeWorker` has it */
export async function startRuntime(web: string): Promise<Runtime> {
  const { origins, database, stop } = await startWorker(await makeWorker("entry", web), ["default", "bare", "counted"]);
  return { app: origins.default, bare: origins.bare, counted: origins.counted, database, stop };
}
