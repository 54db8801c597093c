import { Ellipsis, Link, RadioTower, RefreshCw, Trash2 } from "lucide";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { restoreCreator, trashCreator } from "../../api.ts";
import { duration } from "../../format.ts";
import { asApiError } from "../../http.ts";
import { everyHalfMinute } from "../../state/clock.ts";
import { liveOf } from "../../state/live.ts";
import type { Resource } from "../../state/resource.ts";
import { can, memberName } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Badge, LiveDot } from "../../ui/Badge.tsx";
import { Button, IconButton, LinkButton } from "../../ui/Button.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { Handle } from "../../ui/Num.tsx";
import { StageMark } from "../../ui/StageMark.tsx";
import { creatorList } from "../creators/creator-list.ts";
import { InviteDialog } from "./InviteDialog.tsx";
import type { SyncNow } from "./use-sync-now.ts";
import "../../ui/Identity.css";

interface RecordHeaderProps {
  creator: Creator;
  tiktok: Resource<Tiktok>;
  sync: SyncNow;
}

/** Who this is, whether LIVE now, and what can be done. */
export function RecordHeader({ creator, tiktok, sync }: RecordHeaderProps) {
  const [inviting, setInviting] = useState(false);
  const trash = useTrash(creator);
  const live = liveOf(creator.id);
  const owner = memberName(creator.ownerId);
  const status = tiktok.value.value?.status;
  const connected = status === "active";
  const avatar = tiktok.value.value?.profile?.avatarUrl ?? creator.figures.avatarUrl;
  return (
    <header class="identity">
      <Avatar name={creator.displayName} src={avatar} size={56} live={live !== undefined} />
      <div class="identity-words">
        <h1 class="identity-name">
          {creator.displayName}
          {live ? (
            <Badge meaning="live">
              <LiveDot />
              {live.state === "paused" ? "Paused" : "LIVE"}{" "}
              <bdi dir="ltr">{duration((everyHalfMinute.value - Date.parse(live.startedAt)) / 1000)}</bdi>
            </Badge>
          ) : null}
        </h1>
        <p class="identity-facts">
          {creator.handle ? <Handle handle={creator.handle} /> : null}
          <StageMark stage={creator.stage} />
          {creator.tier ? <span>Tier {creator.tier}</span> : null}
          {owner ? <span>Owner {owner}</span> : null}
        </p>
      </div>
      <div class="identity-actions">
        {live ? (
          <LinkButton href={`/app/live/sessions/${live.sessionId}`} icon={RadioTower}>
            Watch LIVE
          </LinkButton>
        ) : null}
        {connected && can("connect.sync", creator) ? (
          <Button icon={RefreshCw} busy={sync.busy} onClick={sync.start}>
            {sync.busy ? "Syncing…" : "Sync now"}
          </Button>
        ) : null}
        {status !== undefined && !connected && can("connect.invite", creator) ? (
          <Button look="ink" icon={Link} onClick={() => setInviting(true)}>
            Invite to connect
          </Button>
        ) : null}
        {can("creators.trash", creator) ? (
          <Menu
            label="More"
            align="end"
            entries={[{ kind: "action", label: "Move to trash", icon: Trash2, danger: true, onSelect: trash }]}
            trigger={(trigger) => <IconButton {...trigger} icon={Ellipsis} label="More actions" />}
          />
        ) : null}
      </div>
      {inviting ? (
        <InviteDialog
          creator={creator}
          open={tiktok.value.value?.invite ?? null}
          onClose={() => setInviting(false)}
          onCreated={tiktok.reload}
        />
      ) : null}
    </header>
  );
}

/** Moves to the trash at once and offers the way back. */
function useTrash(creator: Creator): () => void {
  const { route } = useLocation();
  const restore = async () => {
    try {
      const restored = await restoreCreator(creator.id);
      creatorList.expire();
      toast("done", `${restored.displayName} is back`);
      route(`/app/creators/${creator.id}`);
    } catch (thrown) {
      toast("error", `${creator.displayName} could not be restored. ${asApiError(thrown).detail}`);
    }
  };
  const run = async () => {
    try {
      await trashCreator(creator.id);
    } catch (thrown) {
      toast("error", `${creator.displayName} was not moved to the trash. ${asApiError(thrown).detail}`);
      return;
    }
    creatorList.remove(creator.id);
    route("/app/creators");
    toast("trash", `${creator.displayName} moved to trash`, () => void restore());
  };
  return () => void run();
}
