import type { IconNode } from "lucide";
import { h } from "preact";
import { classes } from "./classes.ts";
import "./Icon.css";

interface IconProps {
  icon: IconNode;
  /** CSS pixels; 16 unless told. */
  size?: number;
  class?: string | undefined;
  /** Turned round in right-to-left: chevrons and arrows, not clocks. */
  mirrored?: boolean;
}

/** One of lucide's icons. Always beside a word or inside a labelled control, so it is silent. */
export function Icon({ icon, size = 16, class: extra, mirrored = false }: IconProps) {
  return (
    <svg
      class={classes("icon", mirrored && "icon-mirrored", extra)}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width={size <= 16 ? 2 : 1.75}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {icon.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
