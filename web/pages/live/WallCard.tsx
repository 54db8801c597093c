import { Ban, Eye, Pause, RefreshCw } from "lucide";
import type { LiveItem } from "../../../domain/live-message.ts";
import { count, duration } from "../../format.ts";
import { everySecond } from "../../state/clock.ts";
import { liveOf, movementOf, tracking } from "../../state/live.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { LiveDot } from "../../ui/Badge.tsx";
import { Confidence } from "../../ui/Confidence.tsx";
import { classes } from "../../ui/classes.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Handle } from "../../ui/Num.tsx";
import { Sparkline } from "../../ui/Sparkline.tsx";
import { TRACKING_WORDS } from "../../words.ts";

/** How long a rise stands beside its number, and how long its card glows. */
const PLUS_MS = 2_000;
const GLOW_MS = 10_000;

/** One LIVE. It redraws when its own creator's numbers move, and once a second for its clock. */
export function WallCard({ creatorId }: { creatorId: string }) {
  const item = liveOf(creatorId);
  if (!item) return null;
  const movement = movementOf(creatorId);
  const since = movement ? everySecond.value - movement.at : Number.POSITIVE_INFINITY;
  const glows = since < GLOW_MS && item.state === "live";
  return (
    <a
      class={classes("wall-card", glows && "wall-card-moved", item.state !== "live" && "wall-card-still")}
      href={`/app/live/sessions/${item.sessionId}`}
    >
      <span class="wall-who">
        <Avatar name={item.displayName} src={item.avatarUrl} size={40} />
        <span class="wall-words">
          <strong class="wall-name">
            <bdi>{item.displayName}</bdi>
          </strong>
          <span class="wall-quiet">{item.handle ? <Handle handle={item.handle} /> : null}</span>
        </span>
        {movement && since < PLUS_MS ? (
          <bdi dir="ltr" class="wall-plus">
            +{count(movement.by)}
          </bdi>
        ) : null}
      </span>
      <span class="wall-figure">
        <bdi dir="ltr" class={classes("wall-number", glows && "wall-number-moved")}>
          {count(item.diamonds)}
        </bdi>
        <span class="hidden-text">diamonds</span>
        <Sparkline values={item.recent} width={88} height={44} live={glows} />
      </span>
      <span class="wall-foot">
        <WallState item={item} />
        <span class="wall-viewers">
          <Icon icon={Eye} />
          <bdi dir="ltr">{count(item.viewers)}</bdi>
          <span class="hidden-text">viewers</span>
        </span>
        <span class="wall-sure">
          <Confidence confidence={item.confidence} />
        </span>
      </span>
      {item.diamondsBefore > 0 ? (
        <span class="hidden-text">{`including ${count(item.diamondsBefore)} before tracking`}</span>
      ) : null}
    </a>
  );
}

function WallState({ item }: { item: LiveItem }) {
  if (item.state === "lost") {
    const why = tracking.value.get(item.creatorId);
    const blocked = why?.state === "blocked";
    return (
      <span class="wall-state wall-lost" title={why?.reason ?? undefined}>
        <Icon icon={blocked ? Ban : RefreshCw} />{" "}
        {TRACKING_WORDS[why?.state === "limited" || blocked ? why.state : "lost"]}
      </span>
    );
  }
  if (item.state === "paused") {
    return (
      <span class="wall-state">
        <Icon icon={Pause} /> Paused
      </span>
    );
  }
  const length = duration((everySecond.value - Date.parse(item.startedAt)) / 1000);
  return (
    <span class="wall-state">
      <LiveDot />
      <bdi dir="ltr">{length}</bdi>
    </span>
  );
}

/** The ninth and those after it. */
export function WallRow({ creatorId, place }: { creatorId: string; place: number }) {
  const item = liveOf(creatorId);
  if (!item) return null;
  return (
    <a class="wall-row" href={`/app/live/sessions/${item.sessionId}`}>
      <span class="wall-place">{place}</span>
      <Avatar name={item.displayName} src={item.avatarUrl} size={28} />
      <span class="wall-row-name">
        <bdi>{item.displayName}</bdi>
      </span>
      <bdi dir="ltr" class="wall-row-number">
        {count(item.diamonds)}
      </bdi>
      <span class="wall-viewers">
        <Icon icon={Eye} />
        <bdi dir="ltr">{count(item.viewers)}</bdi>
      </span>
    </a>
  );
}
