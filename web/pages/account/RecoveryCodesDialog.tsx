import { Check, Copy } from "lucide";
import { useState } from "preact/hooks";
import { copyText } from "../../clipboard.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";

interface RecoveryCodesDialogProps {
  codes: readonly string[];
  onClose: () => void;
}

/** Nobody can ask for them again: not us either, we keep their fingerprints alone. */
export function RecoveryCodesDialog({ codes, onClose }: RecoveryCodesDialogProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => setCopied(await copyText(codes.join("\n")));
  return (
    <Dialog
      title="Keep your recovery codes"
      lead="Your second factor is on. Should you lose your phone, each of these signs you in once. They are shown now and never again: keep them where the phone is not."
      onClose={onClose}
      actions={
        <>
          <Button look={copied ? "ink" : "ghost"} onClick={onClose}>
            I have kept them
          </Button>
          <Button look={copied ? "plain" : "ink"} icon={copied ? Check : Copy} onClick={() => void copy()}>
            {copied ? "Copied" : "Copy codes"}
          </Button>
        </>
      }
    >
      <ol class="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <bdi dir="ltr">{code}</bdi>
          </li>
        ))}
      </ol>
      <span class="hidden-text" role="status">
        {copied ? "The codes are in the clipboard" : ""}
      </span>
    </Dialog>
  );
}
