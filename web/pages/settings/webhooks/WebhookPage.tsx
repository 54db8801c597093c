import { useRoute } from "preact-iso";
import { readWebhook } from "../../../api.ts";
import { useResource } from "../../../state/resource.ts";
import { can } from "../../../state/session.ts";
import { ErrorState } from "../../../ui/Notice.tsx";
import { Breadcrumb } from "../../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../../ui/Skeleton.tsx";
import { NotFound } from "../../not-found/NotFound.tsx";
import { Closed } from "./Closed.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { WebhookAbout } from "./WebhookAbout.tsx";
import { WebhookActions } from "./WebhookActions.tsx";
import { hostOf } from "./webhook-words.ts";
import "../settings.css";
import "./webhooks.css";

const TRAIL = [{ label: "Webhooks", href: "/app/settings/webhooks" }];

/** One webhook: what it hears, how it fares, and everything that was sent to it. */
export default function WebhookPage() {
  const { params } = useRoute();
  const id = params.id ?? "";
  const allowed = can("webhooks.manage");
  const resource = useResource(allowed ? id : null, (signal) => readWebhook(id, signal));
  const webhook = resource.value.value;
  const error = resource.error.value;
  if (error?.status === 404) return <NotFound what="webhook" />;
  if (!webhook || !allowed)
    return (
      <>
        <Breadcrumb trail={TRAIL} here="Webhook" />
        <div class="settings">
          {!allowed ? (
            <Closed />
          ) : error ? (
            <ErrorState title="Could not load this webhook" error={error} onRetry={resource.reload} />
          ) : (
            <SkeletonBlock height="rows" />
          )}
        </div>
      </>
    );
  return (
    <>
      <Breadcrumb trail={TRAIL} here={hostOf(webhook.url)} />
      <div class="settings">
        <header class="webhook-head">
          <h1 class="webhook-title">
            <bdi dir="ltr">{hostOf(webhook.url)}</bdi>
          </h1>
          <WebhookActions webhook={webhook} onChanged={resource.set} onReload={resource.reload} />
        </header>
        <WebhookAbout webhook={webhook} onChanged={resource.set} />
        <Deliveries webhook={webhook} onMoved={resource.reload} />
      </div>
    </>
  );
}
