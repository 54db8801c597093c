import { ShieldCheck } from "lucide";
import type { TenantSecurity } from "../../../domain/records/tenant-security.ts";
import { readSecurity } from "../../api.ts";
import { useResource } from "../../state/resource.ts";
import { can, me } from "../../state/session.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { EverybodysFactor } from "./EverybodysFactor.tsx";
import { SessionLimits } from "./SessionLimits.tsx";
import "./settings.css";
import "./security.css";

/** What the agency asks of everybody who signs in. */
export default function Security() {
  const allowed = can("settings.manage");
  const security = useResource<TenantSecurity>(allowed ? "security" : null, readSecurity);
  const now = security.value.value;
  const error = security.error.value;
  return (
    <>
      <PageHeader title="Security" />
      <div class="settings">
        {allowed ? (
          <>
            {error ? <ErrorState title="Could not load the settings" error={error} onRetry={security.reload} /> : null}
            {now ? (
              <div class="security">
                <SessionLimits now={now} onChanged={security.set} />
                <EverybodysFactor now={now} onChanged={security.set} />
              </div>
            ) : error ? null : (
              <SkeletonBlock height="rows" />
            )}
          </>
        ) : (
          <Closed />
        )}
      </div>
    </>
  );
}

/** Also while it is not known who is signed in: then nothing is said yet. */
const Closed = () =>
  me.value ? (
    <EmptyState icon={ShieldCheck} title="The agency's security is not open to your role">
      An owner or admin of your agency decides it. Your own password and second factor are on{" "}
      <a class="link" href="/app/settings/account">
        your account
      </a>
      .
    </EmptyState>
  ) : (
    <SkeletonBlock height="rows" />
  );
