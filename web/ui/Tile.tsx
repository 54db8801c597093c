import type { ComponentChildren } from "preact";
import "./Tile.css";

interface TileProps {
  label: string;
  value: ComponentChildren;
  /** Change, source or condition of the number: never a number alone. */
  note?: ComponentChildren;
  /** Its recent past, at the end. */
  trend?: ComponentChildren;
}

export const Tile = ({ label, value, note, trend }: TileProps) => (
  <div class="tile">
    <dt class="tile-label">{label}</dt>
    <dd class="tile-value">
      {value}
      {trend}
    </dd>
    <dd class="tile-note">
      <bdi>{note}</bdi>
    </dd>
  </div>
);

/** Cells of one bordered group, as many in a row as fit. */
export const Tiles = ({ children }: { children: ComponentChildren }) => <dl class="tiles">{children}</dl>;

/** A change with its sign, in the colour of its direction. */
export const Change = ({ by, children }: { by: number; children: ComponentChildren }) => (
  <bdi dir="ltr" class={by > 0 ? "change-up" : by < 0 ? "change-down" : "change-none"}>
    {children}
  </bdi>
);
