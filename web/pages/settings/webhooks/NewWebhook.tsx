import { useState } from "preact/hooks";
import { type WebhookMade, webhookCreateSchema } from "../../../../domain/records/webhook.ts";
import { createWebhook } from "../../../api.ts";
import { errorsOf } from "../../../ui/form/schema-errors.ts";
import { useForm } from "../../../ui/form/use-form.ts";
import { CopyDialog } from "../CopyDialog.tsx";
import { DialogForm } from "../DialogForm.tsx";
import { toWrite, type WebhookField, WebhookFields } from "./WebhookFields.tsx";
import { hostOf } from "./webhook-words.ts";

interface NewWebhookProps {
  onClose: () => void;
  onMade: () => void;
}

/** Where to and what of; then the secret, this once. */
export function NewWebhook({ onClose, onMade }: NewWebhookProps) {
  const [made, setMade] = useState<WebhookMade | null>(null);
  const form = useForm<WebhookField>({
    initial: { url: "", events: "" },
    validate: (values) => errorsOf(webhookCreateSchema, toWrite(values)),
    async submit(values) {
      setMade(await createWebhook(webhookCreateSchema.parse(toWrite(values))));
      onMade();
    },
  });
  if (made) return <WebhookSecret made={made} title={`${hostOf(made.url)} hears from now on`} onClose={onClose} />;
  return (
    <DialogForm
      title="New webhook"
      lead="Each event is posted there as it happens. Answer with a 2xx status within five seconds; anything else is tried again."
      form={form}
      refused="No webhook was made"
      submit="Make webhook"
      onClose={onClose}
    >
      <WebhookFields form={form} />
    </DialogForm>
  );
}

/** Nobody can ask for it again. */
export const WebhookSecret = ({ made, title, onClose }: { made: WebhookMade; title: string; onClose: () => void }) => (
  <CopyDialog
    title={title}
    lead="Copy its secret now: it is shown this once. Your server checks with it that a message is from us."
    what="secret"
    text={made.secret}
    hint="Signed by Standard Webhooks: any of its libraries takes this secret as it stands"
    onClose={onClose}
  />
);
