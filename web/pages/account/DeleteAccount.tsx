import { Trash2 } from "lucide";
import { useLocation } from "preact-iso";
import type { Me } from "../../../domain/records/account.ts";
import { deleteAccount } from "../../api.ts";
import { members } from "../../state/session.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { useForm } from "../../ui/form/use-form.ts";
import { HeirField } from "../settings/HeirField.tsx";
import { forgetEverything } from "../shell/forget.ts";
import "./account.css";

/** Typed, because there is no undo; and asked who takes over what the person owns. */
export function DeleteAccount({ me, onClose }: { me: Me; onClose: () => void }) {
  const { route } = useLocation();
  const { email } = me.user;
  const form = useForm({
    initial: { reassignTo: "", typed: "" },
    validate: ({ typed }) =>
      typed.trim().toLowerCase() === email ? {} : { typed: "Write your address as it is above" },
    async submit({ reassignTo }) {
      await deleteAccount(reassignTo === "" ? undefined : reassignTo);
      onClose();
      forgetEverything();
      route("/app/sign-in");
    },
  });
  return (
    <Dialog
      title="Delete your account?"
      lead={`You leave ${me.tenant.name}. Your sessions, API keys and second factor are gone at once, and what you own goes to somebody else in one step. There is no undo; your name stays in what you did.`}
      onClose={onClose}
    >
      <form class="account-form" noValidate onSubmit={form.onSubmit}>
        {form.refusal ? <FormRefusal title="Your account is still there" error={form.refusal} /> : null}
        <HeirField
          leaver={me.user}
          members={members.value}
          none="Nobody: you own nothing"
          hint="Every creator of yours, those in the trash too"
          {...form.bind("reassignTo")}
        />
        <Field
          label={`Write “${email}” to confirm`}
          autocomplete="off"
          spellcheck={false}
          dir="ltr"
          {...form.bind("typed")}
        />
        <footer class="dialog-actions">
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="danger" icon={Trash2} type="submit" busy={form.busy}>
            Delete account
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
