import { computed, signal } from "@preact/signals";

/** Whether the navigation's sheet is open; only a phone has one. */
export const navSheetOpen = signal(false);

const seen = signal<string | null>(null);

/** The newest moment of TikTok's data that a page has shown, RFC 3339. */
export const dataAsOf = computed(() => seen.value);

export function sawData(times: readonly (string | null | undefined)[]): void {
  for (const at of times) if (at && (seen.peek() ?? "") < at) seen.value = at;
}
