import { Ellipsis, KeyRound, Pencil, Power, Trash2 } from "lucide";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Webhook, WebhookMade } from "../../../../domain/records/webhook.ts";
import { deleteWebhook, patchWebhook, rotateWebhook } from "../../../api.ts";
import { asApiError } from "../../../http.ts";
import { toast } from "../../../state/toasts.ts";
import { Button, IconButton } from "../../../ui/Button.tsx";
import { Menu, type MenuEntry } from "../../../ui/Menu.tsx";
import { QuestionDialog } from "../QuestionDialog.tsx";
import { EditWebhook } from "./EditWebhook.tsx";
import { WebhookSecret } from "./NewWebhook.tsx";
import { hostOf } from "./webhook-words.ts";

interface WebhookActionsProps {
  webhook: Webhook;
  onChanged: (webhook: Webhook) => void;
  onReload: () => void;
}

type Open = "edit" | "rotate" | "delete" | null;

/** What can be done with a webhook as a whole. */
export function WebhookActions({ webhook, onChanged, onReload }: WebhookActionsProps) {
  const { route } = useLocation();
  const [open, setOpen] = useState<Open>(null);
  const [rotated, setRotated] = useState<WebhookMade | null>(null);
  const close = () => setOpen(null);

  const switchOff = async () => {
    try {
      onChanged(await patchWebhook(webhook.id, { state: "off" }, webhook.version));
      toast("done", "The webhook is switched off");
    } catch (thrown) {
      onReload();
      toast("error", `The webhook is as it was. ${asApiError(thrown).detail}`);
    }
  };
  const entries: MenuEntry[] = [
    { kind: "action", label: "New secret…", icon: KeyRound, onSelect: () => setOpen("rotate") },
    ...(webhook.state === "on"
      ? [{ kind: "action" as const, label: "Switch off", icon: Power, onSelect: () => void switchOff() }]
      : []),
    { kind: "action", label: "Delete…", icon: Trash2, danger: true, onSelect: () => setOpen("delete") },
  ];
  return (
    <div class="webhook-actions">
      <Button icon={Pencil} onClick={() => setOpen("edit")}>
        Change
      </Button>
      <Menu
        label="More about this webhook"
        align="end"
        entries={entries}
        trigger={(trigger) => <IconButton {...trigger} icon={Ellipsis} label="More about this webhook" />}
      />
      {open === "edit" ? <EditWebhook webhook={webhook} onClose={close} onChanged={onChanged} /> : null}
      {open === "rotate" ? (
        <QuestionDialog
          title="Make a new secret?"
          lead="Messages are signed with both secrets for 24 hours, so that your server can change over without missing one. Then the old one is gone."
          refused="The secret is still the old one"
          icon={KeyRound}
          look="ink"
          act="Make new secret"
          onClose={close}
          run={async () => {
            setRotated(await rotateWebhook(webhook.id));
            close();
            onReload();
          }}
        />
      ) : null}
      {rotated ? <WebhookSecret made={rotated} title="The new secret" onClose={() => setRotated(null)} /> : null}
      {open === "delete" ? (
        <QuestionDialog
          title={`Delete the webhook to ${hostOf(webhook.url)}?`}
          lead="Nothing is sent there any more, and what is kept of its deliveries goes with it. There is no undo."
          refused="The webhook is still there"
          icon={Trash2}
          look="danger"
          act="Delete webhook"
          onClose={close}
          run={async () => {
            await deleteWebhook(webhook.id);
            toast("done", "The webhook is deleted");
            route("/app/settings/webhooks");
          }}
        />
      ) : null}
    </div>
  );
}
