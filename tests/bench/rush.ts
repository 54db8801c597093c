import { Agent } from "../../scripts/agent.ts";
import type { BenchAgency } from "./agency.ts";
import { type Figure, median, percentile } from "./figures.ts";
import { Client } from "./load.ts";
import type { Runtime } from "./runtime.ts";

/** Who signs in at the same time, again and again. */
const PEOPLE = 20;
const CONNECTIONS = 16;
/** Of its speed the roster keeps as much meanwhile. */
const KEPT = 0.8;
const PASSWORD = "everybody at nine o'clock";

/** Lists while nobody signs in, and while twenty do, by turns in one run. */
export async function benchRush(
  { app }: Runtime,
  { cookie }: BenchAgency,
  roundMs: number,
  rounds: number,
): Promise<Figure[]> {
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, at) => register(app, `person-${at}@rush.example`)),
  );
  const reader = new Client(app, { Cookie: cookie, "User-Agent": "bench" }, CONNECTIONS);
  const door = new Client(app, { Origin: app }, PEOPLE);
  const waits: number[] = [];
  const ratios: number[] = [];
  await lists(reader, roundMs);
  for (let round = 0; round < rounds; round++) {
    const alone = await lists(reader, roundMs);
    let over = false;
    const rush = people.map(async (email) => {
      while (!over) {
        const asked = performance.now();
        await door.good("POST", "/api/v1/auth/login", { email, password: PASSWORD });
        waits.push(performance.now() - asked);
      }
    });
    ratios.push((await lists(reader, roundMs)) / alone);
    over = true;
    await Promise.all(rush);
  }
  reader.close();
  door.close();
  const of = { group: "Sign-in", goal: null } as const;
  return [
    {
      ...of,
      what: `lists while ${PEOPLE} sign in at once, of their speed alone`,
      value: median(ratios),
      unit: "×",
      goal: { atLeast: KEPT },
    },
    { ...of, what: `a sign-in of ${PEOPLE} at once beside such lists, p50`, value: percentile(waits, 0.5), unit: "ms" },
    {
      ...of,
      what: `a sign-in of ${PEOPLE} at once beside such lists, p99`,
      value: percentile(waits, 0.99),
      unit: "ms",
    },
  ];
}

async function register(app: string, email: string): Promise<string> {
  const agency = { agency: "Rush", region: "eu", name: "Rae Rush", email, password: PASSWORD };
  await new Agent(app).api("POST", "/auth/register", agency);
  return email;
}

/** Lists a second. */
async function lists(reader: Client, forMs: number): Promise<number> {
  const began = performance.now();
  let answered = 0;
  const connection = async (): Promise<void> => {
    while (performance.now() - began < forMs) {
      await reader.good("GET", "/api/v1/creators?limit=50");
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return (answered * 1000) / (performance.now() - began);
}
