import { ChartLine, Table2 } from "lucide";
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { FollowersOfDay } from "../../../domain/records/tiktok.ts";
import { readFollowers } from "../../api.ts";
import { FollowerChart, FollowerTable } from "../../charts/FollowerChart.tsx";
import { everyDay } from "../../charts/follower-days.ts";
import { asOf as asOfWords, calendarDay, count } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { useResource } from "../../state/resource.ts";
import { Icon } from "../../ui/Icon.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { Segmented } from "../../ui/Tabs.tsx";

const DAYS = 90;

interface FollowerPanelProps {
  creatorId: string;
  /** When TikTok last said anything: newer figures are read again. */
  asOf: string | null;
  /** Drawn above, from the same days. */
  children: (days: readonly FollowersOfDay[] | null) => ComponentChildren;
}

/** The follower trend of the last 90 days, as a chart or as a table. */
export function FollowerPanel({ creatorId, asOf, children }: FollowerPanelProps) {
  const [view, setView] = useState<"chart" | "table">("chart");
  const snapshots = useResource(`${creatorId} ${asOf ?? ""}`, (signal) => readFollowers(creatorId, DAYS, signal));
  const read = snapshots.value.value;
  const error = snapshots.error.value;
  const days = useMemo(() => (read ? everyDay(read) : null), [read]);
  const latest = days?.findLast(({ followers }) => followers !== null);
  const known = days?.filter(({ followers }) => followers !== null).length ?? 0;
  return (
    <>
      {children(days)}
      <Section>
        <SectionHead
          title="Followers"
          note={
            latest ? (
              <>
                <bdi dir="ltr">{count(latest.followers)}</bdi>
                {asOf ? ` ${asOfWords(asOf, everyHalfMinute.value)}. ` : ". "}
                {`Source: TikTok API, one snapshot a day, ${DAYS} days`}
              </>
            ) : null
          }
          end={
            known > 1 ? (
              <Segmented
                label="Followers as"
                value={view}
                onValue={setView}
                options={[
                  { value: "chart", label: "Chart", glyph: <Icon icon={ChartLine} size={14} /> },
                  { value: "table", label: "Table", glyph: <Icon icon={Table2} size={14} /> },
                ]}
              />
            ) : null
          }
        />
        {error && !days ? (
          <ErrorState title="Could not load the followers" error={error} onRetry={snapshots.reload} />
        ) : !days ? (
          <SkeletonBlock height="chart" />
        ) : known < 2 ? (
          <p class="quiet">
            {latest
              ? `Collecting since ${calendarDay(latest.date)}. A trend needs two days.`
              : "No snapshot yet. The first sync brings one."}
          </p>
        ) : view === "chart" ? (
          <FollowerChart days={days} />
        ) : (
          <FollowerTable days={days} />
        )}
      </Section>
    </>
  );
}
