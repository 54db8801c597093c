import { emailChangeSchema } from "../../../domain/records/account.ts";
import { changeEmail } from "../../api.ts";
import { reloadMe } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";
import { PasswordField } from "../sign-in/PasswordField.tsx";

export function EmailDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const form = useForm({
    initial: { email: "", password: "" },
    validate: (values) => errorsOf(emailChangeSchema, values),
    async submit(values) {
      await changeEmail(values);
      await reloadMe();
      onClose();
    },
  });
  return (
    <Dialog
      title="Move to another address"
      lead={
        <>
          We mail a link to the new address and to <bdi dir="ltr">{email}</bdi>. Your account moves once both were
          opened.
        </>
      }
      onClose={onClose}
    >
      <form class="account-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="No mail was sent" error={form.refusal} /> : null}
        <Field label="New e-mail" type="email" autocomplete="email" dir="ltr" {...form.bind("email")} />
        <PasswordField autocomplete="current-password" {...form.bind("password")} />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Send both links
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
