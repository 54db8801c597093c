import { type Context, Hono } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import { newId } from "../../../domain/ids.ts";
import type { Disconnected } from "../../../domain/records/tiktok.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import { type TenantDb, tenantDb } from "../../../platform/db/tenant-db.ts";
import { openLink } from "../../../platform/links.ts";
import type { AppEnv } from "../../env.ts";
import { actingCreator, auditAs } from "../../http/audit.ts";
import { BODY_BYTES, bodyAtMost } from "../../http/body.ts";
import { door } from "../../http/rate-limit.ts";
import { LIVE_WORDING } from "../../pages/consent-wording.ts";
import { CreatorPage, type LastLive } from "../../pages/creator.tsx";
import type { Deletion } from "../../pages/creator-gone.tsx";
import { pickLang } from "../../pages/lang.ts";
import { sessionsOf } from "../live/service.ts";
import { type ConnectionView, connectionById, liveConsent, storedCounts } from "../tiktok/queries.ts";

type Connection = NonNullable<Awaited<ReturnType<typeof connectionById>>>;

interface Opened {
  db: TenantDb;
  connection: Connection;
  token: string;
}

/** The link is the key: it names one connection, and whoever has it is its creator. */
async function open(c: Context<AppEnv>): Promise<Opened> {
  const token = c.req.param("token") ?? "";
  const link = openLink(c.env.SESSION_KEY, "creator-page", "connection", token);
  const db = link && tenantDb(c.env, link.place, "first-primary");
  const connection = link && db && (await connectionById(db, link.subject));
  if (!db || !connection)
    throw new AppError(404, "not_found", "This link opens nothing. Ask your agency for a new one.");
  return { db, connection, token };
}

/** A form that another site's page sends is refused; a browser says where a form comes from. */
function refuseCrossOrigin(c: Context<AppEnv>): void {
  const origin = c.req.header("Origin");
  const site = c.req.header("Sec-Fetch-Site");
  const foreign =
    (origin !== undefined && origin !== new URL(c.req.url).origin) ||
    (site !== undefined && site !== "same-origin" && site !== "none");
  if (foreign)
    throw new AppError(
      403,
      "cross_origin",
      "This form was sent from another site, so it was refused. Open your own page and try again.",
    );
}

const langOf = (c: Context, asked?: unknown) =>
  pickLang(typeof asked === "string" ? asked : c.req.query("lang"), c.req.header("Accept-Language"));

const profileOf = (connection: ConnectionView) => ({
  open_id: connection.openId,
  union_id: connection.unionId,
  display_name: connection.displayName,
  avatar_url_100: connection.avatarUrl,
  username: connection.username,
  bio_description: connection.bio,
  follower_count: connection.followers,
  following_count: connection.following,
  likes_count: connection.likes,
  video_count: connection.videoCount,
});

function deletionOf(connection: ConnectionView): Deletion | null {
  if (connection.endedAt === null) return null;
  const counts: Disconnected["deleted"] = JSON.parse(
    connection.deletedCounts ?? '{"videos":0,"snapshots":0,"sessions":0,"minutes":0}',
  );
  return {
    certificateId: connection.certificateId,
    deletedAt: connection.purgedAt,
    dueAt: connection.purgeDueAt ?? connection.endedAt,
    counts,
    revoked: connection.revoked === "pending" ? "pending" : connection.revoked === "true",
  };
}

async function lastLiveOf(c: Context<AppEnv>, db: TenantDb, creatorId: string): Promise<LastLive | null> {
  const [last] = await sessionsOf(c.env, db, creatorId, null, 1);
  if (!last) return null;
  const { durationSeconds, diamonds, averageViewers } = last;
  return {
    running: last.state !== "ended",
    startedAt: Date.parse(last.startedAt),
    durationSeconds,
    diamonds,
    averageViewers,
  };
}

