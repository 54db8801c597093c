import { useLocation } from "preact-iso";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { readVideos } from "../../api.ts";
import { count } from "../../format.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { ErrorState } from "../../ui/Notice.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { FollowerPanel } from "./FollowerPanel.tsx";
import { LiveHistory } from "./LiveHistory.tsx";
import { LiveTrouble } from "./LiveTrouble.tsx";
import { MetricTiles } from "./MetricTiles.tsx";
import { NotConnected } from "./NotConnected.tsx";
import { VideoGrid } from "./VideoGrid.tsx";

interface RecordTabsProps {
  creator: Creator;
  tiktok: Resource<Tiktok>;
}

/** The middle of the record: what TikTok and the LIVE listener know about this creator. */
export function RecordTabs({ creator, tiktok }: RecordTabsProps) {
  const { query, path } = useLocation();
  const connection = tiktok.value.value;
  const error = tiktok.error.value;
  const tab = query.tab === "live" || query.tab === "videos" ? query.tab : "overview";
  if (!connection) {
    return (
      <div class="record-middle record-panel">
        {error ? (
          <ErrorState title="Could not load TikTok's figures" error={error} onRetry={tiktok.reload} />
        ) : (
          <>
            <SkeletonBlock height="tile" />
            <SkeletonBlock height="chart" />
            <SkeletonBlock height="covers" />
          </>
        )}
      </div>
    );
  }
  if (connection.status !== "active" && connection.metrics === null) {
    return (
      <div class="record-middle record-panel">
        <NotConnected creator={creator} tiktok={tiktok} connection={connection} />
      </div>
    );
  }
  const videos = connection.metrics?.videos;
  return (
    <div class="record-middle">
      <Tabs
        label="Parts of this record"
        current={tab === "overview" ? path : `${path}?tab=${tab}`}
        tabs={[
          { href: path, label: "Overview" },
          { href: `${path}?tab=live`, label: "LIVE" },
          {
            href: `${path}?tab=videos`,
            label: "Videos",
            count: videos === null || videos === undefined ? undefined : count(videos),
          },
        ]}
      />
      <div class="record-panel">
        {tab === "live" ? (
          <>
            <LiveTrouble creator={creator} tiktok={tiktok} connection={connection} />
            <LiveHistory creatorId={creator.id} full />
          </>
        ) : null}
        {tab === "videos" ? <Videos creator={creator} connection={connection} full /> : null}
        {tab === "overview" ? (
          <>
            <Overview creator={creator} connection={connection} />
            <Videos creator={creator} connection={connection} />
            <LiveTrouble creator={creator} tiktok={tiktok} connection={connection} />
            <LiveHistory creatorId={creator.id} />
          </>
        ) : null}
      </div>
    </div>
  );
}

const Overview = ({ creator, connection }: { creator: Creator; connection: Tiktok }) => (
  <FollowerPanel creatorId={creator.id} asOf={connection.metrics?.asOf ?? null}>
    {(days) => <MetricTiles connection={connection} days={days} />}
  </FollowerPanel>
);

function Videos({ creator, connection, full = false }: { creator: Creator; connection: Tiktok; full?: boolean }) {
  const asOf = connection.metrics?.asOf ?? "";
  const videos = useResource(`${creator.id} ${asOf}`, (signal) => readVideos(creator.id, signal));
  return <VideoGrid videos={videos} connection={connection} creatorId={creator.id} full={full} />;
}
