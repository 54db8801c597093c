import { type IconNode, TriangleAlert } from "lucide";
import type { ComponentChildren } from "preact";
import type { ApiError } from "../http.ts";
import { Icon } from "./Icon.tsx";
import "./Notice.css";

interface NoticeProps {
  meaning: "danger" | "warning";
  icon?: IconNode;
  title: string;
  children: ComponentChildren;
}

/** What went wrong or holds things up, inside the part it concerns. */
export const Notice = ({ meaning, icon = TriangleAlert, title, children }: NoticeProps) => (
  <div class={`notice notice-${meaning}`} role={meaning === "danger" ? "alert" : "status"}>
    <Icon icon={icon} />
    <div>
      <strong class="notice-title">{title}</strong>
      <div class="notice-text">{children}</div>
    </div>
  </div>
);

interface ErrorStateProps {
  /** "Could not load the videos". */
  title: string;
  error: ApiError;
  onRetry?: (() => void) | undefined;
}

/** What happened, to what, what to do, and the number to name when asking for help. */
export const ErrorState = ({ title, error, onRetry }: ErrorStateProps) => (
  <Notice meaning="danger" title={title}>
    {error.detail}{" "}
    {onRetry ? (
      <button type="button" class="notice-link" onClick={onRetry}>
        Try again
      </button>
    ) : null}
    {error.requestId ? (
      <span class="notice-request">
        Request <bdi dir="ltr">{error.requestId}</bdi>
      </span>
    ) : null}
  </Notice>
);
