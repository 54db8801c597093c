import type { Creator } from "../../../domain/records/creator.ts";
import { durationTight } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { liveOf } from "../../state/live.ts";
import { LiveDot } from "../../ui/Badge.tsx";
import { RelativeTime } from "../../ui/RelativeTime.tsx";

/** "LIVE 1h 12m", moving by itself, or when it last was. */
export function LastLive({ creator }: { creator: Creator }) {
  const live = liveOf(creator.id);
  if (live) {
    return (
      <span class="live-now">
        <LiveDot />
        <strong>{live.state === "paused" ? "Paused" : "LIVE"}</strong>
        <bdi dir="ltr">{durationTight((everyHalfMinute.value - Date.parse(live.startedAt)) / 1000)}</bdi>
      </span>
    );
  }
  if (creator.figures.lastLiveAt) return <RelativeTime at={creator.figures.lastLiveAt} />;
  return <span class="quiet">{creator.figures.liveTracking ? "Not yet" : "Not tracked"}</span>;
}
