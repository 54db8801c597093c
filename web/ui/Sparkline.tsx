import { extent } from "d3-array";
import { line } from "d3-shape";
import { classes } from "./classes.ts";
import "./Sparkline.css";

interface SparklineProps {
  /** Oldest first; null where there is no data: the line is broken there. */
  values: readonly (number | null)[];
  width?: number;
  height?: number;
  live?: boolean;
}

const PAD = 3;

/** The shape of a number's recent past, without an axis; a dot on its last value. */
export function Sparkline({ values, width = 60, height = 20, live = false }: SparklineProps) {
  const known = values.filter((value) => value !== null);
  const [low = 0, high = 0] = extent(known);
  if (known.length < 2) return <svg class="sparkline" width={width} height={height} aria-hidden="true" />;
  const x = (index: number) => PAD + (index / (values.length - 1)) * (width - 2 * PAD);
  const y = (value: number) => height - PAD - (high === low ? 0.5 : (value - low) / (high - low)) * (height - 2 * PAD);
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? low));
  const last = values.findLastIndex((value) => value !== null);
  return (
    <svg
      class={classes("sparkline", live && "sparkline-live")}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
    >
      <path d={path(values) ?? ""} />
      <circle cx={x(last)} cy={y(values[last] ?? low)} r="2" />
    </svg>
  );
}
