import { line } from "d3-shape";
import { useId, useState } from "preact/hooks";
import type { FollowersOfDay } from "../../domain/records/tiktok.ts";
import { calendarDay, compact, count } from "../format.ts";
import { ChartCursor, Hatch, Tooltip, TooltipLine } from "./ChartFrame.tsx";
import { type Run, runsOf } from "./runs.ts";
import { linear, type Scale, verticalAxis } from "./scale.ts";
import { useWidth } from "./use-width.ts";

const HEIGHT = 156;
const TOP = 10;
const BOTTOM = HEIGHT - 26;
/** Room for the labels at the end. */
const LABELS = 48;

/** Followers day by day; a day without a snapshot is a hatched gap, and no line crosses it. */
export function FollowerChart({ days }: { days: readonly FollowersOfDay[] }) {
  const hatch = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [index, setIndex] = useState<number | null>(null);
  const known = days.flatMap(({ followers }) => (followers === null ? [] : [followers]));
  const end = Math.max(0, width - LABELS);
  const x = linear([0, Math.max(1, days.length - 1)], [4, end - 4]);
  const axis = verticalAxis(known, { top: TOP, bottom: BOTTOM, many: 4, fromZero: false });
  const y = axis.scale;
  const path = line<FollowersOfDay>()
    .defined(({ followers }) => followers !== null)
    .x((_, at) => x(at))
    .y(({ followers }) => y(followers ?? 0));
  const gaps = runsOf(days, ({ followers }) => followers === null).filter(({ kind }) => kind);
  const last = days.findLastIndex(({ followers }) => followers !== null);
  const hovered = index === null ? undefined : days[index];
  const at = (place: number) => {
    const followers = days[place]?.followers;
    return followers === null || followers === undefined ? null : { x: x(place), y: y(followers) };
  };
  const ends = gaps
    .flatMap(({ first, last: final }) => [at(first - 1), at(final + 1)])
    .filter((point) => point !== null);
  const dot = at(last);
  const gapLabel = labelOf(gaps, days, { x, end, at });

  return (
    <div ref={frame} class="chart" dir="ltr">
      {width > 0 && known.length > 0 ? (
        <svg width={width} height={HEIGHT} role="img" aria-label={`Followers over ${days.length} days`}>
          <defs>
            <Hatch id={hatch} />
          </defs>
          {axis.ticks.map((tick) => (
            <g key={tick}>
              <line class="chart-grid" x1={0} x2={end} y1={y(tick)} y2={y(tick)} />
              <text class="chart-label" x={end + 8} y={y(tick) + 4}>
                {compact(tick)}
              </text>
            </g>
          ))}
          {gaps.map(({ first, last: final }) => {
            const from = x(Math.max(0, first - 1));
            const to = x(Math.min(days.length - 1, final + 1));
            return (
              <rect key={first} x={from} y={TOP} width={to - from} height={BOTTOM - TOP} fill={`url(#${hatch})`} />
            );
          })}
          {monthStarts(days).map(({ place, label }) => (
            <text
              key={place}
              class="chart-label"
              x={x(place)}
              y={HEIGHT - 4}
              text-anchor={place < 4 ? "start" : "middle"}
            >
              {label}
            </text>
          ))}
          <path class="chart-line" d={path(days) ?? ""} />
          {ends.map((point) => (
            <circle key={point.x} class="chart-ring" cx={point.x} cy={point.y} r="2.5" />
          ))}
          {gapLabel ? (
            <text class="chart-title" x={gapLabel.x} y={gapLabel.y}>
              {gapLabel.words}
            </text>
          ) : null}
          {dot ? <circle class="chart-dot" cx={dot.x} cy={dot.y} r="3.5" /> : null}
          {index === null ? null : <line class="chart-hover" x1={x(index)} x2={x(index)} y1={TOP} y2={BOTTOM} />}
        </svg>
      ) : (
        <svg width={width} height={HEIGHT} aria-hidden="true" />
      )}
      <ChartCursor
        many={days.length}
        start={0}
        width={end}
        label="Day"
        say={(place) => `${calendarDay(days[place]?.date ?? "")}: ${spoken(days[place])}`}
        index={index}
        onIndex={setIndex}
      />
      {hovered && index !== null ? (
        <Tooltip x={x(index)} y={TOP} width={width} title={calendarDay(hovered.date)}>
          {hovered.followers === null ? (
            <span class="quiet">No snapshot</span>
          ) : (
            <TooltipLine series="c1" label="Followers" value={count(hovered.followers)} />
          )}
        </Tooltip>
      ) : null}
    </div>
  );
}

interface Plot {
  x: Scale;
  end: number;
  at: (place: number) => { x: number; y: number } | null;
}

/** Says what the widest gap is, beside it: above the line or below it, or not at all. */
function labelOf(gaps: readonly Run<boolean>[], days: readonly FollowersOfDay[], { x, end, at }: Plot) {
  const [widest] = gaps.toSorted((a, b) => b.last - b.first - (a.last - a.first));
  const from = widest && days[widest.first];
  const to = widest && days[widest.last];
  if (!widest || !from || !to) return null;
  const words =
    from === to
      ? `No snapshot ${dayAndMonth(from.date)}`
      : `No snapshots ${dayAndMonth(from.date)} – ${dayAndMonth(to.date)}`;
  const start = x(widest.last + 1) + 10;
  const stop = start + words.length * 5.8;
  if (stop > end) return null;
  const under = days.flatMap((_, place) => (x(place) >= start - 8 && x(place) <= stop + 8 ? (at(place)?.y ?? []) : []));
  const rows = [TOP + 14, BOTTOM - 8];
  const y = rows.find((row) => under.every((line) => Math.abs(line - (row - 4)) > 14));
  return y === undefined ? null : { x: start, y, words };
}

const dayAndMonth = (date: string): string => calendarDay(date).replace(/ \d{4}$/, "");

const spoken = (day: FollowersOfDay | undefined): string =>
  day?.followers === null || day === undefined ? "no snapshot" : `${count(day.followers)} followers`;

function monthStarts(days: readonly FollowersOfDay[]): { place: number; label: string }[] {
  return days.flatMap(({ date }, place) => (date.endsWith("-01") ? [{ place, label: dayAndMonth(date) }] : []));
}

/** The days as figures: the same numbers for who reads rather than looks. */
export const FollowerTable = ({ days }: { days: readonly FollowersOfDay[] }) => (
  <div class="figures-scroll">
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" class="figures-end">
            Followers
          </th>
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map(({ date, followers }) => (
          <tr key={date}>
            <td>{calendarDay(date)}</td>
            <td class="figures-end">
              {followers === null ? <span class="quiet">No snapshot</span> : <bdi dir="ltr">{count(followers)}</bdi>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
