import { Unlink } from "lucide";
import { useState } from "preact/hooks";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Disconnected } from "../../../domain/records/tiktok.ts";
import { disconnectTiktok } from "../../api.ts";
import { count } from "../../format.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";

interface DisconnectDialogProps {
  creator: Creator;
  onClose: () => void;
  onDisconnected: () => void;
}

const REVOKED = {
  true: "TikTok confirmed that the access is dead.",
  false: "TikTok did not take the access back; nothing here can use it any more.",
  pending: "TikTok has not confirmed yet; it is asked again until it does.",
} as const;

/** One question, because there is no undo; then what was deleted. */
export function DisconnectDialog({ creator, onClose, onDisconnected }: DisconnectDialogProps) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Disconnected | null>(null);

  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      setDone(await disconnectTiktok(creator.id));
      onDisconnected();
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };

  if (done) {
    const { videos, snapshots, sessions, minutes } = done.deleted;
    const parts = [
      ["Videos", videos],
      ["Follower snapshots", snapshots],
      ["LIVE sessions", sessions],
      ["LIVE minutes", minutes],
    ] as const;
    return (
      <Dialog
        title={`${creator.displayName} is disconnected`}
        lead={REVOKED[`${done.revoked}`]}
        onClose={onClose}
        actions={
          <Button look="ink" onClick={onClose}>
            Done
          </Button>
        }
      >
        <dl class="deleted">
          {parts.map(([label, many]) => (
            <div key={label} class="deleted-line">
              <dt>{label}</dt>
              <dd>
                <bdi dir="ltr">{count(many)}</bdi> deleted
              </dd>
            </div>
          ))}
        </dl>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={`Disconnect ${creator.displayName}?`}
      lead="The access to TikTok ends at once, and everything that came from it is deleted: profile, followers, videos, LIVE sessions. There is no undo. What you imported or wrote by hand stays."
      onClose={onClose}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            Keep connected
          </Button>
          <Button look="danger" icon={Unlink} busy={busy} onClick={() => void run()}>
            {busy ? "Disconnecting…" : "Disconnect and delete"}
          </Button>
        </>
      }
    >
      {error ? (
        <div class="dialog-part">
          <FormRefusal title="The connection still stands" error={error} />
        </div>
      ) : null}
    </Dialog>
  );
}
