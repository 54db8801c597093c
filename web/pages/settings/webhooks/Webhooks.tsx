import { Plus, Webhook as WebhookIcon } from "lucide";
import { useState } from "preact/hooks";
import { listWebhooks } from "../../../api.ts";
import { useResource } from "../../../state/resource.ts";
import { can } from "../../../state/session.ts";
import { Button } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ErrorState } from "../../../ui/Notice.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../../ui/Skeleton.tsx";
import { useKeys } from "../../../ui/use-keys.ts";
import { Closed } from "./Closed.tsx";
import { NewWebhook } from "./NewWebhook.tsx";
import { WebhookList } from "./WebhookList.tsx";
import "../settings.css";
import "./webhooks.css";

/** Servers of the agency's own that hear what happens. */
export default function Webhooks() {
  const allowed = can("webhooks.manage");
  const webhooks = useResource(allowed ? "webhooks" : null, listWebhooks);
  const [making, setMaking] = useState(false);
  const open = () => setMaking(true);
  useKeys({ c: allowed ? open : undefined });
  const known = webhooks.value.value;
  const error = webhooks.error.value;
  const some = (known?.length ?? 0) > 0;
  const button = (
    <Button look="ink" icon={Plus} kbd="C" onClick={open}>
      New webhook
    </Button>
  );
  return (
    <>
      <PageHeader title="Webhooks" actions={allowed && some ? button : null} />
      <div class="settings">
        {!allowed ? (
          <Closed />
        ) : known === undefined && error ? (
          <ErrorState title="Could not load the webhooks" error={error} onRetry={webhooks.reload} />
        ) : known === undefined ? (
          <SkeletonBlock height="rows" />
        ) : some ? (
          <>
            <p class="settings-lead">
              A server of yours hears what happens here, at once and signed. It gets ids and your own fields, nothing of
              TikTok's.
            </p>
            {error ? (
              <ErrorState title="Could not load the webhooks anew" error={error} onRetry={webhooks.reload} />
            ) : null}
            <WebhookList webhooks={known} />
          </>
        ) : (
          <EmptyState icon={WebhookIcon} title="No webhook yet" actions={button}>
            A server of yours hears at once when a creator is added, a member joins or a LIVE begins. Messages are
            signed, tried again for three days and kept for thirty. They carry ids and your own fields, nothing of
            TikTok's.
          </EmptyState>
        )}
      </div>
      {making ? <NewWebhook onClose={() => setMaking(false)} onMade={webhooks.reload} /> : null}
    </>
  );
}
