import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import "./Badge.css";

export type Meaning = "neutral" | "accent" | "success" | "warning" | "danger" | "live";

interface BadgeProps {
  meaning?: Meaning;
  icon?: IconNode;
  children: ComponentChildren;
}

/** A state on a soft background. In a table a glyph and a word without one read better. */
export const Badge = ({ meaning = "neutral", icon, children }: BadgeProps) => (
  <span class={`badge badge-${meaning}`}>
    {icon ? <Icon icon={icon} size={12} /> : null}
    {children}
  </span>
);

interface MarkProps {
  icon: IconNode;
  meaning?: Meaning;
  title?: string | undefined;
  children: ComponentChildren;
}

/** A glyph and a word in the colour of what they mean. */
export const Mark = ({ icon, meaning = "neutral", title, children }: MarkProps) => (
  <span class={`mark mark-${meaning}`} title={title}>
    <Icon icon={icon} size={14} />
    <span class="mark-word">{children}</span>
  </span>
);

/** The one thing that glows. */
export const LiveDot = ({ size = 8 }: { size?: 8 | 12 }) => (
  <span class={`live-dot live-dot-${size}`} aria-hidden="true" />
);
