import { Ban, CircleCheck, CircleDashed, CircleX, RotateCw, TriangleAlert } from "lucide";
import type { Webhook, WebhookDelivery } from "../../../../domain/records/webhook.ts";
import { ago } from "../../../format.ts";
import { everyHalfMinute } from "../../../state/clock.ts";
import { Mark } from "../../../ui/Badge.tsx";

/** Whether a webhook is sent to, and whether that works. */
export function WebhookState({ webhook: { offReason, failingSince } }: { webhook: Webhook }) {
  if (offReason === "by_hand") return <Mark icon={Ban}>Off</Mark>;
  if (offReason !== null)
    return (
      <Mark icon={CircleX} meaning="danger">
        Switched off
      </Mark>
    );
  if (failingSince !== null)
    return (
      <Mark icon={TriangleAlert} meaning="warning" title={`Since ${ago(failingSince, everyHalfMinute.value)}`}>
        Failing
      </Mark>
    );
  return (
    <Mark icon={CircleCheck} meaning="success">
      On
    </Mark>
  );
}

export function DeliveryState({ delivery: { state, attempts } }: { delivery: WebhookDelivery }) {
  if (state === "delivered")
    return (
      <Mark icon={CircleCheck} meaning="success">
        Delivered
      </Mark>
    );
  if (state === "failed")
    return (
      <Mark icon={CircleX} meaning="danger">
        Failed
      </Mark>
    );
  return attempts === 0 ? (
    <Mark icon={CircleDashed}>Waiting</Mark>
  ) : (
    <Mark icon={RotateCw} meaning="warning">
      Retrying
    </Mark>
  );
}
