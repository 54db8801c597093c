import { KeyRound, Plus } from "lucide";
import { useState } from "preact/hooks";
import type { ApiKey } from "../../../domain/records/api-key.ts";
import type { Page } from "../../api.ts";
import { listKeys } from "../../api.ts";
import { type Resource, useResource } from "../../state/resource.ts";
import { can, me } from "../../state/session.ts";
import { useMore } from "../../state/use-more.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorState } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { SkeletonBlock } from "../../ui/Skeleton.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { KeyList } from "./KeyList.tsx";
import { NewKey } from "./NewKey.tsx";
import { RevokeDialog } from "./RevokeDialog.tsx";
import "./settings.css";

/** Programs' way in: who made which key, for what, and whether it is still used. */
export default function ApiKeys() {
  const allowed = can("keys.manage");
  const keys = useResource(allowed ? "keys" : null, (signal) => listKeys({}, signal));
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  const open = allowed ? () => setMaking(true) : undefined;
  useKeys({ c: open });
  // The empty page has the button in its middle; one primary button a screen.
  const some = (keys.value.value?.items.length ?? 0) > 0;
  return (
    <>
      <PageHeader
        title="API keys"
        actions={
          open && some ? (
            <Button look="ink" icon={Plus} kbd="C" onClick={open}>
              New key
            </Button>
          ) : null
        }
      />
      <div class="settings">
        {allowed ? <Keys keys={keys} onNew={() => setMaking(true)} onRevoke={setLeaving} /> : <Closed />}
      </div>
      {making ? <NewKey onClose={() => setMaking(false)} onMade={keys.reload} /> : null}
      {leaving ? <RevokeDialog apiKey={leaving} onClose={() => setLeaving(null)} onRevoked={keys.reload} /> : null}
    </>
  );
}

interface KeysProps {
  keys: Resource<Page<ApiKey>>;
  onNew: () => void;
  onRevoke: (key: ApiKey) => void;
}

function Keys({ keys, onNew, onRevoke }: KeysProps) {
  const first = keys.value.value;
  const error = keys.error.value;
  const more = useMore(first, (cursor) => listKeys({ cursor }));
  if (!first) {
    return error ? (
      <ErrorState title="Could not load the API keys" error={error} onRetry={keys.reload} />
    ) : (
      <SkeletonBlock height="rows" />
    );
  }
  if (first.items.length === 0) {
    return (
      <EmptyState
        icon={KeyRound}
        title="No program has a key yet"
        actions={
          <Button look="ink" icon={Plus} kbd="C" onClick={onNew}>
            New key
          </Button>
        }
      >
        With a key a program of yours uses the <ApiLink />: a report that runs at night, or your own reader of a LIVE
        room. It may do what its role allows, never more than you, and can be revoked at any time.
      </EmptyState>
    );
  }
  return (
    <>
      <p class="settings-lead">
        With a key a program uses the <ApiLink /> in your agency's name. It may do what its role allows, never more than
        its maker may at the moment.
      </p>
      {error ? <ErrorState title="Could not load the API keys anew" error={error} onRetry={keys.reload} /> : null}
      <KeyList keys={[...first.items, ...more.items]} onRevoke={onRevoke} />
      {more.nextCursor ? (
        <Button look="ghost" busy={more.busy} onClick={more.load}>
          Show older
        </Button>
      ) : null}
      {more.error ? <ErrorState title="Could not load older keys" error={more.error} onRetry={more.load} /> : null}
    </>
  );
}

const ApiLink = () => (
  <a class="link" href="/api/docs">
    API
  </a>
);

/** Also while it is not known who is signed in: then nothing is said yet. */
const Closed = () =>
  me.value ? (
    <EmptyState icon={KeyRound} title="API keys are not open to your role">
      An owner or admin of your agency makes and revokes them.
    </EmptyState>
  ) : (
    <SkeletonBlock height="rows" />
  );
