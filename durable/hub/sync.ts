import { eq } from "drizzle-orm";
import type { ConnectionId } from "../../domain/ids.ts";
import { dayOf } from "../../domain/metrics/days.ts";
import { isTiktokScope } from "../../domain/tiktok-fields.ts";
import { connections } from "../../platform/db/region/index.ts";
import { type UserInfo, VIDEOS_PER_REQUEST, type Video } from "../../platform/tiktok/display-api.ts";
import { TiktokError } from "../../platform/tiktok/errors.ts";
import type { Endpoint } from "../api-budget.ts";
import { type HubContext, NotYet, STANDS } from "./context.ts";
import type { ConnectionRow, Tokens } from "./tokens.ts";

/** What a sync came to. `gone`: nothing to sync any more. `dead`: TikTok ended the grant. */
export type SyncOutcome =
  | { kind: "synced"; creatorId: string }
  | { kind: "gone" }
  | { kind: "later"; at: number }
  | { kind: "dead"; connection: ConnectionRow }
  | { kind: "failed"; error: TiktokError };

const DAY_MS = 86_400_000;
/** An incremental sync stops at the first page that is older than this and known. */
const KNOWN_AFTER_MS = 30 * DAY_MS;
/** The whole list is walked this often, so that videos that were taken down are found. */
const FULL_PASS_EVERY_MS = 7 * DAY_MS;
/** Pages of one sync: a roster's most prolific creators are walked on over several. */
const MOST_PAGES = 60;

/** Upper 32 bits of TikTok's ids are the unix seconds of their making. */
const madeAt = (id: string): number => (/^\d{16,20}$/.test(id) ? Number(BigInt(id) >> 32n) * 1000 : 0);

/** Brings one connection up to date: profile, counts, one snapshot a day, videos. Idempotent. */
export async function syncConnection(
  hub: HubContext,
  tokens: Tokens,
  connectionId: ConnectionId,
): Promise<SyncOutcome> {
  const connection = await hub.db().first(connections, eq(connections.id, connectionId));
  if (connection?.status !== "active" || (await creatorIsTrashed(hub, connection))) return { kind: "gone" };
  try {
    const { user, found, full } = await fetchAll(hub, tokens, connection);
    await store(hub, connection, user, found, full);
    return { kind: "synced", creatorId: connection.creatorId };
  } catch (error) {
    if (error instanceof NotYet) return { kind: "later", at: error.retryAt };
    if (!(error instanceof TiktokError)) throw error;
    if (error.kind === "invalid_grant") return { kind: "dead", connection };
    await noteFailure(hub, connection, error);
    return { kind: "failed", error };
  }
}

const creatorIsTrashed = async (hub: HubContext, connection: ConnectionRow): Promise<boolean> =>
  (await hub
    .db()
    .sql("SELECT 1 AS live FROM creators WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL", connection.creatorId)
    .first()) === null;

/** Asks with a good token; a token that TikTok refuses is renewed once. */
async function asking<T>(
  hub: HubContext,
  tokens: Tokens,
  connection: ConnectionRow,
  endpoint: Endpoint,
  ask: (accessToken: string) => Promise<T>,
): Promise<T> {
  const once = async (token: string): Promise<T> => {
    await hub.spend(endpoint);
    try {
      return await ask(token);
    } catch (error) {
      if (error instanceof TiktokError && error.kind === "rate_limited") await hub.backOff(endpoint);
      throw error;
    }
  };
  try {
    return await once(await tokens.usable(connection));
  } catch (error) {
    if (!(error instanceof TiktokError) || error.kind !== "token_dead") throw error;
    return await once(await tokens.renewed(connection.id as ConnectionId));
  }
}

async function fetchAll(hub: HubContext, tokens: Tokens, connection: ConnectionRow) {
  const scopes = (connection.scopes ?? "").split(",").filter(isTiktokScope);
  const user = await asking(hub, tokens, connection, "user_info", (token) => hub.displayApi.userInfo(token, scopes));
  const full = connection.fullVideosAt === null || connection.fullVideosAt < Date.now() - FULL_PASS_EVERY_MS;
  const found: Video[] = [];
  let ended = false;
  if (scopes.includes("video.list")) {
    let cursor: number | undefined;
    for (let page = 0; page < MOST_PAGES && !ended; page++) {
      // A walk that must renew its token reads the row again for the next page.
      const { videos, nextCursor } = await asking(
        hub,
        tokens,
        (await current(hub, connection)) ?? connection,
        "video_list",
        (token) => hub.displayApi.videoPage(token, { cursor, maxCount: VIDEOS_PER_REQUEST }),
      );
      found.push(...videos);
      const oldest = Math.min(...videos.map((video) => video.createdAt ?? madeAt(video.id)));
      const known = !full && videos.length > 0 && oldest < Date.now() - KNOWN_AFTER_MS;
      ended = nextCursor === null || known;
      cursor = nextCursor ?? undefined;
    }
  }
  return { user, found, full: full && ended };
}

const current = (hub: HubContext, connection: ConnectionRow) =>
  hub.db().first(connections, eq(connections.id, connection.id));

