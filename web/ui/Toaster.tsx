import { Check, Trash2, TriangleAlert, X } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { dismissToast, type Toast, toasts } from "../state/toasts.ts";
import { Icon } from "./Icon.tsx";
import { Kbd } from "./Kbd.tsx";
import "./Toaster.css";

const SHOWN_MS = 8_000;
const ICONS = { done: Check, trash: Trash2, error: TriangleAlert } as const;

/** The corner where what was just done is told, and can be taken back. */
export function Toaster() {
  const corner = useRef<HTMLDivElement>(null);
  const shown = toasts.value;
  const newest = shown.at(-1)?.id;
  useEffect(() => {
    const element = corner.current;
    if (!element) return;
    // The top layer stacks by the order of showing: shown anew, a toast lies over any dialog.
    element.hidePopover();
    if (newest !== undefined) element.showPopover();
  }, [newest]);
  return (
    <div ref={corner} class="toaster" popover="manual" role="status">
      {shown.map((entry) => (
        <ToastCard key={entry.id} toast={entry} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  const { id, kind, text, undo } = toast;
  useEffect(() => {
    if (held || kind === "error") return;
    const timer = setTimeout(() => dismissToast(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, id, kind]);
  return (
    <div
      class="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      <Icon icon={ICONS[kind]} size={14} />
      <span class="toast-text">{text}</span>
      {undo ? (
        <button
          type="button"
          class="toast-button"
          onClick={() => {
            dismissToast(id);
            undo();
          }}
        >
          Undo <Kbd>Z</Kbd>
        </button>
      ) : null}
      {kind === "error" ? (
        <button type="button" class="toast-button" aria-label="Close" onClick={() => dismissToast(id)}>
          <Icon icon={X} size={14} />
        </button>
      ) : null}
    </div>
  );
}
