import { Copy, Link } from "lucide";
import { useRef, useState } from "preact/hooks";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Tiktok } from "../../../domain/records/tiktok.ts";
import { createInvite, type Invite } from "../../api.ts";
import { copyText } from "../../clipboard.ts";
import { day, shortDay } from "../../format.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";

interface InviteDialogProps {
  creator: Creator;
  /** The invite that is out already: a new one voids it. */
  open: Tiktok["invite"];
  onClose: () => void;
  onCreated: () => void;
}

/** A personal, single-use link through which the creator connects. */
export function InviteDialog({ creator, open, onClose, onCreated }: InviteDialogProps) {
  const [invite, setInvite] = useState<Invite | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const create = async () => {
    setBusy(true);
    setError(null);
    try {
      setInvite(await createInvite(creator.id));
      onCreated();
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  const copy = async (url: string) => {
    if (await copyText(url)) {
      toast("done", "Link copied, valid 7 days");
      onClose();
    } else field.current?.select();
  };

  return (
    <Dialog
      title={`Invite ${creator.displayName} to connect`}
      lead="A personal link. It says who asks, what will be seen and how to stop; then TikTok asks for consent. LIVE is a separate choice there."
      onClose={onClose}
      actions={
        invite ? (
          <Button look="ink" icon={Copy} onClick={() => void copy(invite.url)}>
            Copy link
          </Button>
        ) : (
          <Button look="ink" icon={Link} busy={busy} onClick={() => void create()}>
            Create link
          </Button>
        )
      }
    >
      <div class="dialog-part">
        {error ? <FormRefusal title="No link was made" error={error} /> : null}
        {invite ? (
          <Field
            ref={field}
            label="Link"
            value={invite.url}
            onValue={() => {}}
            readonly
            dir="ltr"
            hint={`Works once, until ${day(invite.expiresAt)}`}
          />
        ) : open ? (
          <p class="quiet">
            A link of {shortDay(open.createdAt)} is still open until {shortDay(open.expiresAt)}. A new one voids it.
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
