import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  kind: "done" | "trash" | "error";
  text: string;
  /** Takes the change back; offered as a button and as the key Z. */
  undo?: (() => void) | undefined;
}

export const toasts = signal<readonly Toast[]>([]);

let last = 0;

export function toast(kind: Toast["kind"], text: string, undo?: () => void): void {
  last += 1;
  // Three at most: older ones have been read or never will be.
  toasts.value = [...toasts.value.slice(-2), { id: last, kind, text, undo }];
}

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((shown) => shown.id !== id);
}

/** Takes back the newest change that can be; answers whether there was one. */
export function undoLatest(): boolean {
  const latest = toasts.value.findLast((shown) => shown.undo !== undefined);
  if (!latest) return false;
  dismissToast(latest.id);
  latest.undo?.();
  return true;
}
