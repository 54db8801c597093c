import type { ComponentChildren } from "preact";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import type { Form } from "../../ui/form/use-form.ts";
import "./settings.css";

interface DialogFormProps<Name extends string> {
  title: string;
  lead: string;
  form: Form<Name>;
  /** What did not happen, above the sentence of a refusal. */
  refused: string;
  /** What the button does that sends the form. */
  submit: string;
  onClose: () => void;
  /** The fields. */
  children: ComponentChildren;
}

/** A dialog whose whole body is one form. */
export const DialogForm = <Name extends string>({
  title,
  lead,
  form,
  refused,
  submit,
  onClose,
  children,
}: DialogFormProps<Name>) => (
  <Dialog title={title} lead={lead} onClose={onClose}>
    <form class="settings-form" noValidate onSubmit={form.onSubmit}>
      {form.refusal ? <FormRefusal title={refused} error={form.refusal} /> : null}
      {children}
      <footer class="dialog-actions">
        <Button look="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button look="ink" type="submit" busy={form.busy}>
          {submit}
        </Button>
      </footer>
    </form>
  </Dialog>
);
