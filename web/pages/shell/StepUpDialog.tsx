import { useState } from "preact/hooks";
import { stepUp } from "../../api.ts";
import { me } from "../../state/session.ts";
import { waitingForProof } from "../../state/step-up.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { CodeField } from "../sign-in/CodeField.tsx";
import { PasswordField } from "../sign-in/PasswordField.tsx";

/** Asked over whatever page needs it: a browser left open is not enough for what comes next. */
export function StepUp() {
  const done = waitingForProof.value;
  return done ? <StepUpDialog onDone={done} /> : null;
}

function StepUpDialog({ onDone }: { onDone: (proven: boolean) => void }) {
  const [byCode, setByCode] = useState(me.value?.security.totp ?? false);
  const form = useForm({
    initial: { password: "", totp: "" },
    validate: ({ password, totp }) => {
      if (byCode) return totp.trim() ? {} : { totp: "Write the code" };
      return password ? {} : { password: "Write your password" };
    },
    async submit({ password, totp }) {
      await stepUp(byCode ? { totp } : { password });
      onDone(true);
    },
  });
  return (
    <Dialog
      title="Show that it is still you"
      lead="A browser left open must not be enough for what comes next. The proof counts for ten minutes."
      onClose={() => onDone(false)}
    >
      <form class="step-up" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="That did not show it" error={form.refusal} /> : null}
        {byCode ? (
          <CodeField {...form.bind("totp")} />
        ) : (
          <PasswordField autocomplete="current-password" {...form.bind("password")} />
        )}
        {me.value?.security.totp ? (
          <button type="button" class="link door-aside" onClick={() => setByCode(!byCode)}>
            {byCode ? "Use the password" : "Use a code"}
          </button>
        ) : null}
        <footer class="dialog-actions">
          <Button look="ghost" onClick={() => onDone(false)}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Go on
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
