import { Webhook as WebhookIcon } from "lucide";
import { me } from "../../../state/session.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { SkeletonBlock } from "../../../ui/Skeleton.tsx";

/** Also while it is not known who is signed in: then nothing is said yet. */
export const Closed = () =>
  me.value ? (
    <EmptyState icon={WebhookIcon} title="Webhooks are not open to your role">
      An owner or admin of your agency sets them up.
    </EmptyState>
  ) : (
    <SkeletonBlock height="rows" />
  );
