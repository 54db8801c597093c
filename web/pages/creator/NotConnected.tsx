import { Link, Unlink } from "lucide";
import { useState } from "preact/hooks";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { createInvite } from "../../api.ts";
import { copyText } from "../../clipboard.ts";
import { day, shortDay } from "../../format.ts";
import { asApiError } from "../../http.ts";
import type { Resource } from "../../state/resource.ts";
import { can } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { InviteDialog } from "./InviteDialog.tsx";

interface NotConnectedProps {
  creator: Creator;
  tiktok: Resource<Tiktok>;
  connection: Tiktok;
}

/** Why there are no numbers, and the one thing that brings them. */
export function NotConnected({ creator, tiktok, connection }: NotConnectedProps) {
  const [showing, setShowing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [first = creator.displayName] = creator.displayName.split(" ");

  const copyInvite = async () => {
    setBusy(true);
    try {
      const { url } = await createInvite(creator.id);
      tiktok.reload();
      if (await copyText(url)) toast("done", "Link copied, valid 7 days");
      else setShowing(true);
    } catch (thrown) {
      toast("error", `No link was made. ${asApiError(thrown).detail}`);
    }
    setBusy(false);
  };

  return (
    <>
      <EmptyState
        icon={Unlink}
        title={TITLES[connection.status](first)}
        actions={
          can("connect.invite", creator) ? (
            <Button icon={Link} busy={busy} onClick={() => void copyInvite()}>
              Copy invite link
            </Button>
          ) : null
        }
      >
        {whyOf(connection)}
      </EmptyState>
      {showing ? (
        <InviteDialog
          creator={creator}
          open={connection.invite}
          onClose={() => setShowing(false)}
          onCreated={tiktok.reload}
        />
      ) : null}
    </>
  );
}

const TITLES: Record<Tiktok["status"], (name: string) => string> = {
  none: (name) => `${name} has not connected TikTok`,
  invited: (name) => `${name} has not connected TikTok`,
  active: (name) => `${name} has connected; the first sync is on its way`,
  expired: (name) => `${name}'s connection has expired`,
  revoked: (name) => `${name} took back the access to TikTok`,
  disconnected: (name) => `${name} is disconnected from TikTok`,
};

function whyOf({ status, invite, disconnectedAt }: Tiktok): string {
  const after = "Followers, videos and LIVE figures appear after that.";
  if (invite)
    return `${after} The invite of ${shortDay(invite.createdAt)} is open until ${shortDay(invite.expiresAt)}.`;
  if (status === "disconnected" || status === "revoked") {
    const since = disconnectedAt ? ` on ${day(disconnectedAt)}` : "";
    return `What came from TikTok was deleted${since}. A new invite starts again from nothing.`;
  }
  if (status === "expired")
    return "TikTok wants the creator's consent anew. Send an invite before the data is deleted.";
  return after;
}
