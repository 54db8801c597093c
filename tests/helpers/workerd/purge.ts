import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { getTableName } from "drizzle-orm";
import { OWN_COLUMNS, TIKTOK_COLUMNS, TIKTOK_ROWS } from "../../../platform/db/derived.ts";
import { sha256Hex } from "../../../platform/hash.ts";
import { createVault } from "../../../platform/vault.ts";
import { type Agency, simulator, unique, until } from "./agency.ts";
import { fault, hubOf } from "./live.ts";
import { pastLive } from "./live-session.ts";
import { rows, run } from "./rows.ts";
import { connectionOf, type Synced, syncAgain } from "./sync.ts";

/** What a disconnection must delete and what it must keep, told by the registry (`derived.ts`) and by nothing else. */

const ROWS = Object.values(TIKTOK_ROWS).map(getTableName);
const COLUMNS = Object.entries(TIKTOK_COLUMNS);

/** Of the rows of a table those that came from TikTok; the others the agency brought. */
const FROM_TIKTOK: Readonly<Record<string, string>> = { creator_days: "source IN ('live', 'api')" };

/** How a table's rows belong to the creator `?2`. */
const WHOSE: Readonly<Record<string, string>> = {
  creators: "id = ?2",
  oauth_trips: "connection_id IN (SELECT id FROM connections WHERE tenant_id = ?1 AND creator_id = ?2)",
};

const whose = (table: string): string => `tenant_id = ?1 AND ${WHOSE[table] ?? "creator_id = ?2"}`;

/** Everything of a creator's that the registry knows: rows of each table, values of each column that are not null. */
export async function derivedOf(home: Agency, { id }: Pick<Synced, "id">): Promise<Record<string, number>> {
  const counts = [
    ...ROWS.map(
      (table) =>
        `(SELECT count(*) FROM ${table} WHERE ${whose(table)} AND ${FROM_TIKTOK[table] ?? "TRUE"}) AS "${table}"`,
    ),
    ...COLUMNS.flatMap(([table, columns]) =>
      columns.map((column) => `(SELECT count(${column}) FROM ${table} WHERE ${whose(table)}) AS "${table}.${column}"`),
    ),
  ];
  const found: Record<string, number> = {};
  // SQLite takes only so many columns of an answer, and statements so long.
  for (let at = 0; at < counts.length; at += 20) {
    const [row = {}] = await rows(home, `SELECT ${counts.slice(at, at + 20).join(", ")}`, home.tenant.id, id);
    for (const [name, count] of Object.entries(row)) found[name] = Number(count);
  }
  return found;
}

/** What is still there of it, by name. */
export const leftOf = async (home: Agency, creator: Pick<Synced, "id">): Promise<string[]> =>
  Object.entries(await derivedOf(home, creator))
    .filter(([, count]) => count > 0)
    .map(([name]) => name);

/** Fills what a sync alone leaves empty, so that every table and column of the registry holds something of the creator's. */
export async function fillDerived(home: Agency, { id, connectionId }: Synced): Promise<{ sessionId: string }> {
  const sessionId = await pastLive(home, id, connectionId);
  for (const source of ["live", "api", "import", "manual"]) {
    await run(
      home,
      "INSERT INTO creator_days (tenant_id, creator_id, day, source, connection_id, diamonds, updated_at) VALUES (?, ?, '2026-01-31', ?, ?, 77, 1)",
      home.tenant.id,
      id,
      source,
      source === "live" || source === "api" ? connectionId : null,
    );
  }
  for (const [table, columns] of COLUMNS) {
    const filled = columns.map((column) => `${column} = coalesce(${column}, 1)`).join(", ");
    await run(home, `UPDATE ${table} SET ${filled} WHERE ${whose(table)}`, home.tenant.id, id);
  }
  return { sessionId };
}

/** What a disconnection may change of the agency's own: states and dates, and what is worked out of TikTok's values. */
const STATE: Readonly<Record<string, readonly string[]>> = {
  creators: ["connection_status", "live_enabled", "followers_key"],
  consents: ["withdrawn_at"],
  connections: [
    "generation",
    "status",
    "ended_at",
    "end_reason",
    "purge_due_at",
    "purged_at",
    "certificate_id",
    "revoked",
    "deleted_counts",
  ],
};

/** The agency's own values, all of them, as they lie in the database. */
export async function ownOf(home: Agency): Promise<Record<string, unknown[]>> {
  const own: Record<string, unknown[]> = {
    brought: await rows(
      home,
      "SELECT * FROM creator_days WHERE tenant_id = ? AND source IN ('import', 'manual')",
      home.tenant.id,
    ),
  };
  for (const [table, columns] of Object.entries(OWN_COLUMNS)) {
    const tenant = table === "tenants" ? "id" : "tenant_id";
    const all = await rows(home, `SELECT * FROM ${table} WHERE ${tenant} = ? ORDER BY 1, 2`, home.tenant.id);
    const kept = (column: string): boolean =>
      (columns === "*" || (columns as readonly string[]).includes(column)) && !STATE[table]?.includes(column);
    own[table] = all.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => kept(column))));
  }
  return own;
}

/** Every row of a creator's, whatever its source. */
export async function allOf(
  home: Agency,
  { id }: Pick<Synced, "id">,
): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = [...new Set([...ROWS, ...COLUMNS.map(([table]) => table)])];
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const table of tables)
    all[table] = await rows(home, `SELECT * FROM ${table} WHERE ${whose(table)} ORDER BY 1, 2, 3`, home.tenant.id, id);
  return all;
}

