import { passwordChangeSchema } from "../../../domain/records/account.ts";
import { changePassword } from "../../api.ts";
import { me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { NewPasswordField } from "../sign-in/NewPasswordField.tsx";
import { PasswordField } from "../sign-in/PasswordField.tsx";

interface PasswordDialogProps {
  onClose: () => void;
  onChanged: () => void;
}

export function PasswordDialog({ onClose, onChanged }: PasswordDialogProps) {
  const form = useForm({
    initial: { current: "", password: "" },
    validate: (values) => ({
      ...errorsOf(passwordChangeSchema, values),
      ...(values.current ? {} : { current: "Write the password that you have now" }),
    }),
    async submit(values) {
      await changePassword(values);
      onChanged();
      onClose();
      toast("done", "Your password is changed; every other browser is signed out");
    },
  });
  const about = me.value ? [me.value.user.name, me.value.user.email, me.value.tenant.name] : [];
  return (
    <Dialog
      title="Change your password"
      lead="Every other browser is signed out. API keys that you made still work."
      onClose={onClose}
    >
      <form class="account-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="Your password was not changed" error={form.refusal} /> : null}
        <PasswordField label="Password now" autocomplete="current-password" {...form.bind("current")} />
        <NewPasswordField label="New password" about={about} {...form.bind("password")} />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Change password
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
