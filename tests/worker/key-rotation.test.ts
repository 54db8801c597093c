import { createScheduledController, env } from "cloudflare:test";
import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as schema from "../../platform/db/region/index.ts";
import { resealRegion } from "../../platform/db/reseal.ts";
import { KEY_REPORT, keyReportSchema, readKeyReport } from "../../platform/key-report.ts";
import { SEALED_COLUMNS } from "../../platform/sealed.ts";
import { createVault, type SealedPurpose, withNewKey } from "../../platform/vault.ts";
import worker from "../../worker/index.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  connect,
  consent,
  invite,
  until,
} from "../helpers/workerd/agency.ts";
import { join } from "../helpers/workerd/members.ts";
import { setUpTotp } from "../helpers/workerd/people.ts";
import { connectionRow, region, rows, run, tablesOf } from "../helpers/workerd/rows.ts";

const ENVELOPE = /^v1\.[\w-]+\.[\w-]{16}\.[\w-]{22,}$/;

const { keyId: NEW, ring: RING } = withNewKey(env.TOKEN_KEYS, Date.UTC(2026, 10, 24));
const rotated = { ...env, TOKEN_KEYS: RING };
const [, OLD = ""] = RING.split(",").map((key) => key.split(":")[0] ?? "");

/** An agency with something sealed in every column that a person can fill. */
interface Sealing extends Agency {
  creatorId: string;
}
async function sealing(where: "eu" | "us" = "us"): Promise<Sealing> {
  const home = await agency(where);
  const { id } = await addCreator(home.browser, { handle: "quiet.drums" });
  await connect(home.browser, id, { account: "quiet.drums" });
  await until(async () => (await connectionRow(home, id)).last_sync_at !== null);
  const other = await addCreator(home.browser, { handle: "nobody.here" });
  const creator = new Browser();
  await creator.fetch(await consent(creator, await invite(home.browser, other.id), { account: "quiet.drums" }));
  // A second factor that is on, one that is being set up, and an answer that is kept for a repeat.
  await setUpTotp((await join(home, "viewer")).browser);
  await home.browser.api("POST", "/me/totp");
  await home.browser.api("POST", "/creators", { displayName: "Once" }, { "Idempotency-Key": "once" });
  return { ...home, creatorId: id };
}

interface Found {
  purpose: SealedPurpose;
  record: string;
  envelope: string;
}

/** What lies sealed of an agency, by the registry. */
async function sealedOf(home: Agency): Promise<Found[]> {
  const found: Found[] = [];
  for (const [purpose, places] of Object.entries(SEALED_COLUMNS))
    for (const { table, column, record } of places) {
      const held = await rows(
        home,
        `SELECT ${record} AS record, ${column} AS envelope FROM ${table} WHERE tenant_id = ? AND ${column} IS NOT NULL`,
        home.tenant.id,
      );
      found.push(
        ...held.map((row) => ({
          purpose: purpose as SealedPurpose,
          record: String(row.record),
          envelope: String(row.envelope),
        })),
      );
    }
  return found;
}

const opened = async (home: Agency, keys: string): Promise<string[]> =>
  Promise.all(
    (await sealedOf(home)).map(({ purpose, record, envelope }) =>
      createVault(keys).open(envelope, { tenant: home.tenant.id, record, purpose }),
    ),
  );

const keyIdsOf = async (home: Agency): Promise<string[]> => [
  ...new Set((await sealedOf(home)).map(({ envelope }) => createVault(RING).keyIdOf(envelope))),
];

const cron = (bindings: typeof env, at = "*/5 * * * *") =>
  worker.scheduled(createScheduledController({ cron: at, scheduledTime: new Date() }), bindings);

/** As if the active key had begun a quarter of an hour earlier. */
async function aQuarterOfAnHourLater(): Promise<void> {
  for (const bucket of [env.FILES_EU, env.FILES_US, env.FILES_ME]) {
    const report = keyReportSchema.parse(await (await bucket.get(KEY_REPORT))?.json());
    await bucket.put(KEY_REPORT, JSON.stringify({ ...report, activeSince: report.activeSince - 900_000 }));
  }
}

/** Puts everything back under the key that the other tests run with, as if no cron had looked. */
async function backAgain(): Promise<void> {
  for (const bucket of [env.FILES_EU, env.FILES_US, env.FILES_ME]) await bucket.delete(KEY_REPORT);
  const [newest, ...older] = RING.split(",");
  for (const where of ["eu", "us", "me"] as const)
    await resealRegion({ ...env, TOKEN_KEYS: [...older, newest].join(",") }, where, 10_000);
}

let home: Sealing;
beforeAll(async () => {
  home = await sealing();
}, 60_000);
afterEach(async () => {
  vi.restoreAllMocks();
  await backAgain();
});

