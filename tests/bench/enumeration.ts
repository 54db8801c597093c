import { Agent } from "../../scripts/agent.ts";
import type { Figure } from "./figures.ts";
import { Client } from "./load.ts";
import type { Runtime } from "./runtime.ts";

/** What a stranger may learn from how long an answer takes: 0.5 is a coin's toss. */
const MOST = 0.55;
/** Times that each address is asked about: the gate of one lets ten sign-ins through. */
const TRIES = { login: 2, forgot: 8 } as const;
const REST_MS = 15;
const PASSWORD = "hundred of us have accounts";

/**
 * Addresses with an account against as many without, asked in no order, since what an answer leaves to be done stands in
 * the time of a later one; and how well the time of an answer tells them apart: the share of all pairs in which the
 * account's was the slower one, either way round (AUC).
 *
 * By chance alone it strays by √((n + m + 1) ÷ 12nm): with a hundred addresses about 0.03 at sign-in and 0.01 at a
 * forgotten password. A quick run, of few addresses, is a look at whether it works.
 */
export async function benchEnumeration({ app }: Runtime, addresses: number): Promise<Figure[]> {
  const known = Array.from({ length: addresses }, (_, at) => `known-${at}@enumeration.example`);
  const unknown = Array.from({ length: addresses }, (_, at) => `nobody-${at}@enumeration.example`);
  for (const email of known) {
    const agency = { agency: "Known", region: "eu", name: "Kay Known", email, password: PASSWORD };
    await new Agent(app).api("POST", "/auth/register", agency);
  }
  const everybody = [
    ...known.map((email) => ({ email, which: 0 as const })),
    ...unknown.map((email) => ({ email, which: 1 as const })),
  ];
  const browser = new Client(app, { Origin: app }, 1);
  const asks = {
    login: (email: string) => browser.ask("POST", "/api/v1/auth/login", { email, password: "wrong horse" }),
    forgot: (email: string) => browser.good("POST", "/api/v1/auth/forgot", { email }),
  };
  const told: Record<string, number> = {};
  for (const [door, ask] of Object.entries(asks)) {
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < TRIES[door === "login" ? "login" : "forgot"]; round++)
      for (const { email, which } of shuffled(everybody, round)) {
        const began = performance.now();
        await ask(email);
        times[which].push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    told[door] = 0.5 + Math.abs(slower(...times) - 0.5);
  }
  browser.close();
  const of = { group: "Sign-in", unit: "AUC", goal: { atMost: MOST } } as const;
  return [
    { ...of, what: "wrong password: an account told from nobody by time", value: told.login ?? Number.NaN },
    { ...of, what: "forgotten password: an account told from nobody by time", value: told.forgot ?? Number.NaN },
  ];
}

/** Of all pairs, in how many the first one took longer; a tie counts half. */
function slower(mine: readonly number[], theirs: readonly number[]): number {
  let won = 0;
  for (const one of mine) for (const other of theirs) won += one > other ? 1 : one === other ? 0.5 : 0;
  return won / (mine.length * theirs.length);
}

/** In another order, the same in each run. @param seed another one gives another order */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = items.map((item) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { item, key: state };
  });
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
}
