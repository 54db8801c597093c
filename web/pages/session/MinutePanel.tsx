import { ChartLine, Table2 } from "lucide";
import { useState } from "preact/hooks";
import type { LiveMinute, LiveSession } from "../../../domain/records/tiktok.ts";
import { CoverageBar } from "../../charts/Bars.tsx";
import { runsOf } from "../../charts/runs.ts";
import { SessionChart } from "../../charts/SessionChart.tsx";
import { asOf, clock, plural } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { Segmented } from "../../ui/Tabs.tsx";
import { MinuteTable } from "./MinuteTable.tsx";

interface MinutePanelProps {
  session: LiveSession;
  minutes: readonly LiveMinute[];
}

/** The LIVE minute by minute, and how much of it was seen. */
export function MinutePanel({ session, minutes }: MinutePanelProps) {
  const [view, setView] = useState<"chart" | "table">("chart");
  if (minutes.length === 0) {
    return (
      <Section>
        <SectionHead title="Minute by minute" />
        <p class="quiet">The first minute is being counted. It appears here when it is over.</p>
      </Section>
    );
  }
  return (
    <>
      <Section>
        <SectionHead
          title="Minute by minute"
          note={`Source: LIVE listener, ${asOf(session.updatedAt, everyHalfMinute.value)}`}
          end={
            <Segmented
              label="Minutes as"
              value={view}
              onValue={setView}
              options={[
                { value: "chart", label: "Chart", glyph: <Icon icon={ChartLine} size={14} /> },
                { value: "table", label: "Table", glyph: <Icon icon={Table2} size={14} /> },
              ]}
            />
          }
        />
        {view === "chart" ? (
          <SessionChart minutes={minutes} />
        ) : (
          <MinuteTable minutes={minutes} before={session.diamondsBefore} />
        )}
      </Section>
      <Section>
        <SectionHead title="Coverage" note={missedWords(minutes)} />
        <CoverageBar minutes={minutes} label={missedWords(minutes)} />
        <ul class="legend">
          <li>
            <span class="legend-key legend-covered" /> Covered
          </li>
          <li>
            <span class="legend-key legend-paused" /> Paused by the creator
          </li>
          <li>
            <span class="legend-key legend-gap" /> Not covered
          </li>
        </ul>
      </Section>
    </>
  );
}

/** "6 min not covered at 21:12", or that nothing was missed. */
function missedWords(minutes: readonly LiveMinute[]): string {
  const gaps = runsOf(minutes, ({ state }) => state).filter(({ kind }) => kind === "gap");
  if (gaps.length === 0) return "Every minute was seen";
  const words = gaps.slice(0, 3).map(({ first, last }) => {
    const start = minutes[first];
    return `${plural(last - first + 1, "min", "min")} not covered${start ? ` at ${clock(start.at)}` : ""}`;
  });
  return `${words.join(", ")}${gaps.length > 3 ? `, and ${gaps.length - 3} more` : ""}`;
}
