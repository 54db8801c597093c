import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";
import "./EmptyState.css";

interface EmptyStateProps {
  icon: IconNode;
  /** What is not here. */
  title: string;
  /** Why, and what to do. */
  children: ComponentChildren;
  actions?: ComponentChildren;
}

export const EmptyState = ({ icon, title, children, actions }: EmptyStateProps) => (
  <div class="empty">
    <span class="empty-glyph">
      <Icon icon={icon} />
    </span>
    <h2 class="empty-title">{title}</h2>
    <p class="empty-text">{children}</p>
    {actions ? <div class="empty-actions">{actions}</div> : null}
  </div>
);
