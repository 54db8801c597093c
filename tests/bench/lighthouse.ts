import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";
import * as z from "zod/mini";
import type { Creator } from "../../domain/records/creator.ts";
import { Agent } from "../../scripts/agent.ts";
import { chromiumPath, QUIET_FLAGS } from "../../scripts/chromium.ts";
import { DEMO, seed } from "../../scripts/demo.ts";
import { migrateLocally } from "../../scripts/migrations.ts";
import { run } from "../../scripts/processes.ts";
import { startApp, startSimulator } from "../../scripts/servers.ts";
import { ROOT, type Settings, settings } from "../../scripts/settings.ts";
import { freePort } from "../helpers/node/simulator.ts";
import type { Figure } from "./figures.ts";

/** Fetched when it is needed and kept out of the packages: a part of it is under a copyleft licence. */
const VERSION = "13.5.0";
const INSTALLED = join(ROOT, ".cache", "lighthouse");
const STATE = join(ROOT, ".cache", "prove-state");

const LEAST_POINTS = 90;
/** On Lighthouse's own mid-range phone: four times slower, on slow 4G. */
const BUDGET = { lcpMs: 2_000, shift: 0.05 } as const;

const CATEGORIES = {
  performance: "performance",
  accessibility: "accessibility",
  "best-practices": "best practices",
  seo: "search engines",
} as const;
type Category = keyof typeof CATEGORIES;

const reportSchema = z.object({
  categories: z.record(z.string(), z.object({ score: z.nullable(z.number()) })),
  audits: z.record(z.string(), z.object({ numericValue: z.optional(z.number()) })),
  runtimeError: z.optional(z.object({ message: z.optional(z.string()) })),
});

/**
 * The demo as `npm start` makes it, with ports and databases of its own.
 * @param running gets each process as soon as it stands; they are the caller's to end
 */
export async function startDemo(running: Set<ChildProcess>, say: (line: string) => void): Promise<Settings> {
  rmSync(STATE, { recursive: true, force: true });
  Object.assign(process.env, {
    PORT: String(await freePort()),
    SIMULATOR_PORT: String(await freePort()),
    STATE_DIR: STATE,
    RATE_LIMITS: "off",
  });
  const chosen = settings();
  await Promise.all([
    build({ configFile: join(ROOT, "vite.config.ts"), logLevel: "error" }),
    migrateLocally(chosen.stateDir),
  ]);
  running.add(await startSimulator(chosen));
  running.add(await startApp(chosen));
  await seed(chosen, say);
  return chosen;
}

/** Lighthouse on the pages that people meet first: as somebody new, as an invited creator, as signed-in staff. */
export async function lighthouse({ publicUrl }: Settings, say: (line: string) => void): Promise<Figure[]> {
  await install(say);
  const staff = new Agent(publicUrl);
  await staff.api("POST", "/auth/login", { email: DEMO.email, password: DEMO.password });
  const { items } = await staff.api<{ items: Creator[] }>("GET", "/creators?connection=invited&limit=1");
  const { url: consent } = await staff.api<{ url: string }>("POST", `/creators/${items[0]?.id}/invites`);

  const port = await freePort();
  const profile = join(STATE, "browser");
  mkdirSync(profile, { recursive: true });
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...QUIET_FLAGS, `--remote-debugging-port=${port}`],
    // Signals are the caller's to answer; the browser goes with this process whatever happens.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  try {
    const pages: [what: string, url: string, categories: Category[]][] = [
      ["marketing page", `${publicUrl}/`, ["performance", "accessibility", "best-practices", "seo"]],
      // Pages of one person or one agency are kept out of search engines on purpose.
      ["consent page", consent, ["performance", "accessibility", "best-practices"]],
      ["creators page, signed in", `${publicUrl}/app/creators`, ["performance", "accessibility", "best-practices"]],
    ];
    const figures: Figure[] = [];
    for (const [what, url, categories] of pages) {
      say(`  ${what}…`);
      if (url.endsWith("/app/creators"))
        await browser.request.post(`${publicUrl}/api/v1/auth/login`, {
          headers: { Origin: publicUrl },
          data: { email: DEMO.email, password: DEMO.password },
        });
      figures.push(...(await audit(what, url, categories, port)));
    }
    return figures;
  } finally {
    await browser.close();
  }
}

async function install(say: (line: string) => void): Promise<void> {
  const known = join(INSTALLED, "node_modules", "lighthouse", "package.json");
  if (existsSync(known) && readFileSync(known, "utf8").includes(`"version": "${VERSION}"`)) return;
  say(`  Fetching Lighthouse ${VERSION} (once)…`);
  mkdirSync(INSTALLED, { recursive: true });
  writeFileSync(join(INSTALLED, "package.json"), '{ "private": true }\n');
  await run("npm", [
    "install",
    `lighthouse@${VERSION}`,
    "--prefix",
    INSTALLED,
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
  ]);
}

async function audit(what: string, url: string, categories: readonly Category[], port: number): Promise<Figure[]> {
  const report = join(STATE, "report.json");
  const args = [
    join(INSTALLED, "node_modules", "lighthouse", "cli", "index.js"),
    url,
    `--port=${port}`,
    `--only-categories=${categories.join(",")}`,
    // The signed-in page needs its cookies.
    "--disable-storage-reset",
    "--output=json",
    `--output-path=${report}`,
    "--no-enable-error-reporting",
    "--quiet",
  ];
  // On a busy machine Lighthouse now and then loses a trace, says so, and asks to be run again.
  await run("node", args).catch(() => run("node", args));
  const { categories: scores, audits, runtimeError } = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
  if (runtimeError?.message) throw new Error(`Lighthouse on the ${what}: ${runtimeError.message}`);
  const numeric = (name: string): number => audits[name]?.numericValue ?? Number.NaN;
  const of = { group: "Lighthouse" } as const;
  return [
    ...categories.map(
      (category): Figure => ({
        ...of,
        what: `${what}: ${CATEGORIES[category]}`,
        value: (scores[category]?.score ?? 0) * 100,
        unit: "points",
        goal: { atLeast: LEAST_POINTS },
      }),
    ),
    {
      ...of,
      what: `${what}: largest contentful paint`,
      value: numeric("largest-contentful-paint"),
      unit: "ms",
      goal: { atMost: BUDGET.lcpMs },
    },
    {
      ...of,
      what: `${what}: layout shift`,
      value: numeric("cumulative-layout-shift"),
      unit: "shift",
      goal: { atMost: BUDGET.shift },
    },
  ];
}