export interface CertificateRow {
  id: string;
  tenant_id: string;
  region: string;
  connection_id: string;
  reason: string;
  requested_at: number;
  completed_at: number;
  due_at: number;
  counts: string;
  hash: string;
}

/** The tenant's certificates, oldest first. */
export const certificatesOf = async (home: Agency): Promise<CertificateRow[]> =>
  (
    await env.DIRECTORY.prepare("SELECT * FROM certificates WHERE tenant_id = ? ORDER BY completed_at, id")
      .bind(home.tenant.id)
      .all<CertificateRow>()
  ).results;

/** The hash that a certificate must have after `previous`, worked out from its row. */
export const sealOf = ({ hash, ...row }: CertificateRow, previous: CertificateRow | undefined): string =>
  sha256Hex(
    JSON.stringify([
      previous?.hash ?? "",
      row.id,
      row.tenant_id,
      row.region,
      row.connection_id,
      row.reason,
      row.requested_at,
      row.completed_at,
      row.due_at,
      row.counts,
    ]),
  );

/** Connections of the tenant's that TikTok's webhook would still find. */
export const placesOf = async (home: Agency): Promise<string[]> =>
  (
    await env.DIRECTORY.prepare("SELECT connection_id FROM accounts WHERE tenant_id = ?")
      .bind(home.tenant.id)
      .all<{ connection_id: string }>()
  ).results.map(({ connection_id }) => connection_id);

/** Makes a write fail each time, as if everything ended there. @returns mends it */
export async function cutAt(database: D1Database, write: string): Promise<() => Promise<unknown>> {
  const trigger = `cut_${unique()}`;
  await database
    .prepare(`CREATE TRIGGER ${trigger} BEFORE ${write} BEGIN SELECT raise(ABORT, 'cut by a test'); END`)
    .run();
  return () => database.prepare(`DROP TRIGGER ${trigger}`).run();
}

/** Runs a task of the hub's now, whether or not it was scheduled. */
export async function runTask({ place }: Pick<Synced, "place">, kind: string, subject: string): Promise<void> {
  const hub = hubOf(place);
  await runInDurableObject(hub, async (_, { storage }) => {
    storage.sql.exec(
      `INSERT INTO tasks (kind, subject, due_at) VALUES (?, ?, 0)
       ON CONFLICT DO UPDATE SET due_at = 0, held_by = NULL`,
      kind,
      subject,
    );
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(hub);
}

/** The hub forgets what it had to do, as when its alarm was lost. */
export const loseTasks = ({ place }: Pick<Synced, "place">): Promise<void> =>
  runInDurableObject(hubOf(place), async (_, { storage }) => {
    storage.sql.exec("DELETE FROM tasks");
    await storage.deleteAlarm();
  });

/** The sealed tokens that wait in the hub for TikTok to hear of an end. */
export const waitingRevokes = ({ place }: Pick<Synced, "place">): Promise<Record<string, unknown>[]> =>
  runInDurableObject(hubOf(place), (_, { storage }) =>
    storage.sql.exec<Record<string, SqlStorageValue>>("SELECT * FROM revokes").toArray(),
  );

/** A connection's tokens in clear, for asking TikTok whether they live. */
export async function tokensOf(creator: Synced): Promise<{ access: string; refresh: string }> {
  const row = await connectionOf(creator);
  const vault = createVault(env.TOKEN_KEYS);
  const opened = (purpose: "access_token" | "refresh_token"): Promise<string> =>
    vault.open(String(row[purpose]), { tenant: creator.place.tenantId, record: creator.connectionId, purpose });
  return { access: await opened("access_token"), refresh: await opened("refresh_token") };
}

const askOauth = (path: string, form: Record<string, string>): Promise<Response> =>
  fetch(`${env.SIMULATOR_URL}/v2/oauth/${path}/`, {
    method: "POST",
    body: new URLSearchParams({ client_key: env.TIKTOK_CLIENT_KEY, client_secret: env.TIKTOK_CLIENT_SECRET, ...form }),
  });

/** Ends one grant at TikTok behind the app's back; other connections of the account live on. */
export async function endGrant(creator: Synced): Promise<void> {
  const { access } = await tokensOf(creator);
  const answer = await (await askOauth("revoke", { token: access })).text();
  if (answer !== "{}") throw new Error(`TikTok did not end the grant: ${answer}`);
}

/** Whether TikTok would still renew a grant. Asking uses the refresh token up. */
export const renews = async (refresh: string): Promise<boolean> =>
  "access_token" in
  (await (await askOauth("token", { grant_type: "refresh_token", refresh_token: refresh })).json<object>());

/** A sync that hangs at an endpoint of TikTok's. */
export interface UnderWay {
  /** Whether it came to its end. */
  over: () => boolean;
  end: Promise<void>;
}

/** Begins a sync and answers when TikTok has its request at `endpoint`, which it will answer in `delayMs`. */
export async function syncUnderWay(
  creator: Synced,
  endpoint: string,
  account: string,
  delayMs: number,
): Promise<UnderWay> {
  await fault({ endpoint, kind: "slow", account, delayMs });
  let over = false;
  const end = syncAgain(creator).finally(() => {
    over = true;
  });
  await until(async () => {
    const { faults } = await simulator<{ faults: { endpoint: string; account?: string }[] }>("GET", "/faults");
    return !faults.some((waiting) => waiting.endpoint === endpoint && waiting.account === account);
  });
  return { over: () => over, end };
}
