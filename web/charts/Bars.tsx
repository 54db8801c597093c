import { useId } from "preact/hooks";
import type { LiveMinute } from "../../domain/records/tiktok.ts";
import { Hatch } from "./ChartFrame.tsx";
import { runsOf } from "./runs.ts";
import { useWidth } from "./use-width.ts";
import "./Bars.css";

export interface Part {
  series: "c6" | "c1" | "c2";
  value: number;
}

/** What a number is made of, as one bar; what is there at all is at least 3 px wide. */
export function PartsBar({ parts, label }: { parts: readonly Part[]; label: string }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const present = parts.filter(({ value }) => value > 0);
  const whole = present.reduce((sum, { value }) => sum + value, 0);
  const room = Math.max(0, width - 2 * (present.length - 1));
  let start = 0;
  return (
    <div ref={frame} class="bar">
      <svg width={width} height="12" role="img" aria-label={label}>
        {present.length === 0 ? <rect width={width} height="12" rx="2" class="bar-none" /> : null}
        {present.map(({ series, value }) => {
          const wide = Math.max(3, (value / whole) * room - (present.length > 1 ? 1 : 0));
          const x = start;
          start += wide + 2;
          return <rect key={series} class={`bar-${series}`} x={x} width={wide} height="12" rx="2" />;
        })}
      </svg>
    </div>
  );
}

/** The whole session as one bar: covered, paused, not covered. */
export function CoverageBar({ minutes, label }: { minutes: readonly LiveMinute[]; label: string }) {
  const hatch = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const step = width / Math.max(1, minutes.length);
  return (
    <div ref={frame} class="bar">
      <svg width={width} height="10" role="img" aria-label={label}>
        <defs>
          <Hatch id={hatch} />
        </defs>
        {runsOf(minutes, ({ state }) => state).map(({ kind, first, last }) => (
          <rect
            key={first}
            class={`bar-${kind}`}
            fill={kind === "gap" ? `url(#${hatch})` : undefined}
            x={first * step + (first === 0 ? 0 : 1)}
            y="0.5"
            width={Math.max(1.5, (last - first + 1) * step - 2)}
            height="9"
            rx="2"
          />
        ))}
      </svg>
    </div>
  );
}
