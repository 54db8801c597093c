import type { Webhook } from "../../../../domain/records/webhook.ts";
import { SUBSCRIBED_TYPES } from "../../../../domain/webhook-events.ts";
import { classes } from "../../../ui/classes.ts";
import { isPhone } from "../../../ui/media.ts";
import { RelativeTime } from "../../../ui/RelativeTime.tsx";
import { Table } from "../../../ui/Table.tsx";
import { DeliveryState, WebhookState } from "./WebhookMarks.tsx";
import "../../../ui/list/list.css";

interface WebhookListProps {
  webhooks: readonly Webhook[];
}

const href = ({ id }: Webhook): string => `/app/settings/webhooks/${encodeURIComponent(id)}`;

const eventsOf = ({ events }: Webhook): string =>
  events.length === SUBSCRIBED_TYPES.length ? "All events" : events.join(", ");

/** Where each goes, whether it is sent to, and how the last message fared. */
export const WebhookList = ({ webhooks }: WebhookListProps) =>
  isPhone.value ? <WebhookLines webhooks={webhooks} /> : <WebhookTable webhooks={webhooks} />;

const WebhookTable = ({ webhooks }: WebhookListProps) => (
  <Table
    class="list-table webhooks"
    label="Webhooks"
    rows={webhooks}
    keyOf={({ id }) => id}
    rowClass={({ state }) => (state === "off" ? "keys-over" : undefined)}
    columns={[
      { head: "Address", cellClass: "webhooks-address", cell: (webhook) => <Address webhook={webhook} /> },
      { head: "Events", class: "list-from-1024", title: eventsOf, cell: eventsOf },
      { head: "State", width: "webhooks-state", cell: (webhook) => <WebhookState webhook={webhook} /> },
      { head: "Last delivery", width: "webhooks-last", cell: (webhook) => <LastDelivery webhook={webhook} /> },
    ]}
  />
);

const WebhookLines = ({ webhooks }: WebhookListProps) => (
  <ul class="list-rows keys-lines" aria-label="Webhooks">
    {webhooks.map((webhook) => (
      <li key={webhook.id} class={classes("keys-line", webhook.state === "off" && "keys-over")}>
        <div class="keys-words">
          <Address webhook={webhook} />
          <span class="keys-about">{eventsOf(webhook)}</span>
          <span class="keys-about webhooks-pair">
            <WebhookState webhook={webhook} />
            <LastDelivery webhook={webhook} />
          </span>
        </div>
      </li>
    ))}
  </ul>
);

const Address = ({ webhook }: { webhook: Webhook }) => (
  <a class="link webhooks-link" href={href(webhook)} title={webhook.url}>
    <bdi dir="ltr">{webhook.url.replace(/^https:\/\//, "")}</bdi>
  </a>
);

function LastDelivery({ webhook: { lastDelivery } }: { webhook: Webhook }) {
  if (!lastDelivery?.lastAttemptAt) return <>None yet</>;
  return (
    <span class="webhooks-pair">
      <DeliveryState delivery={lastDelivery} />
      <RelativeTime at={lastDelivery.lastAttemptAt} />
    </span>
  );
}
