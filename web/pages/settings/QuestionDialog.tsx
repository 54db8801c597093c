import type { IconNode } from "lucide";
import { useState } from "preact/hooks";
import { type ApiError, asApiError } from "../../http.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { FormRefusal } from "../../ui/form/FormRefusal.tsx";
import "./settings.css";

interface QuestionDialogProps {
  title: string;
  lead: string;
  /** What did not happen, above a refusal's sentence. */
  refused: string;
  icon: IconNode;
  look: "danger" | "ink";
  /** What the button does. */
  act: string;
  /** Leaves everything as it is. */
  keep?: string;
  run: () => Promise<void>;
  onClose: () => void;
}

/** One question, because there is no undo. */
export function QuestionDialog({
  title,
  lead,
  refused,
  icon,
  look,
  act,
  keep = "Cancel",
  run,
  onClose,
}: QuestionDialogProps) {
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      await run();
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      lead={lead}
      onClose={onClose}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {keep}
          </Button>
          <Button look={look} icon={icon} busy={busy} onClick={() => void go()}>
            {act}
          </Button>
        </>
      }
    >
      {error ? (
        <div class="settings-form">
          <FormRefusal title={refused} error={error} />
        </div>
      ) : null}
    </Dialog>
  );
}
