import { Ban } from "lucide";
import type { ApiKey } from "../../../domain/records/api-key.ts";
import { revokeKey } from "../../api.ts";
import { toast } from "../../state/toasts.ts";
import { QuestionDialog } from "./QuestionDialog.tsx";

interface RevokeDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  onRevoked: () => void;
}

/** One question, because there is no undo. */
export const RevokeDialog = ({ apiKey, onClose, onRevoked }: RevokeDialogProps) => (
  <QuestionDialog
    title={`Revoke ${apiKey.name}?`}
    lead="Programs that use it are refused from now on, and what they have open closes. There is no undo: a new key would take its place."
    refused="The key still works"
    icon={Ban}
    look="danger"
    act="Revoke key"
    keep="Keep it"
    onClose={onClose}
    run={async () => {
      await revokeKey(apiKey.id);
      onRevoked();
      onClose();
      toast("done", `${apiKey.name} is revoked`);
    }}
  />
);
