import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { readCreator } from "../api.ts";
import { liveOf } from "./live.ts";

/** Who a creator is, for pages that know no more than an id. */
export interface Face {
  displayName: string;
  avatarUrl: string | null;
}

/** Null while a creator is being read, and for one that may not be. */
const faces = signal<ReadonlyMap<string, Face | null>>(new Map());

export const faceOf = (creatorId: string): Face | null => liveOf(creatorId) ?? faces.value.get(creatorId) ?? null;

/** Reads those of the creators that are not known yet; keep their number small. */
export function useFaces(creatorIds: readonly string[]): void {
  const asked = creatorIds.join(" ");
  useEffect(() => {
    for (const id of asked.split(" ")) {
      if (id === "" || faces.peek().has(id) || liveOf(id)) continue;
      know(id, null);
      readCreator(id).then(
        ({ displayName, figures }) => know(id, { displayName, avatarUrl: figures.avatarUrl }),
        () => undefined,
      );
    }
  }, [asked]);
}

export function forgetFaces(): void {
  faces.value = new Map();
}

function know(creatorId: string, face: Face | null): void {
  faces.value = new Map(faces.peek()).set(creatorId, face);
}
