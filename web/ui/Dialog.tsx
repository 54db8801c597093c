import { X } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./Button.tsx";
import { classes } from "./classes.ts";
import "./Dialog.css";

interface DialogProps {
  title: string;
  /** One sentence on what happens. */
  lead?: ComponentChildren;
  onClose: () => void;
  children?: ComponentChildren;
  /** Buttons, the primary one last. */
  actions?: ComponentChildren;
  /** For a video: as wide as it needs. */
  wide?: boolean;
}

/**
 * The browser's own modal dialog: it holds the focus, makes the page behind it inert, closes
 * on Escape and gives the focus back. Shown as long as it is rendered.
 */
export function Dialog({ title, lead, onClose, children, actions, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    firstStop(element)?.focus();
    return () => {
      element?.close();
      // The element is gone from the page before the browser can give the focus back itself.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={classes("dialog", wide && "dialog-wide")}
      aria-labelledby={heading}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header class="dialog-header">
        <h2 id={heading} class="dialog-title">
          {title}
        </h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      {lead ? <p class="dialog-lead">{lead}</p> : null}
      {children}
      {actions ? <footer class="dialog-actions">{actions}</footer> : null}
    </dialog>
  );
}

/** Where typing or Enter is wanted: the first field, else the primary action, else the safe one. */
const firstStop = (dialog: HTMLElement | null): HTMLElement | null | undefined =>
  dialog?.querySelector<HTMLElement>("input, select, textarea") ??
  dialog?.querySelector<HTMLElement>(".dialog-actions .button-ink") ??
  dialog?.querySelector<HTMLElement>(".dialog-actions .button");
