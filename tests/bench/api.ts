import * as z from "zod/mini";
import type { BenchAgency } from "./agency.ts";
import type { Figure } from "./figures.ts";
import { type Ask, Client, type Compared, compare, type Pace } from "./load.ts";
import type { Runtime } from "./runtime.ts";

/** How much of a bare handler's speed the product must keep. */
const KEPT = 0.6;
/** A statement may look at this many rows for one that it returns. */
const ROWS_READ_PER_ROW = 3;

const CONNECTIONS = 16;

/** What is read, and how its path is made; each is asked for one creator after the other. */
const READS = [
  { what: "creators list, 50 of 5,000", path: () => "/api/v1/creators?limit=50", witness: /"handle":"([^"]+)"/g },
  {
    what: "record page, the creator",
    path: (id: string) => `/api/v1/creators/${id}`,
    witness: /"handle":"([^"]+)"/g,
  },
  {
    what: "record page, the TikTok card",
    path: (id: string) => `/api/v1/creators/${id}/tiktok`,
    witness: /"openId":"([^"]+)"/g,
  },
] as const;

/** Each read beside the bare handler that runs the same statements, and what its statements cost; and lists/s, as such. */
export async function benchApi(
  runtime: Runtime,
  agency: BenchAgency,
  roundMs: number,
  rounds: number,
  say: (line: string) => void,
): Promise<{ figures: Figure[]; listsPerSecond: number }> {
  const headers = { Cookie: agency.cookie, "User-Agent": "bench" };
  const pace: Pace = { connections: CONNECTIONS, roundMs, rounds };
  const figures: Figure[] = [];
  let listsPerSecond = Number.NaN;
  for (const { what, path, witness } of READS) {
    say(`  ${what}…`);
    const paths = agency.connected.map(path);
    const [ours, bare] = [
      new Client(runtime.app, headers, CONNECTIONS),
      new Client(runtime.bare, headers, CONNECTIONS),
    ];
    await answerAlike(ours, bare, paths[0] ?? "", witness);
    const compared = await compare(inTurn(ours, paths), inTurn(bare, paths), pace);
    ours.close();
    bare.close();
    figures.push(...paced(what, compared), ...(await rowsOf(runtime, what, paths[0] ?? "", headers)));
    if (path === READS[0].path) listsPerSecond = compared.ours.perSecond;
  }
  return { figures, listsPerSecond };
}

/** A comparison of two that read different rows would be worth nothing. @throws when they do */
async function answerAlike(ours: Client, bare: Client, path: string, witness: RegExp): Promise<void> {
  const [mine = "", theirs] = (await Promise.all([ours.good("GET", path), bare.good("GET", path)])).map(({ body }) =>
    [...body.matchAll(witness)].map(([, seen]) => seen).join(),
  );
  if (mine === "" || mine !== theirs) throw new Error(`${path}: the bare handler reads other rows`);
}

const inTurn = (client: Client, paths: readonly string[]): Ask => {
  let at = 0;
  return () => client.good("GET", paths[at++ % paths.length] ?? "");
};

const paced = (what: string, { ours, bare, ratio }: Compared): Figure[] => [
  { group: "API", what: `${what}: of the bare handler's requests/s`, value: ratio, unit: "×", goal: { atLeast: KEPT } },
  { group: "API", what: `${what}: requests`, value: ours.perSecond, unit: "/s", goal: null },
  { group: "API", what: `${what}: requests, bare`, value: bare.perSecond, unit: "/s", goal: null },
  { group: "API", what: `${what}: p50`, value: ours.p50, unit: "ms", goal: null },
  { group: "API", what: `${what}: p50, bare`, value: bare.p50, unit: "ms", goal: null },
  { group: "API", what: `${what}: p99`, value: ours.p99, unit: "ms", goal: null },
  { group: "API", what: `${what}: p99, bare`, value: bare.p99, unit: "ms", goal: null },
];

const countSchema = z.coerce.number();

async function rowsOf(
  { counted }: Runtime,
  what: string,
  path: string,
  headers: Record<string, string>,
): Promise<Figure[]> {
  const client = new Client(counted, headers, 1);
  const answer = await client.good("GET", path);
  client.close();
  const [read, returned] = [answer.headers["x-rows-read"], answer.headers["x-rows-returned"]].map((said) =>
    countSchema.parse(said),
  );
  if (read === undefined || !returned) throw new Error(`${path} read no rows`);
  const of = { group: "API", unit: "rows" } as const;
  return [
    { ...of, what: `${what}: rows_read`, value: read, goal: { atMost: returned * ROWS_READ_PER_ROW } },
    { ...of, what: `${what}: rows returned`, value: returned, goal: null },
  ];
}
