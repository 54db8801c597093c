import type { ConnectionId, CreatorId, LiveSessionId } from "../../domain/ids.ts";
import type { LiveItem } from "../../domain/live-message.ts";
import type { TrackingNote } from "./live-check.ts";

/** A LIVE as its tracker tells the hub: what a dashboard shows, less the creator's face. */
export interface LiveReport {
  connectionId: ConnectionId;
  creatorId: CreatorId;
  sessionId: LiveSessionId;
  tracking: TrackingNote;
  item: Omit<LiveItem, "displayName" | "handle" | "avatarUrl" | "creatorId" | "sessionId">;
  /** LIVE time so far, without pauses. */
  durationSeconds: number;
}

export interface LiveEnd {
  connectionId: ConnectionId;
  creatorId: CreatorId;
  sessionId: LiveSessionId;
  diamonds: number;
  durationSeconds: number;
}
