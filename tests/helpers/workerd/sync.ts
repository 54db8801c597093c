import { env, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import type { ConnectionId, CreatorId } from "../../../domain/ids.ts";
import type { Tiktok, Video } from "../../../domain/records/tiktok.ts";
import { apiBudget } from "../../../durable/kit/stubs.ts";
import type { TenantPlace } from "../../../platform/db/tenant-db.ts";
import { type Agency, addCreator, type Browser, connect, simulator, until } from "./agency.ts";
import { databaseOf, hubOf, placeOf } from "./live.ts";

/** A connected creator whose first sync is through. */
export interface Synced {
  id: CreatorId;
  connectionId: ConnectionId;
  staff: Browser;
  creator: Browser;
  page: string;
  place: TenantPlace;
}

export async function synced(agency: Agency, account: string): Promise<Synced> {
  const { id } = await addCreator(agency.browser);
  const { creator, page } = await connect(agency.browser, id, { account });
  const place = placeOf(agency);
  const here = { id: id as CreatorId, staff: agency.browser, place };
  await until(async () => (await tiktokOf(here)).sync?.lastAt, 10);
  const row = await databaseOf(place)
    .sql("SELECT id FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 AND ended_at IS NULL", id)
    .first<{ id: ConnectionId }>();
  if (!row) throw new Error("There is no connection");
  return { ...here, connectionId: row.id, creator, page };
}

export const tiktokOf = ({ staff, id }: Pick<Synced, "staff" | "id">): Promise<Tiktok> =>
  staff.api("GET", `/creators/${id}/tiktok`);

export const videosOf = async ({ staff, id }: Synced): Promise<Video[]> =>
  (await staff.api<{ items: Video[] }>("GET", `/creators/${id}/videos?limit=200`)).items;

/** The connection's row, tokens sealed as they lie there. */
export const connectionOf = async ({ place, connectionId }: Synced): Promise<Record<string, unknown>> =>
  (await databaseOf(place)
    .sql("SELECT * FROM connections WHERE tenant_id = ?1 AND id = ?2", connectionId)
    .first<Record<string, unknown>>()) ?? {};

/** Sets columns of the connection's row: time that would have to pass, mostly. */
export async function pretend({ place, connectionId }: Synced, columns: Record<string, number | string | null>) {
  const names = Object.keys(columns);
  await databaseOf(place)
    .sql(
      `UPDATE connections SET ${names.map((name, at) => `${name} = ?${at + 3}`).join(", ")} WHERE tenant_id = ?1 AND id = ?2`,
      connectionId,
      ...Object.values(columns),
    )
    .run();
}

/** Lets a task of the hub's be due, and the alarm ring. Answers when it has been seen to. */
export async function ring({ place }: Pick<Synced, "place">, kind: string, subject: string): Promise<void> {
  const hub = hubOf(place);
  await runInDurableObject(hub, async (_, { storage }) => {
    storage.sql.exec("UPDATE tasks SET due_at = 0 WHERE kind = ? AND subject = ?", kind, subject);
    await storage.setAlarm(Date.now() + 60_000);
  });
  await runDurableObjectAlarm(hub);
}

export const syncAgain = (creator: Synced): Promise<void> => ring(creator, "sync", creator.connectionId);

/** When a task of the hub's is due, ms since epoch; null when there is none. */
export const dueAt = ({ place }: Pick<Synced, "place">, kind: string, subject: string): Promise<number | null> =>
  runInDurableObject(hubOf(place), (_, { storage }) => {
    const [row] = storage.sql
      .exec<{ due_at: number }>("SELECT due_at FROM tasks WHERE kind = ? AND subject = ?", kind, subject)
      .toArray();
    return row?.due_at ?? null;
  });

interface Seen {
  at: number;
  endpoint: string | null;
  account: string | null;
  status: number;
}

/** Status of each request of an account's that TikTok got at an endpoint while `during` ran. */
export async function requestsOf(account: string, endpoint: string, during: () => Promise<unknown>): Promise<number[]> {
  const since = Date.now();
  await during();
  const { requests } = await simulator<{ requests: Seen[] }>("GET", "/log");
  return requests
    .filter((seen) => seen.at >= since && seen.account === account && seen.endpoint === endpoint)
    .map(({ status }) => status);
}

/** TikTok's 429 is forgotten, and every request before. */
export const calm = (endpoint: string): Promise<void> =>
  runInDurableObject(apiBudget(env, endpoint), (_, { storage }) => {
    storage.sql.exec("DELETE FROM pause");
    storage.sql.exec("DELETE FROM spent");
  });