describe("the registry of what is sealed", () => {
  test("names every column in which an envelope lies, and every one that is called sealed", async () => {
    const named = Object.values(SEALED_COLUMNS).flatMap((places) =>
      places.map(({ table, column }) => `${table}.${column}`),
    );
    const lying = new Set<string>();
    for (const table of await tablesOf(region("us")))
      for (const row of (await region("us").prepare(`SELECT * FROM ${table}`).all()).results)
        for (const [column, value] of Object.entries(row))
          if (typeof value === "string" && ENVELOPE.test(value)) lying.add(`${table}.${column}`);
    expect([...lying].sort()).toEqual([...named].sort());
    const called = Object.values(schema).flatMap((table) =>
      is(table, SQLiteTable)
        ? Object.values(getTableColumns(table))
            .filter(({ name }) => name.endsWith("_sealed"))
            .map(({ name }) => `${getTableName(table)}.${name}`)
        : [],
    );
    expect(named).toEqual(expect.arrayContaining(called));
  });
});

describe("after a change of keys", () => {
  test("a round of the cron seals everything anew, once everybody has the new ring, and no secret is another one", async () => {
    const before = await opened(home, env.TOKEN_KEYS);
    expect(before.length).toBeGreaterThanOrEqual(5);
    await cron(rotated);
    expect(await keyIdsOf(home)).toEqual([OLD]);
    await aQuarterOfAnHourLater();
    await cron(rotated);
    expect(await keyIdsOf(home)).toEqual([NEW]);
    expect(await opened(home, RING)).toEqual(before);
  });

  test("an operator reads which keys still seal something, and when it was looked at", async () => {
    // What objects of the region keep sealed is other tests' doing: it stays as it is.
    await cron(env, "17 3 * * *");
    const { objects } = (await readKeyReport(env, "us")) ?? {};
    await backAgain();
    await cron(rotated);
    const at = await readKeyReport(rotated, "us");
    expect(at).toMatchObject({ activeKeyId: NEW, rows: { [OLD]: expect.any(Number) }, objectsAt: null });
    expect(at?.rowsAt).toBeGreaterThan(Date.now() - 60_000);
    await aQuarterOfAnHourLater();
    await cron(rotated, "17 3 * * *");
    const after = await readKeyReport(rotated, "us");
    expect(Object.keys(after?.rows ?? {})).toEqual([NEW]);
    expect(after?.objects).toEqual(objects);
    expect(objects).toBeDefined();
    expect(after?.objectsAt).toBeGreaterThan(Date.now() - 60_000);
  });

  test("what was not looked at everywhere is not said to be free, and one tenant stands in no other's way", async () => {
    const woken: string[] = [];
    let first = true;
    const hubs = new Proxy(env.TENANT_HUB, {
      get: (namespace, member) =>
        member === "get"
          ? (...asked: Parameters<typeof namespace.get>) => {
              if (first) {
                first = false;
                throw new Error("unreachable");
              }
              woken.push(String(asked[0]));
              return namespace.get(...asked);
            }
          : Reflect.get(namespace, member).bind(namespace),
    });
    await agency("me");
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await cron({ ...env, TENANT_HUB: hubs }, "17 3 * * *");
    expect(woken.length).toBeGreaterThan(0);
    expect(told.mock.calls.flat().join()).toContain('"event":"cron.tenant.failed"');
    expect(await readKeyReport(env, "us")).toMatchObject({ objectsAt: null });
    await cron(env, "17 3 * * *");
    expect((await readKeyReport(env, "us"))?.objectsAt).toBeGreaterThan(0);
  });

  test("a round takes so many rows and no more; the next one goes on", async () => {
    const all = (await resealRegion(rotated, "us", 0))[OLD] ?? 0;
    expect(await resealRegion(rotated, "us", 2)).toEqual({ [OLD]: all - 2, [NEW]: 2 });
    expect(await resealRegion(rotated, "us", all)).toEqual({ [NEW]: all });
  });

  test("of a renewal that stores a newer token meanwhile, the newer token stays", async () => {
    const vault = createVault(RING);
    const connection = await connectionRow(home, home.creatorId);
    const place = { tenant: home.tenant.id, record: String(connection.id), purpose: "refresh_token" } as const;
    const newer = await createVault(env.TOKEN_KEYS).seal("rft.newer", place);
    let renewed = false;
    // Between the round's reading and its writing, a renewal stores its pair.
    const meanwhile = new Proxy(env.DB_US, {
      get: (database, member) =>
        member === "batch"
          ? async (statements: D1PreparedStatement[]) => {
              if (!renewed)
                await run(home, "UPDATE connections SET refresh_token = ? WHERE id = ?", newer, place.record);
              renewed = true;
              return database.batch(statements);
            }
          : Reflect.get(database, member).bind(database),
    });
    await resealRegion({ ...rotated, DB_US: meanwhile }, "us", 10_000);
    const stored = String((await connectionRow(home, home.creatorId)).refresh_token);
    expect(renewed).toBe(true);
    expect(await vault.open(stored, place)).toBe("rft.newer");
    await run(home, "UPDATE connections SET refresh_token = ? WHERE id = ?", connection.refresh_token, place.record);
  });

  test("what lies there in clear from an older deploy counts for no key", async () => {
    const { id, access_token } = await connectionRow(home, home.creatorId);
    const all = (await resealRegion(env, "us", 0))[OLD] ?? 0;
    for (const clear of ['{"id":"x.y"}', "", "v1", "no envelope"]) {
      await run(home, "UPDATE connections SET access_token = ? WHERE id = ?", clear, id);
      expect(await resealRegion(env, "us", 0)).toEqual({ [OLD]: all - 1 });
    }
    await run(home, "UPDATE connections SET access_token = ? WHERE id = ?", access_token, id);
  });

  test("requests go on: what was sealed before opens during and after, under either order of the ring", async () => {
    const before = await opened(home, env.TOKEN_KEYS);
    for (const most of [1, 1, 10_000]) {
      await resealRegion(rotated, "us", most);
      expect(await opened(home, RING)).toEqual(before);
    }
    expect((await home.browser.json("GET", `/creators/${home.creatorId}/tiktok`)).status).toBe(200);
  });
});

