// npm test: everything that must hold before a change lands. `--fast` (npm run check) leaves the browser out.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "./chromium.ts";
import { show } from "./processes.ts";
import { ROOT } from "./settings.ts";

const fast = process.argv.includes("--fast");
const began = Date.now();

async function step(name: string, command: string, args: readonly string[]): Promise<void> {
  const from = Date.now();
  console.log(`\n— ${name}`);
  const code = await show(command, args);
  console.log(`  ${code === 0 ? "done" : "FAILED"} in ${((Date.now() - from) / 1000).toFixed(1)} s`);
  if (code !== 0) {
    summary();
    process.exit(code);
  }
}

const results: string[] = [];
function vitest(project: string): readonly string[] {
  const file = join(ROOT, ".cache", `tests-${project}.json`);
  results.push(file);
  return ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
}

/** One plain line that any reader of logs understands. */
function summary(): void {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const file of results) {
    try {
      const run = JSON.parse(readFileSync(file, "utf8")) as {
        numPassedTests: number;
        numFailedTests: number;
        numPendingTests: number;
      };
      passed += run.numPassedTests;
      failed += run.numFailedTests;
      skipped += run.numPendingTests;
    } catch {
      // That project did not get so far.
    }
  }
  console.log(`\nAll of it took ${((Date.now() - began) / 1000).toFixed(0)} s.`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
}

mkdirSync(join(ROOT, ".cache"), { recursive: true });
if (!fast) chromiumPath();
await step("types", "tsc", ["-b"]);
await step("lint and imports", "biome", ["check", "--error-on-warnings"]);
await step("web app", "vite", ["build", "--logLevel", "warn"]);
await step("deployable", "wrangler", ["deploy", "--dry-run", "--outdir", join(ROOT, ".cache", "worker")]);
for (const project of fast ? ["unit", "worker", "durable"] : ["unit", "worker", "durable", "e2e"]) {
  await step(`${project} tests`, "vitest", vitest(project));
}
summary();
