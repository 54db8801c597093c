import { Check, Copy } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { copyText } from "../../clipboard.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import "./settings.css";

interface CopyDialogProps {
  title: string;
  lead: string;
  /** What is copied: "secret", "link". */
  what: string;
  text: string;
  hint: ComponentChildren;
  onClose: () => void;
}

/** Something that was made just now, to be taken along. */
export function CopyDialog({ title, lead, what, text, hint, onClose }: CopyDialogProps) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // The dialog gives it the focus, and the browser shows its end.
  useEffect(() => {
    field.current?.setSelectionRange(0, 0);
    field.current?.scrollTo(0, 0);
  }, []);
  const copy = async () => {
    if (await copyText(text)) setCopied(true);
    else field.current?.select();
  };
  return (
    <Dialog
      title={title}
      lead={lead}
      onClose={onClose}
      actions={
        <>
          <Button look={copied ? "ink" : "ghost"} onClick={onClose}>
            Done
          </Button>
          <Button look={copied ? "plain" : "ink"} icon={copied ? Check : Copy} onClick={() => void copy()}>
            {copied ? "Copied" : `Copy ${what}`}
          </Button>
        </>
      }
    >
      <div class="settings-form">
        <Field
          ref={field}
          label={`${what.charAt(0).toUpperCase()}${what.slice(1)}`}
          value={text}
          onValue={() => {}}
          readonly
          spellcheck={false}
          dir="ltr"
          hint={hint}
        />
        <span class="hidden-text" role="status">
          {copied ? `The ${what} is in the clipboard` : ""}
        </span>
      </div>
    </Dialog>
  );
}
