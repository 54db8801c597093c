import { area, line } from "d3-shape";
import { useId, useState } from "preact/hooks";
import type { CurveStep, LiveMinute } from "../../domain/records/tiktok.ts";
import { clock, compact, count } from "../format.ts";
import { CURVE_WORDS } from "../words.ts";
import { ChartCursor, Hatch, Tooltip, TooltipLine } from "./ChartFrame.tsx";
import { runsOf } from "./runs.ts";
import { linear, verticalAxis } from "./scale.ts";
import { useWidth } from "./use-width.ts";

const VIEWERS = { top: 6, bottom: 168 };
const DIAMONDS = { top: 168 + 32, bottom: 168 + 32 + 108 };
const HEIGHT = DIAMONDS.bottom + 24;
const LABELS = 44;
/** A LIVE that has just begun is drawn in half an hour's width, so that a minute looks like one. One of hours is over. */
const SHORTEST_SPAN: Record<CurveStep, number> = { 60: 30, 3600: 1 };
const WIDEST_BAR = 40;

export const STATE_WORDS = { covered: "Covered", paused: "Paused by the creator", gap: "Not covered" } as const;

interface SessionChartProps {
  minutes: readonly LiveMinute[];
  /** How long each of them is, seconds. */
  step: CurveStep;
}

/** Viewers above, diamonds a minute below, one time axis; no panel has two scales. */
export function SessionChart({ minutes, step: seconds }: SessionChartProps) {
  const hatch = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [index, setIndex] = useState<number | null>(null);
  const end = Math.max(0, width - LABELS);
  const span = Math.max(SHORTEST_SPAN[seconds], minutes.length);
  const step = end / span;
  const bar = Math.min(WIDEST_BAR, Math.max(1, step * 0.76));
  const words = CURVE_WORDS[seconds];
  const x = linear([0, span], [0, end]);
  const seen = (minute: LiveMinute) => minute.state === "covered" && minute.viewers !== null;
  const viewers = verticalAxis(
    minutes.flatMap((minute) => (seen(minute) ? [minute.viewers ?? 0] : [])),
    { ...VIEWERS, many: 4, fromZero: true },
  );
  const diamonds = verticalAxis(
    minutes.map((minute) => minute.diamonds),
    { ...DIAMONDS, many: 3, fromZero: true },
  );
  const middle = (_: LiveMinute, at: number) => x(at + 0.5);
  const height = ({ viewers: value }: LiveMinute) => viewers.scale(value ?? 0);
  const curve = line<LiveMinute>().defined(seen).x(middle).y(height);
  const ground = area<LiveMinute>().defined(seen).x(middle).y0(VIEWERS.bottom).y1(height);
  const hovered = index === null ? undefined : minutes[index];

  return (
    <div ref={frame} class="chart" dir="ltr">
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`Viewers and diamonds over ${minutes.length} ${words.many}`}
      >
        <defs>
          <Hatch id={hatch} />
        </defs>
        {[viewers, diamonds].map((axis, panel) =>
          axis.ticks.map((tick) => (
            <g key={`${panel} ${tick}`}>
              <line class="chart-grid" x1={0} x2={end} y1={axis.scale(tick)} y2={axis.scale(tick)} />
              <text class="chart-label" x={end + 8} y={axis.scale(tick) + 4}>
                {compact(tick)}
              </text>
            </g>
          )),
        )}
        {runsOf(minutes, ({ state }) => state)
          .filter(({ kind }) => kind !== "covered")
          .map(({ kind, first, last }) => (
            <rect
              key={first}
              class={kind === "paused" ? "chart-pause" : undefined}
              fill={kind === "gap" ? `url(#${hatch})` : undefined}
              x={x(first)}
              y={VIEWERS.top}
              width={Math.max(1, x(last + 1) - x(first))}
              height={DIAMONDS.bottom - VIEWERS.top}
            />
          ))}
        <path class="chart-area" d={ground(minutes) ?? ""} />
        <path class="chart-line" d={curve(minutes) ?? ""} />
        {seconds === 3600
          ? minutes.map((hour, at) =>
              seen(hour) ? <circle key={hour.at} class="chart-dot" cx={x(at + 0.5)} cy={height(hour)} r="2.5" /> : null,
            )
          : null}
        {minutes.map((minute, at) =>
          minute.diamonds > 0 ? (
            <rect
              key={minute.at}
              class="chart-bar"
              x={x(at + 0.5) - bar / 2}
              y={diamonds.scale(minute.diamonds)}
              width={bar}
              height={DIAMONDS.bottom - diamonds.scale(minute.diamonds)}
            />
          ) : null,
        )}
        <text class="chart-title" x={0} y={VIEWERS.top + 4}>
          Viewers
        </text>
        <text class="chart-title" x={0} y={DIAMONDS.top - 10}>
          {words.diamonds}
        </text>
        {timeLabels(minutes, seconds, step).map(({ at, label, anchor }) => (
          <text key={at} class="chart-label" x={x(at)} y={HEIGHT - 4} text-anchor={anchor}>
            {label}
          </text>
        ))}
        {hovered && index !== null ? (
          <>
            <line class="chart-hover" x1={x(index + 0.5)} x2={x(index + 0.5)} y1={VIEWERS.top} y2={DIAMONDS.bottom} />
            {seen(hovered) ? <circle class="chart-ring" cx={x(index + 0.5)} cy={height(hovered)} r="3.5" /> : null}
          </>
        ) : null}
      </svg>
      <ChartCursor
        many={minutes.length}
        start={0}
        width={x(minutes.length)}
        label={words.one}
        say={(at) => spoken(minutes[at])}
        index={index}
        onIndex={setIndex}
      />
      {hovered && index !== null ? (
        <Tooltip x={x(index + 0.5)} y={56} width={width} title={clock(hovered.at)}>
          {hovered.state === "covered" ? (
            <TooltipLine series="c1" label="Viewers" value={count(hovered.viewers)} />
          ) : (
            <span class="quiet">{STATE_WORDS[hovered.state]}</span>
          )}
          {hovered.state === "covered" || hovered.diamonds > 0 ? (
            <TooltipLine series="c2" label="Diamonds" value={count(hovered.diamonds)} />
          ) : null}
        </Tooltip>
      ) : null}
    </div>
  );
}

