import { AppError } from "../../../domain/app-error.ts";
import type { CreatorId } from "../../../domain/ids.ts";
import type { LiveSourceKind, Tracking } from "../../../domain/live-message.ts";
import { ENGAGEMENT_VIDEOS, engagementRate } from "../../../domain/metrics/engagement.ts";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { liveTracker, tenantHub } from "../../../durable/kit/stubs.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { WorkerEnv } from "../../env.ts";
import {
  type ConnectionView,
  liveConsent,
  liveSourceOf,
  newestConnection,
  openInviteOf,
  recentVideos,
  switchTracking,
} from "./queries.ts";

const time = (at: number): string => new Date(at).toISOString();
const timeOrNull = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : time(at);

/** Everything that staff may see of a creator's connection: `GET /creators/:id/tiktok`. */
export async function tiktokOf(env: WorkerEnv, db: TenantDb, creator: Creator): Promise<Tiktok> {
  const [newest, invite, source] = await Promise.all([
    newestConnection(db, creator.id),
    openInviteOf(db, creator.id, Date.now()),
    liveSourceOf(db, creator.id),
  ]);
  const open = newest && newest.endedAt === null ? newest : null;
  const [consent, now, videos] = open
    ? await Promise.all([
        liveConsent(db, open.id),
        tenantHub(env, db).connectionNow(creator.id as CreatorId, open.id),
        recentVideos(db, creator.id, ENGAGEMENT_VIDEOS),
      ])
    : [null, null, []];
  const engagement = engagementRate(videos);
  return {
    // An invite to a creator who connected before is an invitation once more.
    status: open ? open.status : invite ? "invited" : (newest?.status ?? "none"),
    profile: open && {
      openId: open.openId,
      username: open.username,
      displayName: open.displayName,
      avatarUrl: open.avatarUrl,
      bio: open.bio,
    },
    metrics: open && metricsOf(open, engagement),
    sync: open && { lastAt: timeOrNull(open.lastSyncAt), nextAt: timeOrNull(now?.nextSyncAt), error: open.syncError },
    scopes: open?.scopes?.split(",").filter((scope) => scope !== "") ?? [],
    connectedAt: timeOrNull(open?.connectedAt),
    renewBy: timeOrNull(open?.refreshExpiresAt),
    live: { source, ...liveOf(creator, open, consent, now?.tracking ?? null) },
    invite: invite && { createdAt: time(invite.createdAt), expiresAt: time(invite.expiresAt) },
    disconnectedAt: open ? null : timeOrNull(newest?.endedAt),
  };
}

const metricsOf = (
  connection: ConnectionView,
  engagement: { rate: number | null; videos: number },
): Tiktok["metrics"] => ({
  followers: connection.followers,
  following: connection.following,
  likes: connection.likes,
  videos: connection.videoCount,
  engagementRate: engagement.rate,
  engagementVideos: engagement.videos,
  asOf: timeOrNull(connection.lastSyncAt),
});

function liveOf(
  creator: Creator,
  open: ConnectionView | null,
  consent: { grantedAt: number; wording: string } | null,
  tracking: Tracking | null,
): Omit<Tiktok["live"], "source"> {
  const tracked = creator.figures.liveTracking && open !== null ? tracking : null;
  return {
    enabled: tracked !== null,
    state: trackingState(tracked, consent !== null),
    reason: tracked?.reason ?? null,
    until: tracked?.until ?? null,
    consent: consent && { grantedAt: time(consent.grantedAt), wording: consent.wording },
  };
}

/** The hub hears of a switch a moment after the row: never say "off" of what is on. */
function trackingState(tracked: Tracking | null, consented: boolean): Tiktok["live"]["state"] {
  if (!tracked) return "off";
  if (!consented) return "awaiting_consent";
  return tracked.state === "off" ? "waiting" : tracked.state;
}

/**
 * Staff's switch, and who listens. It runs only while the connection is active and the creator's
 * own consent stands; a LIVE that runs goes on, whoever listens from now on.
 */
export async function switchLive(
  env: WorkerEnv,
  db: TenantDb,
  creator: Creator,
  wanted: { enabled: boolean; source?: LiveSourceKind | undefined },
): Promise<{ enabled: boolean; state: string; source: LiveSourceKind }> {
  const { enabled } = wanted;
  const newest = await newestConnection(db, creator.id);
  if (enabled && (newest?.status !== "active" || newest.endedAt !== null)) {
    throw new AppError(
      409,
      "not_connected",
      "LIVE tracking needs a connected TikTok account. Invite the creator to connect first.",
    );
  }
  const source = await switchTracking(db, creator.id, enabled, wanted.source);
  const tracking = await tenantHub(env, db).creatorChanged(creator.id as CreatorId);
  // The hub tells the tracker that it may not listen any more; who is to listen the tracker reads for itself.
  if (wanted.source) await liveTracker(env, db, creator.id as CreatorId).reconsider();
  return { enabled, state: enabled && tracking.state === "off" ? "waiting" : tracking.state, source };
}
