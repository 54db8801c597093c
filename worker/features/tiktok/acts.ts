import type { LiveSourceKind } from "../../../domain/live-message.ts";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Act } from "../../http/audit.ts";

/** What staff's LIVE switch comes to in the audit ledger: that it was turned, and that somebody else listens. */
export function switchActs(
  { id, figures }: Creator,
  sourceBefore: LiveSourceKind,
  after: { enabled: boolean; source: LiveSourceKind },
): Act[] {
  const target = { type: "creator", id } as const;
  const turned: Act = {
    action: after.enabled ? "live.enabled" : "live.disabled",
    target,
    changes: { enabled: [figures.liveTracking, after.enabled] },
  };
  const moved: Act = { action: "live.source_changed", target, changes: { source: [sourceBefore, after.source] } };
  return [
    ...(figures.liveTracking === after.enabled ? [] : [turned]),
    ...(sourceBefore === after.source ? [] : [moved]),
  ];
}
