import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { vars } from "../ui/vars.ts";
import "./charts.css";

/** The pattern of what was not seen. It says "no data", never "zero". */
export const Hatch = ({ id }: { id: string }) => (
  <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="6" height="6" class="hatch-ground" />
    <path d="M0 0V6" class="hatch-line" />
  </pattern>
);

interface ChartCursorProps {
  /** How many places there are from start to end. */
  many: number;
  /** Where the plot lies in its frame, CSS pixels. */
  start: number;
  width: number;
  /** What the arrow keys move along: "Minute", "Day". */
  label: string;
  /** One place in words, for a screen reader. */
  say: (index: number) => string;
  index: number | null;
  onIndex: (index: number | null) => void;
}

/**
 * The hover line's handle: a range input over the plot, invisible but real, so that arrow
 * keys, touch and screen readers have what the mouse has.
 */
export function ChartCursor({ many, start, width, label, say, index, onIndex }: ChartCursorProps) {
  const [focused, setFocused] = useState(false);
  const at = index ?? many - 1;
  return (
    <input
      type="range"
      class="chart-cursor"
      dir="ltr"
      min={0}
      max={Math.max(0, many - 1)}
      value={at}
      aria-label={label}
      aria-valuetext={say(at)}
      ref={vars({ "--start": `${start}px`, "--width": `${width}px` })}
      onInput={(event) => onIndex(event.currentTarget.valueAsNumber)}
      onFocus={(event) => {
        setFocused(true);
        if (event.currentTarget.matches(":focus-visible")) onIndex(at);
      }}
      onBlur={() => {
        setFocused(false);
        onIndex(null);
      }}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const share = (event.clientX - box.left) / box.width;
        onIndex(Math.min(many - 1, Math.max(0, Math.floor(share * many))));
      }}
      onPointerLeave={() => {
        if (!focused) onIndex(null);
      }}
    />
  );
}

interface TooltipProps {
  /** CSS pixels from the frame's start and top. */
  x: number;
  y: number;
  /** Where the frame ends: the box turns to the other side in time. */
  width: number;
  title: string;
  children: ComponentChildren;
}

export const Tooltip = ({ x, y, width, title, children }: TooltipProps) => (
  <div
    class={x > width - 180 ? "tooltip tooltip-before" : "tooltip"}
    ref={vars({ "--x": `${x}px`, "--y": `${y}px` })}
    aria-hidden="true"
  >
    <strong>{title}</strong>
    {children}
  </div>
);

export const TooltipLine = ({ series, label, value }: { series: "c1" | "c2"; label: string; value: string }) => (
  <span class="tooltip-line">
    <span class={`key key-${series}`} />
    <span class="tooltip-label">{label}</span>
    <bdi dir="ltr">{value}</bdi>
  </span>
);
