import "./Skeleton.css";

/** A grey bar where something will stand. It appears after 120 ms: what is quick never flickers. */
export const Skeleton = ({ width = "m" }: { width?: "s" | "m" | "l" | "full" }) => (
  <span class={`skeleton skeleton-${width}`} aria-hidden="true" />
);

export const SkeletonBlock = ({ height }: { height: "tile" | "chart" | "covers" | "rows" }) => (
  <div class={`skeleton skeleton-block skeleton-${height}`} aria-hidden="true" />
);
