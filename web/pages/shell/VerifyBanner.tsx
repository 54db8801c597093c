import { Mail } from "lucide";
import { useState } from "preact/hooks";
import { mailVerification } from "../../api.ts";
import { asApiError } from "../../http.ts";
import { me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Icon } from "../../ui/Icon.tsx";

/** Stands over every page until the person showed that the address of their account is theirs. */
export function VerifyBanner() {
  const [busy, setBusy] = useState(false);
  const signed = me.value;
  if (!signed || signed.security.emailVerified) return null;
  const again = async () => {
    setBusy(true);
    try {
      await mailVerification();
      toast("done", "The link is on its way");
    } catch (thrown) {
      toast("error", asApiError(thrown).detail);
    }
    setBusy(false);
  };
  return (
    <section class="verify" aria-label="Your e-mail address">
      <Icon icon={Mail} size={14} />
      <p>
        Confirm <bdi dir="ltr">{signed.user.email}</bdi> by the link that we mailed you.{" "}
        <button type="button" class="link" aria-disabled={busy} onClick={() => (busy ? undefined : void again())}>
          Send it again
        </button>
      </p>
    </section>
  );
}
