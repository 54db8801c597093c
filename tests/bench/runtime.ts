import { rmSync } from "node:fs";
import { join } from "node:path";
// Wrangler's own copy: the bench runs on the very runtime that `npm start` and the tests run on.
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig, unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { migrateLocally } from "../../scripts/migrations.ts";
import { run } from "../../scripts/processes.ts";
import { ROOT, secrets, settings } from "../../scripts/settings.ts";

/** Where the bench keeps its bundle and its databases. */
const PLACE = join(ROOT, ".cache", "bench");

const NAME = "bench";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** The Worker in workerd with no proxy before it: each of the entry's exports listens on a socket of its own. */
export interface Runtime {
  /** Origin of the product as it is deployed. */
  app: string;
  /** Origin of the bare handlers: same process, same isolate, same databases. */
  bare: string;
  /** Origin of the product with its statements counted. */
  counted: string;
  database: Database;
  stop(): Promise<void>;
}

/**
 * Bundles as a deployment would, makes new databases, and starts.
 * @param web the built web app, without which there is no deployment
 */
export async function startRuntime(web: string): Promise<Runtime> {
  const bundle = join(PLACE, "worker");
  const state = join(PLACE, "state");
  rmSync(state, { recursive: true, force: true });
  await Promise.all([
    run("wrangler", ["deploy", "tests/bench/edge/entry.ts", "--assets", web, "--dry-run", "--outdir", bundle]),
    migrateLocally(state),
  ]);
  const entrypoints = ["default", "bare", "counted"] as const;
  // Assets are the platform's to serve; before the Worker they would only be one hop more for both sides.
  const config = { ...readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true }), assets: undefined };
  const { workerOptions } = workerOptionsOf(config);
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
          modules: [{ type: "ESModule", path: join(bundle, "entry.js") }],
          bindings: { ...settings().vars, ...secrets(), RATE_LIMITS: "off" },
          unsafeDirectSockets: entrypoints.map((entrypoint) => ({ host: "127.0.0.1", port: 0, entrypoint })),
        },
      ],
    }),
  );
  await miniflare.ready;
  const origin = async (entrypoint: (typeof entrypoints)[number]): Promise<string> =>
    (await miniflare.unsafeGetDirectURL(NAME, entrypoint)).origin;
  return {
    app: await origin("default"),
    bare: await origin("bare"),
    counted: await origin("counted"),
    database: await miniflare.getD1Database("DB_EU"),
    stop: () => miniflare.dispose(),
  };
}
