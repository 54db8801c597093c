import { UserMinus } from "lucide";
import { useState } from "preact/hooks";
import type { Member } from "../../../domain/records/member.ts";
import { removeMember } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import { creatorList } from "../creators/creator-list.ts";
import { HeirField } from "./HeirField.tsx";

interface RemoveMemberProps {
  member: Member;
  members: readonly Member[];
  onClose: () => void;
  onRemoved: () => void;
}

/** One question, because there is no undo: who takes over what they own. */
export function RemoveMember({ member, members, onClose, onRemoved }: RemoveMemberProps) {
  const [heir, setHeir] = useState("");
  const [missing, setMissing] = useState<string | undefined>();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await removeMember(member.id, heir === "" ? undefined : heir);
    } catch (thrown) {
      const refused = asApiError(thrown);
      const field = refused.errors.find(({ path }) => path === "reassignTo");
      if (field) setMissing(field.message);
      else setError(refused);
      setBusy(false);
      return;
    }
    creatorList.expire();
    onClose();
    onRemoved();
    toast("done", `${member.name} is no member any more`);
  };

  return (
    <Dialog
      title={`Remove ${member.name}?`}
      lead="Their sessions and API keys die at once, and what they own goes to somebody else in one step. There is no undo; they may be invited again."
      onClose={onClose}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button look="danger" icon={UserMinus} busy={busy} onClick={() => void run()}>
            {busy ? "Removing…" : "Remove"}
          </Button>
        </>
      }
    >
      <div class="settings-form">
        {error ? <FormRefusal title={`${member.name} is still a member`} error={error} /> : null}
        <HeirField
          leaver={member}
          members={members}
          value={heir}
          onValue={(chosen) => {
            setHeir(chosen);
            setMissing(undefined);
          }}
          error={missing}
          none="Nobody: they own nothing"
          hint="Every creator of theirs, those in the trash too"
        />
      </div>
    </Dialog>
  );
}
