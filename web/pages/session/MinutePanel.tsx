import { ChartLine, Table2 } from "lucide";
import { useState } from "preact/hooks";
import type { LiveMinute, LiveSession } from "../../../domain/records/tiktok.ts";
import { RETENTION_DAYS } from "../../../domain/retention.ts";
import { CoverageBar } from "../../charts/Bars.tsx";
import { drawnFrom } from "../../charts/minutes.ts";
import { runsOf } from "../../charts/runs.ts";
import { SessionChart } from "../../charts/SessionChart.tsx";
import { asOf, clock, coveragePercent, duration } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { Segmented } from "../../ui/Tabs.tsx";
import { CURVE_WORDS } from "../../words.ts";
import { MinuteTable } from "./MinuteTable.tsx";

interface MinutePanelProps {
  session: LiveSession;
  minutes: readonly LiveMinute[];
}

/** The LIVE minute by minute, and how much of it was seen. */
export function MinutePanel({ session, minutes }: MinutePanelProps) {
  const [view, setView] = useState<"chart" | "table">("chart");
  const { step } = session;
  const start = drawnFrom(minutes);
  const tracked = minutes[start];
  const late =
    start > 0 && tracked
      ? `Tracked from ${clock(tracked.at)}; ${duration(start * step)} before it are not drawn. `
      : "";
  const coarse = step === 3600 ? `Minutes are kept for ${RETENTION_DAYS.liveMinutes} days, hours from then on. ` : "";
  const missed = step === 60 ? missedWords(minutes) : seenWords(session);
  if (minutes.length === 0) {
    return (
      <Section>
        <SectionHead title={CURVE_WORDS[step].title} />
        <p class="quiet">
          {session.endedAt
            ? "Of this LIVE only the totals were written down."
            : "The first minute is being counted. It appears here when it is over."}
        </p>
      </Section>
    );
  }
  return (
    <>
      <Section>
        <SectionHead
          title={CURVE_WORDS[step].title}
          note={`${late}${coarse}Source: LIVE listener, ${asOf(session.updatedAt, everyHalfMinute.value)}`}
          end={
            <Segmented
              label={`${CURVE_WORDS[step].one}s as`}
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
          <SessionChart minutes={minutes.slice(start)} step={step} />
        ) : (
          <MinuteTable minutes={minutes} step={step} before={session.diamondsBefore} />
        )}
      </Section>
      <Section>
        <SectionHead title="Coverage" note={missed} />
        <CoverageBar minutes={minutes} label={missed} />
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

const lengthOf = (minutes: number): string => (minutes < 60 ? `${minutes} min` : duration(minutes * 60));

/** How much of an hour was missed is not kept, but how much of the whole LIVE was. */
const seenWords = ({ coverage }: LiveSession): string =>
  `${coveragePercent(coverage)} of the LIVE was seen; each hour is drawn as most of it was`;

/** "6 min not covered from 21:12", or that nothing was missed. */
function missedWords(minutes: readonly LiveMinute[]): string {
  const gaps = runsOf(minutes, ({ state }) => state).filter(({ kind }) => kind === "gap");
  if (gaps.length === 0) return "Every minute was seen";
  const words = gaps.slice(0, 3).map(({ first, last }) => {
    const start = minutes[first];
    return `${lengthOf(last - first + 1)} not covered${start ? ` from ${clock(start.at)}` : ""}`;
  });
  return `${words.join(", ")}${gaps.length > 3 ? `, and ${gaps.length - 3} more` : ""}`;
}
