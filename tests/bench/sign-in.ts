import * as z from "zod/mini";
import type { BenchAgency } from "./agency.ts";
import type { Figure } from "./figures.ts";
import { Client, compare } from "./load.ts";
import type { Runtime } from "./runtime.ts";

const KEPT = 0.6;

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
  browser.close();
  other.close();
  const of = { group: "Sign-in", goal: null } as const;
  return [
    { ...of, what: "of bare bcrypt's comparisons/s", value: compared.ratio, unit: "×", goal: { atLeast: KEPT } },
    { ...of, what: "sign-ins", value: compared.ours.perSecond, unit: "/s" },
    { ...of, what: "bare bcrypt comparisons, cost 12", value: compared.bare.perSecond, unit: "/s" },
    { ...of, what: "a sign-in, p50", value: compared.ours.p50, unit: "ms" },
  ];
}
