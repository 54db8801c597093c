import type { FollowersOfDay, Tiktok } from "../../../domain/records/tiktok.ts";
import { netFollowers } from "../../charts/follower-days.ts";
import { calendarDay, count, percent, plural, signed } from "../../format.ts";
import { Missing, Num } from "../../ui/Num.tsx";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { Sparkline } from "../../ui/Sparkline.tsx";
import { Change, Tile, Tiles } from "../../ui/Tile.tsx";

const WINDOW_DAYS = 28;

interface MetricTilesProps {
  connection: Tiktok;
  /** Null while they load. */
  days: readonly FollowersOfDay[] | null;
}

/** TikTok's own counts. Only followers have a history, so only they have a change. */
export function MetricTiles({ connection, days }: MetricTilesProps) {
  const { metrics } = connection;
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? <Missing why="TikTok did not say" /> : <Num>{count(value)}</Num>;
  const age = metrics?.asOf ? (
    <>
      TikTok API, <RelativeTime at={metrics.asOf} />
    </>
  ) : (
    "No sync yet"
  );
  return (
    <Tiles>
      <Tile
        label="Followers"
        value={number(metrics?.followers)}
        note={<NetFollowers days={days} />}
        trend={days ? <Sparkline values={days.slice(-WINDOW_DAYS).map(({ followers }) => followers)} /> : null}
      />
      <Tile label="Likes" value={number(metrics?.likes)} note={age} />
      <Tile label="Following" value={number(metrics?.following)} note={age} />
      <Tile label="Videos" value={number(metrics?.videos)} note={age} />
      <Tile
        label="Engagement rate"
        value={
          metrics?.engagementRate === null || metrics?.engagementRate === undefined ? (
            <Missing why="No views to measure by" />
          ) : (
            <Num>{percent(metrics.engagementRate, 1)}</Num>
          )
        }
        note={metrics ? `latest ${plural(metrics.engagementVideos, "video")}` : age}
      />
    </Tiles>
  );
}

function NetFollowers({ days }: { days: readonly FollowersOfDay[] | null }) {
  if (!days) return null;
  const net = netFollowers(days, WINDOW_DAYS);
  if (net === null) {
    const first = days.at(0);
    return <>{first ? `Collecting since ${calendarDay(first.date)}` : "No snapshot yet"}</>;
  }
  return (
    <>
      <Change by={net}>{signed(net)}</Change> {`in ${Math.min(WINDOW_DAYS, days.length)} days`}
    </>
  );
}
