import * as z from "zod/mini";
import type { BenchAgency } from "./agency.ts";
import { type Figure, median } from "./figures.ts";
import { type Ask, Client, compare } from "./load.ts";
import type { Runtime } from "./runtime.ts";

const KEPT = 0.6;
/** How far the answers about an account and about nobody may lie apart: what is left is this machine's noise. */
const ALIKE = { login: 1.1, forgot: 1.25 } as const;

const rowSchema = z.object({ hash: z.string() });

/** Signing in, which is limited by bcrypt alone, beside one bare comparison of the same hash in the same runtime. */
export async function benchSignIn(
  { app, bare, database }: Runtime,
  { email, password }: BenchAgency,
  roundMs: number,
  rounds: number,
): Promise<Figure[]> {
  const { hash } = rowSchema.parse(await database.prepare("SELECT password_hash AS hash FROM users").first());
  const browser = new Client(app, { Origin: app }, 1);
  const other = new Client(bare, {}, 1);
  const compared = await compare(
    () => browser.good("POST", "/api/v1/auth/login", { email, password }),
    () => other.good("POST", "/bcrypt", { password, hash }),
    { connections: 1, roundMs, rounds },
  );
  const wrong = (address: string): Promise<unknown> =>
    browser.ask("POST", "/api/v1/auth/login", { email: address, password: "wrong horse, wrong battery" });
  const login = await apart(
    async () => {
      const took = await timed(() => wrong(email));
      // The gate lets ten wrong ones through: a right one opens it again.
      await browser.good("POST", "/api/v1/auth/login", { email, password });
      return took;
    },
    () => timed(() => wrong(nobody())),
    rounds * 4,
  );
  const forgot = (address: string): Promise<number> =>
    timed(() => browser.good("POST", "/api/v1/auth/forgot", { email: address }));
  const forgotten = await apart(
    () => forgot(email),
    () => forgot(nobody()),
    rounds * 40,
  );
  browser.close();
  other.close();
  const of = { group: "Sign-in", goal: null } as const;
  return [
    { ...of, what: "of bare bcrypt's comparisons/s", value: compared.ratio, unit: "×", goal: { atLeast: KEPT } },
    { ...of, what: "sign-ins", value: compared.ours.perSecond, unit: "/s" },
    { ...of, what: "bare bcrypt comparisons, cost 12", value: compared.bare.perSecond, unit: "/s" },
    { ...of, what: "a sign-in, p50", value: compared.ours.p50, unit: "ms" },
    {
      ...of,
      what: "wrong password: an account's time and nobody's",
      value: login,
      unit: "×",
      goal: { atMost: ALIKE.login },
    },
    {
      ...of,
      what: "forgotten password: an account's time and nobody's",
      value: forgotten,
      unit: "×",
      goal: { atMost: ALIKE.forgot },
    },
  ];
}

let made = 0;
/** An address that nobody has, and that was not asked for before. */
const nobody = (): string => `nobody.${made++}@agency.example`;

async function timed(ask: Ask): Promise<number> {
  const began = performance.now();
  await ask();
  return performance.now() - began;
}

/** So that what one answer leaves to be done does not always stand in the same one's time. */
const REST_MS = 15;

/** How many times as long the slower of the two takes, by their medians. They are asked by turns, the first one changing. */
async function apart(one: () => Promise<number>, other: () => Promise<number>, samples: number): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let at = 0; at < samples; at++) {
    const order = at % 2 === 0 ? [0, 1] : [1, 0];
    for (const which of order) {
      times[which === 0 ? 0 : 1].push(await (which === 0 ? one() : other()));
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  }
  const [mine, theirs] = [median(times[0]), median(times[1])];
  return Math.max(mine, theirs) / Math.min(mine, theirs);
}
