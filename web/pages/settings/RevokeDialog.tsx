import { Ban } from "lucide";
import { useState } from "preact/hooks";
import type { ApiKey } from "../../../domain/records/api-key.ts";
import { revokeKey } from "../../api.ts";
import { type ApiError, asApiError } from "../../http.ts";
import { toast } from "../../state/toasts.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";

interface RevokeDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  onRevoked: () => void;
}

/** One question, because there is no undo. */
export function RevokeDialog({ apiKey, onClose, onRevoked }: RevokeDialogProps) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await revokeKey(apiKey.id);
      onRevoked();
      onClose();
      toast("done", `${apiKey.name} is revoked`);
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={`Revoke ${apiKey.name}?`}
      lead="Programs that use it are refused from now on, and what they have open closes. There is no undo: a new key would take its place."
      onClose={onClose}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            Keep it
          </Button>
          <Button look="danger" icon={Ban} busy={busy} onClick={() => void run()}>
            {busy ? "Revoking…" : "Revoke key"}
          </Button>
        </>
      }
    >
      {error ? (
        <div class="settings-form">
          <FormRefusal title="The key still works" error={error} />
        </div>
      ) : null}
    </Dialog>
  );
}
