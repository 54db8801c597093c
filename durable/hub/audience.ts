import type { CreatorId, UserId } from "../../domain/ids.ts";
import { type Acting, reaches, reachOf } from "../../domain/roles.ts";
import type { Faces } from "./faces.ts";

/** Somebody who looks at a tenant's LIVEs, as the roles table sees them. */
export interface Viewer extends Acting {
  userId: UserId;
  team: string | null;
}

/** Whom a viewer's role lets them see LIVE. */
export function seenBy(viewer: Viewer, faces: Faces): (creatorId: CreatorId) => boolean {
  const reach = reachOf(viewer, "live.see");
  if (reach === "all") return () => true;
  return (creatorId) => {
    const face = faces.known(creatorId);
    return face !== undefined && reaches(reach, viewer, face);
  };
}

export const seesAll = (viewer: Viewer): boolean => reachOf(viewer, "live.see") === "all";

/** Viewers with the same key see the same, so that a frame is written once for all of them. */
export const audienceOf = (viewer: Viewer): string => {
  const reach = reachOf(viewer, "live.see");
  return reach === "all" ? "all" : `${reach}:${viewer.userId}:${viewer.team ?? ""}`;
};
