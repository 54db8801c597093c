import { RefreshCw, Unlink } from "lucide";
import { useState } from "preact/hooks";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { switchLiveTracking } from "../../api.ts";
import { day } from "../../format.ts";
import { asApiError } from "../../http.ts";
import type { Resource } from "../../state/resource.ts";
import { can } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { adviceFor } from "../../tracking/advice.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorState, Notice } from "../../ui/Notice.tsx";
import { Missing } from "../../ui/Num.tsx";
import { RelativeTime } from "../../ui/RelativeTime.tsx";
import { DetailLine } from "../../ui/record/Details.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { RELAY_WORDS, TRACKING_WORDS } from "../../words.ts";
import { ConnectionMark } from "../creators/ConnectionMark.tsx";
import { DisconnectDialog } from "./DisconnectDialog.tsx";
import { LiveListener } from "./LiveListener.tsx";
import type { SyncNow } from "./use-sync-now.ts";

interface ConnectionSectionProps {
  creator: Creator;
  tiktok: Resource<Tiktok>;
  sync: SyncNow;
}

export function ConnectionSection({ creator, tiktok, sync }: ConnectionSectionProps) {
  const connection = tiktok.value.value;
  const error = tiktok.error.value;
  return (
    <section class="details">
      <h2 class="details-title">TikTok connection</h2>
      {connection ? (
        <Known creator={creator} tiktok={tiktok} sync={sync} connection={connection} />
      ) : error ? (
        <ErrorState title="Could not load the connection" error={error} onRetry={tiktok.reload} />
      ) : (
        <DetailLine label="Status">
          <Skeleton />
        </DetailLine>
      )}
    </section>
  );
}

function Known({ creator, tiktok, sync, connection }: ConnectionSectionProps & { connection: Tiktok }) {
  const [disconnecting, setDisconnecting] = useState(false);
  const { status, live, invite } = connection;
  const stands = status === "active" || status === "expired";
  const figures = {
    ...creator.figures,
    connection: status,
    syncError: connection.sync?.error ?? null,
    // The switch below says it; the status is about the connection alone.
    liveTracking: true,
  };
  return (
    <>
      <DetailLine label="Status">
        <ConnectionMark figures={figures} />
      </DetailLine>
      {invite ? <DetailLine label="Invite">until {day(invite.expiresAt)}</DetailLine> : null}
      {connection.sync ? (
        <DetailLine label="Last sync">
          {connection.sync.lastAt ? <RelativeTime at={connection.sync.lastAt} /> : "Not yet"}
        </DetailLine>
      ) : null}
      {stands ? (
        <DetailLine label="Renews by">
          {connection.renewBy ? day(connection.renewBy) : <Missing why="TikTok did not say" />}
        </DetailLine>
      ) : null}
      {connection.disconnectedAt && !stands ? (
        <DetailLine label="Ended">{day(connection.disconnectedAt)}</DetailLine>
      ) : null}
      {stands ? <LiveLine creator={creator} tiktok={tiktok} connection={connection} /> : null}
      {stands ? (
        <DetailLine label="Consent">
          {live.consent ? (
            <>
              {day(live.consent.grantedAt)} <span class="quiet">wording {live.consent.wording}</span>
            </>
          ) : (
            <span class="quiet">No consent to LIVE</span>
          )}
        </DetailLine>
      ) : null}
      {connection.sync?.error ? (
        <div class="connection-note">
          <Notice meaning="warning" title="The last sync failed">
            {connection.sync.error}
          </Notice>
        </div>
      ) : null}
      {stands ? (
        <div class="connection-actions">
          {status === "active" && can("connect.sync", creator) ? (
            <Button icon={RefreshCw} busy={sync.busy} onClick={sync.start}>
              {sync.busy ? "Syncing…" : "Sync now"}
            </Button>
          ) : null}
          {can("connect.disconnect", creator) ? (
            <Button look="danger" icon={Unlink} onClick={() => setDisconnecting(true)}>
              Disconnect
            </Button>
          ) : null}
        </div>
      ) : null}
      {disconnecting ? (
        <DisconnectDialog creator={creator} onClose={() => setDisconnecting(false)} onDisconnected={tiktok.reload} />
      ) : null}
    </>
  );
}

/** The switch, what the tracking does, and the way to why it does not do more. */
function LiveLine({ creator, tiktok, connection }: Omit<ConnectionSectionProps, "sync"> & { connection: Tiktok }) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const { live } = connection;
  const flip = async (enabled: boolean) => {
    setWanted(enabled);
    try {
      const { enabled: on, state } = await switchLiveTracking(creator.id, enabled);
      tiktok.set({ ...connection, live: { ...live, enabled: on, state } });
      tiktok.reload();
    } catch (thrown) {
      toast("error", `LIVE tracking was not switched. ${asApiError(thrown).detail}`);
    }
    setWanted(null);
  };
  const words = live.source === "relay" ? RELAY_WORDS : TRACKING_WORDS;
  return (
    <>
      <DetailLine label="LIVE">
        <Switch
          label="LIVE tracking"
          on={wanted ?? live.enabled}
          busy={wanted !== null}
          reason={can("connect.live", creator) ? undefined : "Your role may not switch LIVE tracking"}
          onChange={(on) => void flip(on)}
        />
        {adviceFor(live) ? (
          <a class="link" href={`/app/creators/${creator.id}?tab=live`}>
            {words[live.state]}: what to do
          </a>
        ) : (
          <span>{words[live.state]}</span>
        )}
      </DetailLine>
      <LiveListener
        creatorId={creator.id}
        live={live}
        onSwitched={(now) => {
          tiktok.set({ ...connection, live: now });
          tiktok.reload();
        }}
      />
    </>
  );
}
