import { Crown } from "lucide";
import { useState } from "preact/hooks";
import type { Member } from "../../../domain/records/member.ts";
import { transferOwnership } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { loadSession, me } from "../../state/session.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";

interface TransferOwnershipProps {
  member: Member;
  onClose: () => void;
  onTransferred: () => void;
}

/** Typed, because only the new owner could give it back. */
export function TransferOwnership({ member, onClose, onTransferred }: TransferOwnershipProps) {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const agency = me.value?.tenant.name ?? "";
  const said = typed.trim() === agency.trim();

  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await transferOwnership(member.id);
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
      return;
    }
    toast("done", `${member.name} is owner now; you are admin`);
    onTransferred();
    onClose();
    void loadSession();
  };

  return (
    <Dialog
      title={`Hand ${agency} over to ${member.name}?`}
      lead={`${member.name} becomes owner, and you become admin. Only an owner can give ownership back to you.`}
      onClose={onClose}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="danger"
            icon={Crown}
            busy={busy}
            reason={said ? undefined : "Write the agency's name first"}
            onClick={() => void run()}
          >
            Hand over
          </Button>
        </>
      }
    >
      <div class="settings-form">
        {error ? <FormRefusal title="You are still the owner" error={error} /> : null}
        <Field
          label={`Write “${agency}” to confirm`}
          autocomplete="off"
          spellcheck={false}
          dir="auto"
          value={typed}
          onValue={setTyped}
        />
      </div>
    </Dialog>
  );
}
