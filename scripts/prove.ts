// npm run prove: every test at its full count, the benches and Lighthouse, written into docs/proof.md. A part that
// fails does not stop the others; the page says so, and so does the exit code.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { benchSchema, type Figure } from "../tests/bench/figures.ts";
import { growthChart } from "../tests/bench/growth-chart.ts";
import { lighthouse, startDemo } from "../tests/bench/lighthouse.ts";
import { type Circumstances, failed, type Part, proofPage, type Row, rowOf } from "../tests/bench/proof.ts";
import { end, QUIET_ENV } from "./processes.ts";
import { ROOT } from "./settings.ts";

const SUITES = ["unit", "worker", "durable", "e2e"] as const;
const GROUPS: Record<Figure["group"], string> = {
  API: "API beside bare Hono and D1",
  "Sign-in": "Sign-in beside bare bcrypt",
  LIVE: "LIVE decoding, beside tiktok-live-connector and gunzip",
  "LIVE rooms": "LIVEs at once, from the wire to the database",
  "LIVE latency": "LIVE, from the wire to a viewer",
  "LIVE growth": "More and more LIVEs",
  "LIVE cost": "What an hour of one LIVE costs",
  Weight: "Page weight",
  Lighthouse: "Lighthouse, mid-range phone",
};

const CACHE = join(ROOT, ".cache");
const DOCS = join(ROOT, "docs");
/** As the page links it. */
const GROWTH_PICTURE = "pictures/live-growth.svg";
const say = (line: string): void => console.log(line);

/** What is stopped when we are. */
const running = new Set<ChildProcess>();
let stopping = false;

/** Ends what runs; politely, so that a test run puts away what it started. */
async function stop(): Promise<void> {
  await Promise.all([...running].map((child) => end(child, "SIGINT")));
  running.clear();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    stopping = true;
    void stop().finally(() => process.exit(130));
  });
}

/** Runs a command with its output shown. @returns its exit code */
function shown(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      detached: true,
      env: { ...process.env, ...QUIET_ENV, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    running.add(child);
    child.on("error", reject);
    child.on("exit", (code) => {
      running.delete(child);
      if (!stopping) resolve(code ?? 1);
    });
  });
}

/** Does a part, timed; what it throws is its trouble, said in full here and without a path on the page. */
async function part(
  title: string,
  command: string,
  work: () => Promise<Pick<Part, "rows" | "trouble">>,
): Promise<Part> {
  say(`\n— ${title}: ${command}`);
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  try {
    const { rows, trouble } = await work();
    return { title, command, seconds: seconds(), rows, trouble };
  } catch (error) {
    // What was interrupted is no trouble of the part's, and no other part begins.
    if (stopping) return new Promise(() => undefined);
    console.error(error);
    const said = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { title, command, seconds: seconds(), rows: [], trouble: `It stopped: ${said.replaceAll(ROOT, "")}` };
  }
}

const testsSchema = z.object({
  numTotalTests: z.number(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) })),
});

async function suite(name: (typeof SUITES)[number]): Promise<Pick<Part, "rows" | "trouble">> {
  const file = join(CACHE, `prove-${name}.json`);
  rmSync(file, { force: true });
  const args = ["run", "--project", name, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await shown("vitest", args, { PROVE: "1" });
  const tests = testsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const broken = tests.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed")
    .map(({ fullName }) => fullName);
  const rows: Row[] = [
    {
      what: "tests passed",
      measured: `${tests.numPassedTests} of ${tests.numTotalTests}`,
      goal: "all",
      reached: tests.numPassedTests === tests.numTotalTests,
    },
  ];
  if (code === 0) return { rows, trouble: null };
  return { rows, trouble: broken.length > 0 ? `Failed: ${broken.join("; ")}.` : "A file could not be run." };
}

/** A bench is one run and several tables. */
async function bench(): Promise<Part[]> {
  const file = join(CACHE, "bench.json");
  let figures: Figure[] = [];
  const whole = await part("Benches", "npm run bench", async () => {
    rmSync(file, { force: true });
    // A missed goal is an exit code too: the file tells whether it came to its end.
    await shown("node", [join(ROOT, "scripts", "bench.ts")]);
    const done = benchSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    figures = done.figures;
    writeFileSync(join(DOCS, GROWTH_PICTURE), growthChart(done.growth));
    return { rows: [], trouble: null };
  });
  if (whole.trouble !== null) return [whole];
  return tables(whole, figures);
}

const tables = (whole: Part, figures: readonly Figure[]): Part[] =>
  [...Map.groupBy(figures, ({ group }) => group)].map(([group, of]) => ({
    ...whole,
    title: GROUPS[group],
    rows: of.map(rowOf),
    ...(group === "LIVE growth" ? { picture: GROWTH_PICTURE } : {}),
  }));

async function audits(): Promise<Pick<Part, "rows" | "trouble">> {
  try {
    return { rows: (await lighthouse(await startDemo(running, say), say)).map(rowOf), trouble: null };
  } finally {
    await stop();
  }
}

function circumstances(): Circumstances {
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  const { version } = z.object({ version: z.string() }).parse(createRequire(import.meta.url)("workerd/package.json"));
  return {
    at: new Date().toISOString().replace(/\.\d+/, ""),
    commit: git("rev-parse", "--short=12", "HEAD"),
    changed: git("status", "--porcelain", "--", ":!docs/proof.md", `:!docs/${GROWTH_PICTURE}`) !== "",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    workerd: version,
    loadAtStart: loadavg()[0] ?? 0,
  };
}

const on = circumstances();
mkdirSync(CACHE, { recursive: true });
mkdirSync(join(DOCS, "pictures"), { recursive: true });
const parts: Part[] = [];
say("Building the web app…");
await shown("vite", ["build", "--logLevel", "warn"]);
for (const name of SUITES) {
  parts.push(await part(`Tests: ${name}`, `PROVE=1 npx vitest run --project ${name}`, () => suite(name)));
}
parts.push(...(await bench()));
parts.push(await part(GROUPS.Lighthouse, "npm run prove", audits));

const page = join(DOCS, "proof.md");
writeFileSync(page, proofPage(parts, on));
execFileSync("biome", ["format", "--write", page], { cwd: ROOT, stdio: "ignore" });
const broken = parts.filter(failed);
for (const each of broken) say(`\n${each.title}: ${each.trouble ?? "a goal was missed"}`);
say(`\nWritten to docs/proof.md.${broken.length === 0 ? " Every goal was reached." : ""}`);
process.exit(broken.length === 0 ? 0 : 1);