async function page(c: Context<AppEnv>, { db, connection, token }: Opened) {
  const standing = connection.endedAt === null;
  const who = await db
    .sql(
      "SELECT c.display_name AS displayName, c.handle, c.live_enabled AS enabled, t.name AS agency FROM creators c JOIN tenants t ON t.id = c.tenant_id WHERE c.tenant_id = ?1 AND c.id = ?2",
      connection.creatorId,
    )
    .first<{ displayName: string; handle: string | null; enabled: number; agency: string }>();
  const [consent, stored, lastLive] = standing
    ? await Promise.all([
        liveConsent(db, connection.id),
        storedCounts(db, connection.creatorId),
        lastLiveOf(c, db, connection.creatorId),
      ])
    : [null, { videos: 0, snapshots: 0, sessions: 0, minutes: 0, firstSnapshot: null }, null];
  const { firstSnapshot, ...counts } = stored;
  const notice = c.req.query("notice");
  return c.html(
    <CreatorPage
      lang={langOf(c)}
      token={token}
      now={Date.now()}
      agency={{ name: who?.agency ?? "" }}
      displayName={connection.displayName ?? who?.displayName ?? ""}
      handle={connection.username ?? who?.handle ?? null}
      avatarUrl={connection.avatarUrl}
      status={connection.status}
      connectedAt={connection.connectedAt}
      lastSyncAt={connection.lastSyncAt}
      syncError={connection.syncError}
      purgeDueAt={connection.purgeDueAt}
      scopes={connection.scopes?.split(",") ?? []}
      profile={profileOf(connection)}
      stored={{ ...counts, firstSnapshotAt: firstSnapshot === null ? null : Date.parse(firstSnapshot) }}
      liveConsent={consent && { granted: true, ...consent }}
      liveEnabledByAgency={who?.enabled === 1}
      lastLive={lastLive}
      deletion={deletionOf(connection)}
      justConnected={standing && Date.now() - connection.connectedAt < 60_000}
      {...(notice === "live_on" || notice === "live_off" ? { notice } : {})}
    />,
  );
}

/** The creator's own page: what is stored, LIVE on and off, disconnect. */
export const creatorPage = new Hono<AppEnv>()
  .use("/:token/*", door("connect"), bodyAtMost(BODY_BYTES.form))
  .get("/:token", async (c) => page(c, await open(c)))
  .post("/:token/live", async (c) => {
    refuseCrossOrigin(c);
    const { db, connection, token } = await open(c);
    const form = await c.req.parseBody();
    const on = form.value === "on";
    if (connection.endedAt === null) {
      const { meta } = await (on
        ? db.sql(
            `INSERT INTO consents (tenant_id, id, creator_id, connection_id, kind, wording, granted_at)
             VALUES (?1, ?2, ?3, ?4, 'live', ?5, ?6) ON CONFLICT DO NOTHING`,
            newId("consent"),
            connection.creatorId,
            connection.id,
            LIVE_WORDING.version,
            Date.now(),
          )
        : db.sql(
            "UPDATE consents SET withdrawn_at = ?3 WHERE tenant_id = ?1 AND connection_id = ?2 AND kind = 'live' AND withdrawn_at IS NULL",
            connection.id,
            Date.now(),
          )
      ).run();
      await tenantHub(c.env, db).creatorChanged(connection.creatorId);
      if (meta.changes > 0)
        await auditAs(c, actingCreator(db, connection.creatorId), {
          action: on ? "consent.live_granted" : "consent.live_withdrawn",
          target: { type: "creator", id: connection.creatorId },
          changes: { live: [!on, on] },
        });
    }
    return c.redirect(`/c/${token}?notice=live_${on ? "on" : "off"}&lang=${langOf(c, form.lang)}`, 303);
  })
  .post("/:token/disconnect", async (c) => {
    refuseCrossOrigin(c);
    const { db, connection, token } = await open(c);
    const form = await c.req.parseBody();
    // A page from an earlier connection cannot end the one that stands now.
    if (connection.endedAt === null) {
      const { creatorId } = connection;
      const answer = await tenantHub(c.env, db).disconnect(creatorId, "creator");
      if (answer)
        await auditAs(c, actingCreator(db, creatorId), {
          action: "tiktok.disconnected",
          target: { type: "creator", id: creatorId },
          changes: { status: ["active", "disconnected"], reason: [null, "creator"], revoked: [null, answer.revoked] },
        });
    }
    return c.redirect(`/c/${token}?lang=${langOf(c, form.lang)}`, 303);
  });
