import type { Tracking } from "../../../domain/live-message.ts";
import { plural } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { faceOf, useFaces } from "../../state/faces.ts";
import { type Trouble, troublesOf } from "../../tracking/advice.ts";
import { ReaderKeys, TroubleNote } from "../../tracking/TroubleNote.tsx";
import { Avatar } from "../../ui/Avatar.tsx";

/** Creators that are named under one trouble; the rest is a number. */
const NAMED = 5;

/** Whose LIVE is not tracked as wished, why, and what to do about it. */
export function Attention({ tracked }: { tracked: readonly Tracking[] }) {
  const troubles = troublesOf(tracked, everyHalfMinute.value);
  useFaces(troubles.flatMap(({ creatorIds }) => creatorIds.slice(0, NAMED)));
  if (troubles.length === 0) return null;
  return (
    <section class="wall-part attention" aria-labelledby="attention">
      <h2 id="attention" class="wall-label">
        What keeps LIVEs from being counted
      </h2>
      <ul class="attention-list">
        {troubles.map((trouble) => (
          <li key={`${trouble.state} ${trouble.says}`} class="attention-item">
            <TroubleNote trouble={trouble}>
              <ReaderKeys step={trouble.step} />
            </TroubleNote>
            <Whose trouble={trouble} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Whose({ trouble: { creatorIds } }: { trouble: Trouble }) {
  const more = creatorIds.length - NAMED;
  return (
    <ul class="attention-whose">
      {creatorIds.slice(0, NAMED).map((id) => {
        const face = faceOf(id);
        return (
          <li key={id}>
            <a class="attention-who" href={`/app/creators/${id}`}>
              <Avatar name={face?.displayName ?? "…"} src={face?.avatarUrl ?? null} size={20} />
              <bdi>{face?.displayName ?? "Creator"}</bdi>
            </a>
          </li>
        );
      })}
      {more > 0 ? <li class="wall-quiet">and {plural(more, "other")}</li> : null}
    </ul>
  );
}
