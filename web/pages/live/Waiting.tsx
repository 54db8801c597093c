import { RadioTower } from "lucide";
import type { Tracking } from "../../../domain/live-message.ts";
import { listCreators } from "../../api.ts";
import { plural } from "../../format.ts";
import { useResource } from "../../state/resource.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { TRACKING_WORDS } from "../../words.ts";

/** As many as fit under the sentence; the footer has the whole count. */
const SHOWN = 12;

/** Nobody is LIVE: who is waited for, and when each was last on. */
export function Waiting({ tracked }: { tracked: readonly Tracking[] }) {
  const creators = useResource("connected", (signal) => listCreators({ connection: "active", limit: 200 }, signal));
  const followed = tracked.filter(({ state }) => state !== "awaiting_consent" && state !== "blocked");
  const states = new Map(followed.map(({ creatorId, state }) => [creatorId, state]));
  const waiting = (creators.value.value?.items ?? [])
    .filter(({ id }) => states.has(id))
    .toSorted((a, b) => ((a.figures.lastLiveAt ?? "") < (b.figures.lastLiveAt ?? "") ? 1 : -1))
    .slice(0, SHOWN);
  return (
    <div class="wall-part wall-empty">
      <EmptyState icon={RadioTower} title="Nobody is LIVE now">
        {followed.length > 0
          ? `${plural(followed.length, "creator is", "creators are")} followed. The first to go LIVE appears here by itself.`
          : tracked.length > 0
            ? "Nobody can be followed just now; what is in the way stands below."
            : "No creator is followed any more. Switch LIVE on for one on its page."}
      </EmptyState>
      <ul class="wall-waiting">
        {waiting.map((creator) => (
          <li key={creator.id}>
            <a class="wall-row" href={`/app/creators/${creator.id}`}>
              <Avatar name={creator.displayName} src={creator.figures.avatarUrl} size={28} />
              <span class="wall-row-name">{creator.displayName}</span>
              <span class="wall-quiet">
                {states.get(creator.id) === "waiting" && creator.figures.lastLiveAt ? (
                  <RelativeTime at={creator.figures.lastLiveAt} />
                ) : (
                  TRACKING_WORDS[states.get(creator.id) ?? "waiting"]
                )}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
