import { env, runInDurableObject } from "cloudflare:test";
import type { ConnectionId, CreatorId } from "../../../domain/ids.ts";
import type { LiveItem, LiveTotals, Tracking } from "../../../domain/live-message.ts";
import type { LiveSession, LiveSessionSummary } from "../../../domain/records/tiktok.ts";
import { liveTracker, tenantHub } from "../../../durable/kit/stubs.ts";
import { type TenantPlace, tenantDb } from "../../../platform/db/tenant-db.ts";
import { type Agency, addCreator, type Browser, connect, simulator, until } from "./agency.ts";

/** A creator who connected, agreed to LIVE tracking and is tracked, with the objects behind. */
export interface Tracked {
  id: CreatorId;
  staff: Browser;
  /** The creator's own browser and page. */
  creator: Browser;
  page: string;
  place: TenantPlace;
}

export const placeOf = ({ tenant }: Agency): TenantPlace => ({
  region: tenant.region,
  tenantId: tenant.id as TenantPlace["tenantId"],
});

export const hubOf = (place: TenantPlace) => tenantHub(env, place);
export const trackerOf = ({ place, id }: Pick<Tracked, "place" | "id">) => liveTracker(env, place, id);
export const databaseOf = (place: TenantPlace) => tenantDb(env, place, "first-primary");

/** Connects `account` to a new creator, LIVE ticked. Nothing is enabled yet. */
export async function consenting(agency: Agency, account: string): Promise<Tracked> {
  const { id } = await addCreator(agency.browser);
  const { creator, page } = await connect(agency.browser, id, { account, live: true });
  return { id: id as CreatorId, staff: agency.browser, creator, page, place: placeOf(agency) };
}

export const switchLive = ({ staff, id }: Tracked, enabled: boolean): Promise<{ enabled: boolean; state: string }> =>
  staff.api("PUT", `/creators/${id}/live-tracking`, { enabled });

export async function tracked(agency: Agency, account: string): Promise<Tracked> {
  const creator = await consenting(agency, account);
  await switchLive(creator, true);
  return creator;
}

export interface RoomState {
  roomId: string;
  status: number;
  sent: number;
  connections: number;
  viewers: number;
  acks: number;
  wrongAcks: number;
  garbage: number;
  truth: { diamonds: number } | null;
  done: boolean;
}

export const startRoom = async (handle: string, room: Record<string, unknown>): Promise<string> =>
  (await simulator<{ roomId: string }>("POST", "/rooms", { handle, ...room })).roomId;

export const roomState = (roomId: string): Promise<RoomState> => simulator("GET", `/rooms/${roomId}`);

export const toRoom = (roomId: string, act: string, body: object = {}): Promise<RoomState> =>
  simulator("POST", `/rooms/${roomId}/${act}`, body);

export const fault = (wish: {
  endpoint: string;
  kind: string;
  account: string;
  times?: number;
  retryAfter?: number;
  delayMs?: number;
}): Promise<unknown> => simulator("POST", "/faults", wish);

export const liveNow = (staff: Browser): Promise<{ items: LiveItem[]; tracking: Tracking[]; totals: LiveTotals }> =>
  staff.api("GET", "/live");

export const itemOf = async ({ staff, id }: Tracked): Promise<LiveItem | undefined> =>
  (await liveNow(staff)).items.find((item) => item.creatorId === id);

export const trackingOf = async ({ staff, id }: Tracked): Promise<Tracking | undefined> =>
  (await liveNow(staff)).tracking.find((entry) => entry.creatorId === id);

export const sessionsOf = async ({ staff, id }: Tracked): Promise<LiveSessionSummary[]> =>
  (await staff.api<{ items: LiveSessionSummary[] }>("GET", `/creators/${id}/live-sessions`)).items;

export const sessionPage = (staff: Browser, sessionId: string): Promise<LiveSession> =>
  staff.api("GET", `/live-sessions/${sessionId}`);

/** The creator's only session, once it is as asked. */
export const sessionThat = (
  creator: Tracked,
  is: (session: LiveSessionSummary) => boolean,
  seconds?: number,
): Promise<LiveSessionSummary> =>
  until(async () => (await sessionsOf(creator)).find((session) => is(session)), seconds);

/** The session's row in D1, without asking its tracker. */
export const storedSession = (creator: Tracked, roomId: string) =>
  databaseOf(creator.place)
    .sql("SELECT * FROM live_sessions WHERE tenant_id = ?1 AND creator_id = ?2 AND room_id = ?3", creator.id, roomId)
    .first<Record<string, unknown>>();

/** Names of the tables that an object's storage holds, and its alarm. */
export const storageOf = (stub: DurableObjectStub) =>
  runInDurableObject(stub, async (_, { storage }) => ({
    tables: storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray()
      .map(({ name }) => name),
    alarm: await storage.getAlarm(),
  }));

/** Cuts an object off at whatever it does just now. What it wrote stays; the next call finds a new instance. */
export const crash = (stub: DurableObjectStub): Promise<void> =>
  runInDurableObject(stub, (_, state) => state.abort("cut off by a test")).catch(() => undefined);

/** The creator's connection that stands. */
export async function standingOf({ place, id }: Pick<Tracked, "place" | "id">) {
  const row = await databaseOf(place)
    .sql(
      "SELECT id AS connectionId, generation FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 AND ended_at IS NULL",
      id,
    )
    .first<{ connectionId: ConnectionId; generation: number }>();
  if (!row) throw new Error("The creator has no connection");
  return row;
}

/** What a hub tells a tracker about a room. */
export const targetOf = async (creator: Tracked, username: string, roomId: string) => ({
  place: creator.place,
  creatorId: creator.id,
  username,
  roomId,
  createdAt: null,
  ...(await standingOf(creator)),
});

/** TikTok's counter trails a gift by up to a second: once it has spoken in a quiet moment, we know all that it knows. */
export async function counted(creator: Tracked, room: string): Promise<void> {
  let heard: number | null = null;
  await until(async () => {
    const [{ truth }, [session]] = await Promise.all([roomState(room), sessionsOf(creator)]);
    if (!truth || !session || session.confidence === "partial") return false;
    heard ??= truth.diamonds;
    return truth.diamonds > heard && session.diamonds === truth.diamonds;
  }, 20);
}
