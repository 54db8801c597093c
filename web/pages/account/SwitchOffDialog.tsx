import { removeTotp } from "../../api.ts";
import { reloadMe } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { CodeField } from "../sign-in/CodeField.tsx";

export function SwitchOffDialog({ onClose }: { onClose: () => void }) {
  const form = useForm({
    initial: { code: "" },
    validate: ({ code }) => (code.trim() ? {} : { code: "Write a code" }),
    async submit({ code }) {
      await removeTotp(code);
      await reloadMe();
      onClose();
      toast("done", "Your second factor is off");
    },
  });
  return (
    <Dialog
      title="Switch your second factor off"
      lead="The password alone opens your account then, and the recovery codes are void."
      onClose={onClose}
    >
      <form class="account-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="It is still on" error={form.refusal} /> : null}
        <CodeField {...form.bind("code")} />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Keep it
          </Button>
          <Button look="danger" type="submit" busy={form.busy}>
            Switch off
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