describe("an envelope in another's place", () => {
  test.each([
    ["another tenant's", true, "access_token"],
    ["another row's", false, "access_token"],
    ["another column's", false, "refresh_token"],
  ] as const)("does not open when it is %s, is left as it is, and is told", async (_which, abroad, column) => {
    const other = abroad ? await sealing() : home;
    const trip = await rows(home, "SELECT state_hash FROM oauth_trips WHERE tenant_id = ?", home.tenant.id);
    const own = await connectionRow(home, home.creatorId);
    const theirs =
      column === "access_token" && !abroad
        ? { envelope: await sealFor(String(trip[0]?.state_hash)) }
        : { envelope: String((await connectionRow(other, other.creatorId))[column]) };
    await run(home, "UPDATE connections SET access_token = ? WHERE id = ?", theirs.envelope, own.id);
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const place = { tenant: home.tenant.id, record: String(own.id), purpose: "access_token" } as const;
    await expect(createVault(RING).open(theirs.envelope, place)).rejects.toMatchObject({
      code: "vault_envelope_refused",
    });
    await resealRegion(rotated, "us", 10_000);
    expect((await connectionRow(home, home.creatorId)).access_token).toBe(theirs.envelope);
    expect(told.mock.calls.flat().join()).toContain('"event":"vault.envelope_refused"');
    await run(home, "UPDATE connections SET access_token = ? WHERE id = ?", own.access_token, own.id);
  });

  const sealFor = (record: string): Promise<string> =>
    createVault(env.TOKEN_KEYS).seal("act.other", { tenant: home.tenant.id, record, purpose: "access_token" });
});

describe("a key that is missing", () => {
  const health = async (bindings: typeof env): Promise<unknown> => {
    const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
    const response = await worker.fetch(new Request("http://localhost:8787/healthz"), { ...bindings }, context);
    expect(response.status).toBe(200);
    return response.json();
  };
  const [newest = ""] = RING.split(",");
  const without = { ...env, TOKEN_KEYS: newest };

  test("is an alarm in the log and in /healthz, without details, until it is back", async () => {
    await cron(env, "17 3 * * *");
    expect(await health(env)).toEqual({ status: "ok" });
    // At once, from what was found before.
    expect(await health(without)).toEqual({ status: "degraded", code: "vault_key_missing" });
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await cron(without, "17 3 * * *");
    const lines = told.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ level: "error", event: "vault.key_missing" }));
    expect(lines.filter(({ event }) => String(event).startsWith("cron."))).toEqual([]);
    expect(await health(without)).toEqual({ status: "degraded", code: "vault_key_missing" });
    await cron(env, "17 3 * * *");
    expect(await health(env)).toEqual({ status: "ok" });
  });

  test("costs no grant that waits for its creator's yes", async () => {
    await run(home, "UPDATE oauth_trips SET created_at = created_at - 3600000 WHERE tenant_id = ?", home.tenant.id);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const waiting = () =>
      rows(home, "SELECT 1 FROM oauth_trips WHERE tenant_id = ? AND pending_grant IS NOT NULL", home.tenant.id);
    expect(await waiting()).toHaveLength(1);
    await cron(without);
    expect(await waiting()).toHaveLength(1);
    await cron(env);
    expect(await waiting()).toHaveLength(0);
  });

  test("is said when the files cannot be read: nothing is known of the keys then", async () => {
    const silent = new Proxy(env.FILES_EU, {
      get: () => () => Promise.reject(new Error("unreachable")),
    });
    expect(await health({ ...env, FILES_EU: silent })).toEqual({ status: "degraded", code: "files_unreachable" });
  });
});
