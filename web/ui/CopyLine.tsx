import { Check, Copy } from "lucide";
import { useRef, useState } from "preact/hooks";
import { copyText } from "../clipboard.ts";
import { IconButton } from "./Button.tsx";
import "./CopyLine.css";

interface CopyLineProps {
  /** "the address": what a press copies. */
  what: string;
  text: string;
}

/** Something for a program or a configuration, to be copied as it stands. */
export function CopyLine({ what, text }: CopyLineProps) {
  const [copied, setCopied] = useState<string | null>(null);
  const shown = useRef<HTMLElement>(null);
  const copy = async () => {
    if (await copyText(text)) setCopied(text);
    // The browser refuses: marked, so that its own copy takes it.
    else if (shown.current) getSelection()?.selectAllChildren(shown.current);
  };
  const done = copied === text;
  return (
    <div class="copy-line">
      <bdi ref={shown} dir="ltr" class="copy-text" title={text}>
        {text}
      </bdi>
      <IconButton icon={done ? Check : Copy} label={`Copy ${what}`} onClick={() => void copy()} />
      <span class="hidden-text" role="status">
        {done ? "Copied" : ""}
      </span>
    </div>
  );
}