function spoken(minute: LiveMinute | undefined): string {
  if (!minute) return "";
  if (minute.state !== "covered") return `${clock(minute.at)}: ${STATE_WORDS[minute.state]}`;
  return `${clock(minute.at)}: ${count(minute.viewers)} viewers, ${count(minute.diamonds)} diamonds`;
}

const STEPS = [5, 10, 15, 30, 60, 120, 240, 360];

/** Round clock times, far enough apart to be read (`step` pixels are `seconds`); the first minute names the start. */
function timeLabels(
  minutes: readonly LiveMinute[],
  seconds: CurveStep,
  step: number,
): { at: number; label: string; anchor: "start" | "middle" | "end" }[] {
  const [first] = minutes;
  if (!first || step <= 0) return [];
  const every =
    STEPS.find((candidate) => candidate * 60 >= seconds && ((candidate * 60) / seconds) * step >= 84) ?? 720;
  const labels = minutes.flatMap(({ at }, place) => {
    const [hour = "0", minute = "0"] = clock(at).split(":");
    // An hour begins at half past where the zone is half an hour off.
    const round = (Number(hour) * 60 + (seconds === 3600 ? 0 : Number(minute))) % every === 0;
    return round && place * step > 56 ? [{ at: place, label: clock(at), anchor: "middle" as const }] : [];
  });
  return [{ at: 0, label: clock(first.at), anchor: "start" }, ...labels];
}
