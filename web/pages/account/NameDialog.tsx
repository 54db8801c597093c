import { profilePatchSchema } from "../../../domain/records/account.ts";
import { rename } from "../../api.ts";
import { loadSession } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { errorsOf } from "../../ui/form/schema-errors.ts";
import { useForm } from "../../ui/form/use-form.ts";

export function NameDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const form = useForm({
    initial: { name },
    validate: (values) => errorsOf(profilePatchSchema, values),
    async submit(values) {
      await rename(values.name);
      // Colleagues are shown by name as well, the own one among them.
      await loadSession();
      onClose();
      toast("done", "Your name is changed");
    },
  });
  return (
    <Dialog title="Change your name" lead="Your colleagues see it beside what you do." onClose={onClose}>
      <form class="account-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="Your name was not changed" error={form.refusal} /> : null}
        <Field label="Name" autocomplete="name" {...form.bind("name")} />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="ink" type="submit" busy={form.busy}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
