import { type Webhook, webhookPatchSchema } from "../../../../domain/records/webhook.ts";
import { patchWebhook } from "../../../api.ts";
import { toast } from "../../../state/toasts.ts";
import { errorsOf } from "../../../ui/form/schema-errors.ts";
import { useForm } from "../../../ui/form/use-form.ts";
import { DialogForm } from "../DialogForm.tsx";
import { toWrite, type WebhookField, WebhookFields } from "./WebhookFields.tsx";

interface EditWebhookProps {
  webhook: Webhook;
  onClose: () => void;
  onChanged: (webhook: Webhook) => void;
}

export function EditWebhook({ webhook, onClose, onChanged }: EditWebhookProps) {
  const form = useForm<WebhookField>({
    initial: { url: webhook.url, events: webhook.events.join(",") },
    validate: (values) => errorsOf(webhookPatchSchema, toWrite(values)),
    async submit(values) {
      onChanged(await patchWebhook(webhook.id, webhookPatchSchema.parse(toWrite(values)), webhook.version));
      onClose();
      toast("done", "The webhook is changed");
    },
  });
  return (
    <DialogForm
      title="Change this webhook"
      lead="What waits to be sent goes to the new address. The secret stays."
      form={form}
      refused="Nothing was changed"
      submit="Save"
      onClose={onClose}
    >
      <WebhookFields form={form} />
    </DialogForm>
  );
}
