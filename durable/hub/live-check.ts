import type { ConnectionId, CreatorId } from "../../domain/ids.ts";
import type { LiveSourceKind, TrackingState } from "../../domain/live-message.ts";
import { jittered } from "../clock.ts";
import { liveTracker } from "../kit/stubs.ts";
import type { HubContext } from "./context.ts";

/** What the hub knows of one creator's tracking. Times in ms since epoch. */
export interface TrackingNote {
  state: TrackingState;
  reason: string | null;
  until: number | null;
  since: number | null;
}

export const note = (state: TrackingState, more: Partial<TrackingNote> = {}): TrackingNote => ({
  state,
  reason: null,
  until: null,
  since: null,
  ...more,
});

interface Standing {
  connectionId: ConnectionId;
  generation: number;
  /** TikTok's username; the roster's handle where it was not granted. */
  username: string | null;
  /** Who listens. */
  source: LiveSourceKind;
}

/** What stands in the way of listening: what the tracking is doing, and why not, for who asks to. */
interface Barred extends TrackingNote {
  code: "not_connected" | "tracking_off" | "awaiting_consent";
  sentence: string;
}

const NO_CONSENT = "The creator has not agreed to LIVE tracking. They can, on their own page.";

const BARS: Record<Barred["code"], Barred> = {
  not_connected: {
    ...note("off"),
    code: "not_connected",
    sentence: "LIVE tracking needs a connected TikTok account. Invite the creator to connect first.",
  },
  tracking_off: {
    ...note("off"),
    code: "tracking_off",
    sentence: "LIVE tracking is switched off for this creator. Switch it on first.",
  },
  awaiting_consent: {
    ...note("awaiting_consent", { reason: NO_CONSENT }),
    code: "awaiting_consent",
    sentence: NO_CONSENT,
  },
};

/** Where an agency's own reader is to bring the frames, and none does. */
export const NO_READER = "Waiting for your reader to connect.";

/**
 * LIVE runs if and only if the connection is active, staff enabled it, and the creator's own
 * consent stands; a creator in the trash pauses it.
 */
export async function standing(hub: HubContext, creatorId: CreatorId): Promise<Standing | Barred> {
  const row = await hub
    .db()
    .sql(
      `SELECT k.id AS connectionId, coalesce(k.generation, 0) AS generation, coalesce(k.username, c.handle) AS username,
         c.live_enabled AS enabled, c.live_source AS source,
         EXISTS (SELECT 1 FROM consents o WHERE o.tenant_id = ?1 AND o.connection_id = k.id AND o.kind = 'live' AND o.withdrawn_at IS NULL) AS consented
       FROM creators c
       LEFT JOIN connections k ON k.tenant_id = ?1 AND k.creator_id = c.id AND k.ended_at IS NULL AND k.status = 'active'
       WHERE c.tenant_id = ?1 AND c.id = ?2 AND c.deleted_at IS NULL`,
      creatorId,
    )
    .first<
      Omit<Standing, "connectionId"> & { connectionId: ConnectionId | null; enabled: number; consented: number }
    >();
  if (!row || row.connectionId === null) return BARS.not_connected;
  if (!row.enabled) return BARS.tracking_off;
  if (!row.consented) return BARS.awaiting_consent;
  const { connectionId, generation, username, source } = row;
  return { connectionId, generation, username, source };
}

/** After this long a room that is being tracked is asserted again, in case its tracker was lost. */
const ASSERT_EVERY_MS = 10 * 60_000;
const BLOCKED_EVERY_MS = 15 * 60_000;

export interface CheckAnswer {
  note: TrackingNote;
  /** When to look again, ms since epoch; null when there is nothing to look for. */
  next: number | null;
  /** A tracker is on it, and tells for itself what becomes of it. */
  watched: boolean;
}

const answer = (found: TrackingNote, next: number | null, watched = false): CheckAnswer => ({
  note: found,
  next,
  watched,
});

/**
 * Asks, within the app's pace, whether one creator is LIVE, and starts the tracker when so.
 * @param running a LIVE of the creator is on the wall: when TikTok says otherwise, it is over
 */
export async function checkLive(hub: HubContext, creatorId: CreatorId, running: boolean): Promise<CheckAnswer> {
  const now = Date.now();
  const who = await standing(hub, creatorId);
  const tracker = liveTracker(hub.env, hub.place, creatorId);
  if ("state" in who) {
    await tracker.stop();
    return answer(who, null);
  }
  const relayed = who.source === "relay";
  /** What TikTok does not tell this server, the agency's own reader finds out for itself. */
  const untold = (found: TrackingNote, next: number): CheckAnswer =>
    relayed ? answer(note("dialing", { reason: NO_READER, since: now }), next, true) : answer(found, next);
  if (!who.username) {
    const reason = "TikTok did not share a username, and the roster has no handle: add the handle to track LIVEs.";
    return relayed ? untold(note("blocked"), now + BLOCKED_EVERY_MS) : answer(note("blocked", { reason }), null);
  }
  const asUsual = now + jittered(hub.clock.liveCheckMs);
  await hub.spend("api_live");
  const status = await hub.roomApi.liveStatus(who.username);
  switch (status.kind) {
    case "live":
    case "paused": {
      const watched = await tracker.watch({
        place: hub.place,
        creatorId,
        connectionId: who.connectionId,
        generation: who.generation,
        username: who.username,
        roomId: status.roomId,
        createdAt: status.startedAt,
      });
      // TikTok's status trails behind an end: the next LIVE is looked for as usual.
      if (!watched) return answer(note("waiting"), asUsual);
      const reason = relayed ? NO_READER : null;
      return answer(note("dialing", { reason, since: now }), now + jittered(ASSERT_EVERY_MS), true);
    }
    case "offline":
      // A reader that hears the room knows better than a status that trails.
      if (running && !(await tracker.offline())) return answer(note("live"), asUsual, true);
      return answer(note("waiting"), asUsual);
    case "not_found":
    case "blocked":
      return untold(note("blocked", { reason: status.sentence }), now + jittered(BLOCKED_EVERY_MS));
    case "limited":
      await hub.backOff("api_live", status.until);
      return untold(note("limited", { reason: status.sentence, until: status.until }), status.until + jittered(1_000));
    case "transient":
      return untold(note("waiting", { reason: status.sentence }), Math.min(asUsual, now + jittered(60_000)));
  }
}
