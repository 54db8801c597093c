import type { CreatorId, UserId } from "../../domain/ids.ts";
import { type Reach, reaches } from "../../domain/roles.ts";
import type { Faces } from "./faces.ts";

/** Somebody who looks at a tenant's LIVEs. */
export interface Viewer {
  userId: UserId;
  team: string | null;
  /** How far `live.see` reaches for them. */
  reach: Reach;
}

export const seesAll = ({ reach }: Viewer): boolean => reach === "all";

/** Whom a viewer may see LIVE. */
export function seenBy(viewer: Viewer, faces: Faces): (creatorId: CreatorId) => boolean {
  if (seesAll(viewer)) return () => true;
  return (creatorId) => {
    const face = faces.known(creatorId);
    return face !== undefined && reaches(viewer.reach, viewer, face);
  };
}

/** Viewers with the same key see the same, so that a frame is written once for all of them. */
export const audienceOf = ({ userId, team, reach }: Viewer): string =>
  reach === "all" ? "all" : JSON.stringify([reach, userId, team]);
