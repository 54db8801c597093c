// npm run bench [-- --quick]: speeds beside what they are measured against, in one run, and page weights against their
// budgets; LIVEs from the wire to a screen, and what they cost. Prints, and writes .cache/bench.json. A goal that was
// missed is the exit code 1.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeAgency } from "../tests/bench/agency.ts";
import { benchApi } from "../tests/bench/api.ts";
import { benchEnumeration } from "../tests/bench/enumeration.ts";
import { type Figure, goalOf, measured, reached } from "../tests/bench/figures.ts";
import { benchLive } from "../tests/bench/live.ts";
import { benchRooms, programme } from "../tests/bench/live-rooms.ts";
import { benchRights } from "../tests/bench/rights.ts";
import { makeWorker, running, startRuntime } from "../tests/bench/runtime.ts";
import { benchRush } from "../tests/bench/rush.ts";
import { benchSignIn } from "../tests/bench/sign-in.ts";
import { BUILT, buildWeb, weigh } from "../tests/bench/weights.ts";
import { ROOT } from "./settings.ts";

const QUICK = process.argv.includes("--quick");

/** Rounds are even, so that each side begins as often as the other. */
const PACE = QUICK
  ? { roundMs: 1_000, rounds: 4, decodeMs: 200, signInMs: 1_500, signInRounds: 2, addresses: 10 }
  : { roundMs: 4_000, rounds: 10, decodeMs: 500, signInMs: 4_000, signInRounds: 6, addresses: 100 };

const say = (line: string): void => console.log(line);
const began = performance.now();
const figures: Figure[] = [];

// What is not stopped in time goes with us: each kills its process when ours exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => void Promise.all([...running].map((each) => each.stop())).finally(() => process.exit(130)));

say("LIVE: decoding and counting the recordings…");
figures.push(...(await benchLive(PACE.decodeMs, PACE.rounds, say)));

say("Building the web app; starting the Worker in workerd, without a proxy before it…");
await buildWeb();
const runtime = await startRuntime(BUILT);
try {
  say("Filling an agency with 5,000 creators…");
  const agency = await makeAgency(runtime);
  const api = await benchApi(runtime, agency, PACE.roundMs, PACE.rounds, say);
  figures.push(...api.figures, ...(await benchRights(api.listsPerSecond)));
  say("  signing in…");
  figures.push(...(await benchSignIn(runtime, agency, PACE.signInMs, PACE.signInRounds)));
  say("  telling accounts from nobody by time…");
  figures.push(...(await benchEnumeration(runtime, PACE.addresses)));
  say("  twenty signing in at once…");
  figures.push(...(await benchRush(runtime, agency, PACE.signInMs, PACE.signInRounds)));
  const page = async (url: string): Promise<string> => {
    const answer = await fetch(new URL(new URL(url, runtime.app).pathname, runtime.app));
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return answer.text();
  };
  figures.push(...weigh({ "marketing page": await page("/"), "consent page": await page(agency.inviteUrl) }));
} finally {
  await runtime.stop();
}

say("LIVE: from the simulated TikTok over workerd to a viewer…");
const rooms = await benchRooms(await makeWorker("live", BUILT), programme(QUICK), say);
figures.push(...rooms.figures);

const cache = join(ROOT, ".cache");
mkdirSync(cache, { recursive: true });
const seconds = Math.round((performance.now() - began) / 1000);
writeFileSync(
  join(cache, "bench.json"),
  `${JSON.stringify({ at: new Date().toISOString(), seconds, figures, growth: rooms.growth }, null, 2)}\n`,
);

say("");
for (const figure of figures) {
  const good = reached(figure);
  const verdict = good === null ? "" : good ? "reached" : "MISSED";
  const { group, what } = figure;
  const value = measured(figure).padStart(14);
  const columns = [group.padEnd(12), what.padEnd(66), value, goalOf(figure).padEnd(16), verdict];
  say(columns.join(" ").trimEnd());
}
say(`\nWritten to .cache/bench.json after ${seconds} s.`);
process.exitCode = figures.some((figure) => reached(figure) === false) ? 1 : 0;
