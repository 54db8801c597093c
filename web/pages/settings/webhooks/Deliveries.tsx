import { Send } from "lucide";
import { useEffect, useState } from "preact/hooks";
import type { Webhook, WebhookDelivery } from "../../../../domain/records/webhook.ts";
import { RETENTION_DAYS } from "../../../../domain/retention.ts";
import { listDeliveries, replayDelivery, testWebhook } from "../../../api.ts";
import { asApiError } from "../../../http.ts";
import { useResource } from "../../../state/resource.ts";
import { toast } from "../../../state/toasts.ts";
import { useMore } from "../../../state/use-more.ts";
import { Button } from "../../../ui/Button.tsx";
import { ErrorState } from "../../../ui/Notice.tsx";
import { SectionHead } from "../../../ui/Section.tsx";
import { SkeletonBlock } from "../../../ui/Skeleton.tsx";
import { DeliveryList } from "./DeliveryList.tsx";

interface DeliveriesProps {
  webhook: Webhook;
  /** The deliveries are newer ones: the webhook may be in another state. */
  onMoved: () => void;
}

/** While a message is on its way the list looks again this often. */
const LOOK_MS = 1_500;
/** What is due later than this is not waited for. An attempt that is being made is due again in half a minute, in case it is cut. */
const SOON_MS = 40_000;

const isUnderWay = ({ state, nextAttemptAt }: WebhookDelivery): boolean =>
  state === "pending" && nextAttemptAt !== null && Date.parse(nextAttemptAt) < Date.now() + SOON_MS;

/** Everything that was sent to a webhook, and a way to send something. */
export function Deliveries({ webhook, onMoved }: DeliveriesProps) {
  const { id } = webhook;
  const deliveries = useResource(id, (signal) => listDeliveries(id, {}, signal));
  const [busy, setBusy] = useState(false);
  const first = deliveries.value.value;
  const error = deliveries.error.value;
  const more = useMore(first, (cursor) => listDeliveries(id, { cursor }));
  const underWay = first?.items.some(isUnderWay) ?? false;
  useEffect(() => {
    if (!underWay) return;
    const timer = setInterval(deliveries.reload, LOOK_MS);
    return () => clearInterval(timer);
  }, [underWay, deliveries]);
  // What was sent may have switched the webhook off, or cleared its name.
  useEffect(() => {
    if (first) onMoved();
  }, [first, onMoved]);

  const send = async (act: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await act();
      toast("done", done);
    } catch (thrown) {
      toast("error", `Nothing was sent. ${asApiError(thrown).detail}`);
    }
    setBusy(false);
    deliveries.reload();
  };
  const blocked = webhook.state === "off" ? "Switch the webhook on first" : undefined;
  return (
    <>
      <SectionHead
        title="Deliveries"
        note={`kept for ${RETENTION_DAYS.webhookDeliveries} days`}
        end={
          <Button
            icon={Send}
            busy={busy}
            reason={blocked}
            onClick={() => void send(() => testWebhook(id), "A test message is on its way")}
          >
            Send a test
          </Button>
        }
      />
      {error ? <ErrorState title="Could not load the deliveries" error={error} onRetry={deliveries.reload} /> : null}
      {first ? null : error ? null : <SkeletonBlock height="rows" />}
      {first?.items.length === 0 ? (
        <p class="quiet">Nothing was sent yet. A test shows whether your server hears.</p>
      ) : null}
      {first && first.items.length > 0 ? (
        <DeliveryList
          deliveries={[...first.items, ...more.items]}
          blocked={blocked}
          onReplay={(delivery) =>
            void send(() => replayDelivery(id, delivery.id), `${delivery.type} is on its way again`)
          }
        />
      ) : null}
      {more.nextCursor ? (
        <Button look="ghost" busy={more.busy} onClick={more.load}>
          Show older
        </Button>
      ) : null}
      {more.error ? (
        <ErrorState title="Could not load older deliveries" error={more.error} onRetry={more.load} />
      ) : null}
    </>
  );
}
