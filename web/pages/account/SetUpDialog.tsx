import { useState } from "preact/hooks";
import type { TotpBegun } from "../../../domain/records/second-factor.ts";
import { confirmTotp } from "../../api.ts";
import { reloadMe } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { QrPicture } from "./QrPicture.tsx";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog.tsx";

interface SetUpDialogProps {
  begun: TotpBegun;
  onClose: () => void;
}

/** The secret, as a picture and as letters; a first code of it; then the recovery codes, this once. */
export function SetUpDialog({ begun, onClose }: SetUpDialogProps) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const form = useForm({
    initial: { code: "" },
    validate: ({ code }) => (code.trim() ? {} : { code: "Write the code that the app shows now" }),
    async submit({ code }) {
      setCodes((await confirmTotp(code)).recoveryCodes);
    },
  });
  // The page behind learns of it last: it may show the rest of itself only now.
  const finish = () => {
    void reloadMe();
    onClose();
  };
  if (codes) return <RecoveryCodesDialog codes={codes} onClose={finish} />;
  return (
    <Dialog
      title="Set up your second factor"
      lead="Scan this with an authenticator app, then write the code that it shows."
      onClose={onClose}
    >
      <div class="set-up">
        <QrPicture qr={begun.qr} />
        <p class="account-note">
          No camera at hand? Type this key into the app:
          <bdi class="set-up-secret" dir="ltr">
            {begun.secret.replace(/(.{4})(?=.)/g, "$1 ")}
          </bdi>
        </p>
      </div>
      <form class="account-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="It is not on yet" error={form.refusal} /> : null}
        <Field
          label="Code"
          hint="Six digits; a new one comes every half minute"
          autocomplete="one-time-code"
          inputMode="numeric"
          spellcheck={false}
          dir="ltr"
          {...form.bind("code")}
        />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Switch on
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
