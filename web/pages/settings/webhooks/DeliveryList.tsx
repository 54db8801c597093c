import { RotateCcw } from "lucide";
import type { WebhookDelivery } from "../../../../domain/records/webhook.ts";
import { moment } from "../../../format.ts";
import { everyHalfMinute } from "../../../state/clock.ts";
import { Button } from "../../../ui/Button.tsx";
import { isPhone } from "../../../ui/media.ts";
import { Num } from "../../../ui/Num.tsx";
import { RelativeTime } from "../../../ui/RelativeTime.tsx";
import { actionsHead, Table } from "../../../ui/Table.tsx";
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
  <Table
    class="list-table deliveries"
    label="Deliveries"
    rows={deliveries}
    keyOf={({ id }) => id}
    columns={[
      { head: "Event", title: ({ id }) => id, cell: ({ type }) => <bdi dir="ltr">{type}</bdi> },
      { head: "State", width: "deliveries-state", cell: (delivery) => <DeliveryState delivery={delivery} /> },
      { head: "Answer", width: "deliveries-answer", title: answerOf, cell: answerOf },
      { head: "Attempts", width: "deliveries-attempts", cell: ({ attempts }) => <Num>{attempts}</Num> },
      { head: "Happened", width: "deliveries-time", cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
      { head: "Next attempt", width: "deliveries-time", class: "list-from-1024", cell: nextOf },
      {
        head: actionsHead,
        width: "deliveries-end",
        cellClass: "list-end",
        cell: (delivery) => <Replay delivery={delivery} {...rest} />,
      },
    ]}
  />
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
