import { RotateCcw } from "lucide";
import type { WebhookDelivery } from "../../../../domain/records/webhook.ts";
import { moment } from "../../../format.ts";
import { everyHalfMinute } from "../../../state/clock.ts";
import { Button } from "../../../ui/Button.tsx";
import { isPhone } from "../../../ui/media.ts";
import { Num } from "../../../ui/Num.tsx";
import { RelativeTime } from "../../../ui/RelativeTime.tsx";
import { DeliveryState } from "./WebhookMarks.tsx";
import { answerOf } from "./webhook-words.ts";
import "../../../ui/list/list.css";

interface DeliveryListProps {
  deliveries: readonly WebhookDelivery[];
  /** Why nothing can be replayed; undefined: it can. */
  blocked: string | undefined;
  onReplay: (delivery: WebhookDelivery) => void;
}

/** What was sent, and what became of it. */
export const DeliveryList = (props: DeliveryListProps) =>
  isPhone.value ? <DeliveryLines {...props} /> : <DeliveryTable {...props} />;

const DeliveryTable = ({ deliveries, ...rest }: DeliveryListProps) => (
  <table class="list-table deliveries" aria-label="Deliveries">
    <thead>
      <tr>
        <th scope="col">Event</th>
        <th scope="col" class="deliveries-state">
          State
        </th>
        <th scope="col" class="deliveries-answer">
          Answer
        </th>
        <th scope="col" class="deliveries-attempts">
          Attempts
        </th>
        <th scope="col" class="deliveries-time">
          Happened
        </th>
        <th scope="col" class="deliveries-time list-from-1024">
          Next attempt
        </th>
        <th scope="col" class="deliveries-end">
          <span class="hidden-text">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {deliveries.map((delivery) => (
        <tr key={delivery.id}>
          <td title={delivery.id}>
            <bdi dir="ltr">{delivery.type}</bdi>
          </td>
          <td>
            <DeliveryState delivery={delivery} />
          </td>
          <td title={answerOf(delivery)}>{answerOf(delivery)}</td>
          <td>
            <Num>{delivery.attempts}</Num>
          </td>
          <td>
            <RelativeTime at={delivery.createdAt} />
          </td>
          <td class="list-from-1024">{nextOf(delivery)}</td>
          <td class="list-end">
            <Replay delivery={delivery} {...rest} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const DeliveryLines = ({ deliveries, ...rest }: DeliveryListProps) => (
  <ul class="list-rows keys-lines" aria-label="Deliveries">
    {deliveries.map((delivery) => (
      <li key={delivery.id} class="keys-line">
        <div class="keys-words">
          <bdi dir="ltr" class="keys-name">
            {delivery.type}
          </bdi>
          <span class="keys-about">
            <DeliveryState delivery={delivery} /> · {answerOf(delivery)}
          </span>
          <span class="keys-about">
            <RelativeTime at={delivery.createdAt} /> ·{" "}
            {delivery.attempts === 1 ? "1 attempt" : `${delivery.attempts} attempts`}
          </span>
        </div>
        <Replay delivery={delivery} {...rest} />
      </li>
    ))}
  </ul>
);

const nextOf = ({ state, nextAttemptAt }: WebhookDelivery): string =>
  state === "pending" && nextAttemptAt ? moment(nextAttemptAt, everyHalfMinute.value) : "—";

const Replay = ({
  delivery,
  blocked,
  onReplay,
}: Omit<DeliveryListProps, "deliveries"> & { delivery: WebhookDelivery }) => (
  <Button
    look="ghost"
    icon={RotateCcw}
    reason={blocked}
    aria-label={`Replay ${delivery.type} ${delivery.id}`}
    onClick={() => onReplay(delivery)}
  >
    Replay
  </Button>
);
