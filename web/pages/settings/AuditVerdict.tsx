import { ShieldCheck } from "lucide";
import type { AuditVerdict as Verdict } from "../../../domain/audit.ts";
import { asOf, plural } from "../../format.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import type { Resource } from "../../state/resource.ts";
import { Mark } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { ErrorState, Notice } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";

const WHY: Record<NonNullable<Verdict["broken"]>["why"], string> = {
  changed: "is not what was written",
  missing: "is missing",
  anchor: "is not what was kept of it outside the log",
};

/** Whether every entry is what was written, and none is missing. */
export function AuditVerdict({ verdict }: { verdict: Resource<Verdict> }) {
  const known = verdict.value.value;
  const error = verdict.error.value;
  if (error) return <ErrorState title="Could not verify the audit log" error={error} onRetry={verdict.reload} />;
  if (known?.broken)
    return (
      <Notice meaning="danger" title={`The audit log is broken at entry ${known.broken.seq}`}>
        That entry {WHY[known.broken.why]}: somebody reached the log from outside the app. Export it, and tell support.{" "}
        <button type="button" class="notice-link" onClick={verdict.reload}>
          Verify again
        </button>
      </Notice>
    );
  return (
    <div class="audit-verdict" role="status">
      {known ? (
        <Mark icon={ShieldCheck} meaning="success">
          Verified: {plural(known.length, "entry", "entries")}, unbroken
        </Mark>
      ) : (
        <Skeleton width="l" />
      )}
      {known?.anchor ? (
        <span class="audit-anchor">compared with the copy outside, {asOf(known.anchor.at, everyHalfMinute.value)}</span>
      ) : null}
      <Button look="ghost" busy={verdict.loading.value} onClick={verdict.reload}>
        Verify
      </Button>
    </div>
  );
}