/** One batch, guarded in every statement: a connection that ended meanwhile gets nothing. */
async function store(
  hub: HubContext,
  connection: ConnectionRow,
  user: UserInfo,
  videos: Video[],
  full: boolean,
): Promise<void> {
  const db = hub.db();
  const now = Date.now();
  const zone =
    (await db.sql("SELECT metrics_time_zone AS zone FROM tenants WHERE id = ?1").first<{ zone: string }>())?.zone ??
    "UTC";
  const guard = [connection.id, connection.generation] as const;
  const rows = videos.map((video) => [
    video.id,
    video.createdAt ?? madeAt(video.id),
    video.title,
    video.coverUrl,
    video.embedUrl,
    video.durationSeconds,
    video.views,
    video.likes,
    video.comments,
    video.shares,
  ]);
  const statements = [
    db.sql(
      `UPDATE connections SET open_id = coalesce(?4, open_id), union_id = coalesce(?5, union_id), display_name = ?6, avatar_url = ?7,
         username = ?8, bio = ?9, followers = ?10, following = ?11, likes = ?12, video_count = ?13,
         last_sync_at = ?14, sync_error = NULL, full_videos_at = CASE WHEN ?15 THEN ?14 ELSE full_videos_at END
       WHERE tenant_id = ?1 AND id = ?2 AND generation = ?3 AND ended_at IS NULL`,
      ...guard,
      user.openId,
      user.unionId,
      user.displayName,
      user.avatarUrl,
      user.username,
      user.bio,
      user.followers,
      user.following,
      user.likes,
      user.videos,
      now,
      full ? 1 : 0,
    ),
    db.sql(
      `INSERT INTO snapshots (tenant_id, creator_id, day, connection_id, followers, following, likes, videos, taken_at)
       SELECT ?1, ?4, ?5, ?2, ?6, ?7, ?8, ?9, ?10 WHERE ${STANDS}
       ON CONFLICT (tenant_id, creator_id, day) DO UPDATE SET connection_id = excluded.connection_id, followers = excluded.followers,
         following = excluded.following, likes = excluded.likes, videos = excluded.videos, taken_at = excluded.taken_at`,
      ...guard,
      connection.creatorId,
      dayOf(now, zone),
      user.followers,
      user.following,
      user.likes,
      user.videos,
      now,
    ),
    db.sql(
      `INSERT INTO videos (tenant_id, creator_id, created_at, id, connection_id, title, cover_url, cover_at, embed_url,
         duration_seconds, views, likes, comments, shares, seen_at)
       SELECT ?1, ?4, v.value ->> 1, v.value ->> 0, ?2, v.value ->> 2, v.value ->> 3, ?5, v.value ->> 4, v.value ->> 5, v.value ->> 6,
         v.value ->> 7, v.value ->> 8, v.value ->> 9, ?5
       FROM json_each(?6) v WHERE ${STANDS}
       ON CONFLICT (tenant_id, creator_id, created_at, id) DO UPDATE SET connection_id = excluded.connection_id, title = excluded.title,
         cover_url = excluded.cover_url, cover_at = excluded.cover_at, embed_url = excluded.embed_url,
         duration_seconds = excluded.duration_seconds, views = excluded.views, likes = excluded.likes,
         comments = excluded.comments, shares = excluded.shares, seen_at = excluded.seen_at, missed = 0`,
      ...guard,
      connection.creatorId,
      now,
      JSON.stringify(rows),
    ),
    db.sql(
      `UPDATE creators SET avatar_url = ?5, followers = ?6, sync_error = NULL, figures_at = ?7
       WHERE tenant_id = ?1 AND id = ?4 AND ${STANDS}`,
      ...guard,
      connection.creatorId,
      user.avatarUrl,
      user.followers,
      now,
    ),
  ];
  if (full) {
    statements.push(
      db.sql(
        `UPDATE videos SET missed = missed + 1 WHERE tenant_id = ?1 AND creator_id = ?4 AND seen_at < ?5 AND ${STANDS}`,
        ...guard,
        connection.creatorId,
        now,
      ),
    );
  }
  await db.batch(statements);
}

/** Staff see why, in plain words, beside the age of what is shown. */
async function noteFailure(hub: HubContext, connection: ConnectionRow, error: TiktokError): Promise<void> {
  const db = hub.db();
  await db.batch([
    db.sql(
      "UPDATE connections SET sync_error = ?4 WHERE tenant_id = ?1 AND id = ?2 AND generation = ?3 AND ended_at IS NULL",
      connection.id,
      connection.generation,
      error.message,
    ),
    db.sql(
      `UPDATE creators SET sync_error = ?5 WHERE tenant_id = ?1 AND id = ?4 AND ${STANDS}`,
      connection.id,
      connection.generation,
      connection.creatorId,
      error.message,
    ),
  ]);
}

/** Signed cover addresses die after six hours: asks for fresh ones when somebody looks. What TikTok refuses waits for the next sync. */
export async function refreshCovers(
  hub: HubContext,
  tokens: Tokens,
  connectionId: ConnectionId,
  ids: string[],
): Promise<void> {
  const connection = await hub.db().first(connections, eq(connections.id, connectionId));
  if (connection?.status !== "active") return;
  const videos = await asking(hub, tokens, connection, "video_query", (token) =>
    hub.displayApi.videosByIds(token, ids.slice(0, VIDEOS_PER_REQUEST)),
  ).catch((error: unknown) => {
    if (error instanceof NotYet || error instanceof TiktokError) return [];
    throw error;
  });
  if (videos.length === 0) return;
  const db = hub.db();
  await db.batch(
    videos.map((video) =>
      db.sql(
        `UPDATE videos SET cover_url = ?5, cover_at = ?6 WHERE tenant_id = ?1 AND creator_id = ?4 AND id = ?7 AND ${STANDS}`,
        connection.id,
        connection.generation,
        connection.creatorId,
        video.coverUrl,
        Date.now(),
        video.id,
      ),
    ),
  );
}
