import { CircleCheck, ShieldOff } from "lucide";
import { useState } from "preact/hooks";
import type { Me } from "../../../domain/records/account.ts";
import type { TotpBegun } from "../../../domain/records/second-factor.ts";
import { beginTotp } from "../../api.ts";
import { plural } from "../../format.ts";
import { asApiError } from "../../http.ts";
import { toast } from "../../state/toasts.ts";
import { Mark } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { AccountRow } from "./AccountRow.tsx";
import { SetUpDialog } from "./SetUpDialog.tsx";
import { SwitchOffDialog } from "./SwitchOffDialog.tsx";

/** So few recovery codes left are worth a word. */
const FEW = 3;

export function SecondFactorRow({ me }: { me: Me }) {
  const [begun, setBegun] = useState<TotpBegun | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [busy, setBusy] = useState(false);
  const { totp, recoveryCodesLeft } = me.security;
  const begin = async () => {
    setBusy(true);
    try {
      setBegun(await beginTotp());
    } catch (thrown) {
      const { code, detail } = asApiError(thrown);
      // Whoever closed the question for a proof knows why nothing happens.
      if (code !== "step_up_required") toast("error", detail);
    }
    setBusy(false);
  };
  return (
    <>
      {totp ? (
        <AccountRow
          label="Second factor"
          note={
            recoveryCodesLeft > FEW
              ? `${plural(recoveryCodesLeft, "recovery code")} left`
              : `${plural(recoveryCodesLeft, "recovery code")} left: switch it off and on again for ten new ones`
          }
          action={
            <Button look="danger" aria-label="Switch off your second factor" onClick={() => setLeaving(true)}>
              Switch off
            </Button>
          }
        >
          <Mark icon={CircleCheck} meaning="success">
            On: signing in asks for a code
          </Mark>
        </AccountRow>
      ) : (
        <AccountRow
          label="Second factor"
          note="With it, whoever learns your password still cannot sign in: they would need your phone as well."
          action={
            <Button aria-label="Set up a second factor" busy={busy} onClick={() => void begin()}>
              Set up
            </Button>
          }
        >
          <Mark icon={ShieldOff}>Off: the password alone is enough</Mark>
        </AccountRow>
      )}
      {begun ? <SetUpDialog begun={begun} onClose={() => setBegun(null)} /> : null}
      {leaving ? <SwitchOffDialog onClose={() => setLeaving(false)} /> : null}
    </>
  );
}
