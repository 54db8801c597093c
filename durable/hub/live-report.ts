import type { ConnectionId, CreatorId, LiveSessionId } from "../../domain/ids.ts";
import type { LiveItem } from "../../domain/live-message.ts";
import type { TrackingNote } from "./live-check.ts";
import type { Figures } from "./today.ts";

/** Whom a tracker speaks of: what is said under a connection that ended is not heard. */
export interface Tracked {
  connectionId: ConnectionId;
  creatorId: CreatorId;
}

/** A LIVE as its tracker tells the hub: what a dashboard shows, less the creator's face. */
export interface LiveReport extends Tracked {
  sessionId: LiveSessionId;
  tracking: TrackingNote;
  item: Omit<LiveItem, "displayName" | "handle" | "avatarUrl" | "creatorId" | "sessionId">;
  /** LIVE time so far, without pauses. */
  durationSeconds: number;
}

/** A room is not watched any more. */
export interface LiveEnd extends Tracked {
  /** What it came to; null when its socket never opened. */
  session: (Figures & { sessionId: LiveSessionId; diamonds: number }) | null;
}
