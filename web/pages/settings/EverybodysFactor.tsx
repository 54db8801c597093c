import { useState } from "preact/hooks";
import type { TenantSecurity } from "../../../domain/records/tenant-security.ts";
import { changeSecurity } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { me, reloadMe } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { Section, SectionHead } from "../../ui/Section.tsx";
import { Switch } from "../../ui/Switch.tsx";

interface EverybodysFactorProps {
  now: TenantSecurity;
  onChanged: (now: TenantSecurity) => void;
}

/** Whether everybody has to have a second factor. */
export function EverybodysFactor({ now, onChanged }: EverybodysFactorProps) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const ownOff = me.value?.security.totp === false;
  const ask = async (requireTotp: boolean) => {
    setBusy(true);
    setError(null);
    try {
      onChanged(await changeSecurity({ requireTotp }));
      await reloadMe();
      toast(
        "done",
        requireTotp ? "Everybody is asked for a second factor" : "A second factor is everybody's own choice",
      );
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <Section>
      <SectionHead title="Second factor" />
      {error ? <FormRefusal title="Nothing was changed" error={error} /> : null}
      <div class="security-switch">
        <div>
          <strong class="security-label">Ask everybody for one</strong>
          <p class="security-note">
            Whoever has none can do nothing but set one up, from their next click on. API keys go on working.
          </p>
          {ownOff && !now.requireTotp ? (
            <p class="security-note">
              First set up your own, on{" "}
              <a class="link" href="/app/settings/account">
                your account
              </a>
              .
            </p>
          ) : null}
        </div>
        <Switch
          label="Ask everybody for a second factor"
          on={now.requireTotp}
          busy={busy}
          reason={ownOff && !now.requireTotp ? "Set up your own second factor first" : undefined}
          onChange={(on) => void ask(on)}
        />
      </div>
    </Section>
  );
}
