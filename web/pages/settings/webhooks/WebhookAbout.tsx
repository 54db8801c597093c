import { Power } from "lucide";
import { useState } from "preact/hooks";
import type { Webhook } from "../../../../domain/records/webhook.ts";
import { patchWebhook } from "../../../api.ts";
import { day, moment } from "../../../format.ts";
import { asApiError } from "../../../http.ts";
import { everyHalfMinute } from "../../../state/clock.ts";
import { memberName, shortName } from "../../../state/session.ts";
import { toast } from "../../../state/toasts.ts";
import { Button } from "../../../ui/Button.tsx";
import { CopyLine } from "../../../ui/CopyLine.tsx";
import { Notice } from "../../../ui/Notice.tsx";
import { WebhookState } from "./WebhookMarks.tsx";
import { OFF_WORDS } from "./webhook-words.ts";

interface WebhookAboutProps {
  webhook: Webhook;
  onChanged: (webhook: Webhook) => void;
}

/** Where it goes, what it hears, and what stands in its way. */
export const WebhookAbout = ({ webhook, onChanged }: WebhookAboutProps) => (
  <>
    {webhook.offReason ? <Off webhook={webhook} onChanged={onChanged} /> : null}
    <dl class="webhook-facts">
      <dt>Address</dt>
      <dd>
        <CopyLine what="the address" text={webhook.url} />
      </dd>
      <dt>State</dt>
      <dd>
        <WebhookState webhook={webhook} />
        {webhook.state === "on" && webhook.failingSince
          ? ` since ${moment(webhook.failingSince, everyHalfMinute.value)}; switched off after five days of it`
          : null}
      </dd>
      <dt>Events</dt>
      <dd>
        <bdi dir="ltr">{webhook.events.join(", ")}</bdi>
      </dd>
      {webhook.oldSecretUntil ? (
        <>
          <dt>Secret</dt>
          <dd>The one before signs beside the new one until {moment(webhook.oldSecretUntil, everyHalfMinute.value)}</dd>
        </>
      ) : null}
      <dt>Made</dt>
      <dd>{madeBy(webhook)}</dd>
    </dl>
  </>
);

function madeBy({ createdAt, createdBy }: Webhook): string {
  const name = memberName(createdBy);
  return name ? `${day(createdAt)} by ${shortName(name)}` : day(createdAt);
}

function Off({ webhook, onChanged }: WebhookAboutProps) {
  const [busy, setBusy] = useState(false);
  const switchOn = async () => {
    setBusy(true);
    try {
      onChanged(await patchWebhook(webhook.id, { state: "on" }, webhook.version));
      toast("done", "The webhook is switched on");
    } catch (thrown) {
      toast("error", `The webhook is still off. ${asApiError(thrown).detail}`);
    }
    setBusy(false);
  };
  const { title, text } = OFF_WORDS[webhook.offReason ?? "by_hand"];
  return (
    <Notice meaning="warning" title={title}>
      {text}
      <div class="webhook-on">
        <Button icon={Power} busy={busy} onClick={() => void switchOn()}>
          Switch on
        </Button>
      </div>
    </Notice>
  );
}
