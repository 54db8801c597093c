import { computed, signal } from "@preact/signals";
import type { Me, Member } from "../../domain/records/account.ts";
import type { Right } from "../../domain/roles.ts";
import { readMe, readMembers } from "../api.ts";
import { type ApiError, asApiError } from "../http.ts";

/** Who is signed in; null until it is known. */
export const me = signal<Me | null>(null);
export const meError = signal<ApiError | null>(null);
export const members = signal<readonly Member[]>([]);

/** Whether the agency asks for a second factor that the person has yet to set up: nothing else is open until then. */
export const needsSecondFactor = computed(() => {
  const { totp = false, totpRequired = false } = me.value?.security ?? {};
  return totpRequired && !totp;
});

export const tenantTimeZone = computed(() => me.value?.tenant.metricsTimeZone ?? "UTC");

/** Whether the signed-in person may use a right on some record at all; the server checks each one. */
export const can = (right: Right): boolean => (me.value?.rights[right] ?? "none") !== "none";

export async function loadSession(): Promise<void> {
  meError.value = null;
  try {
    me.value = await readMe();
  } catch (thrown) {
    meError.value = asApiError(thrown);
    return;
  }
  // Names of owners are an ornament: without them the pages still work.
  members.value = await readMembers().catch(() => []);
}

/** Reads anew who is signed in, after something about them changed. */
export async function reloadMe(): Promise<void> {
  me.value = await readMe();
}

export function forgetSession(): void {
  me.value = null;
  members.value = [];
}

export const memberName = (id: string | null): string | null =>
  id === null ? null : (members.value.find((member) => member.id === id)?.name ?? null);

/** "Noura Vellani" → "Noura V.", as narrow as a table wants it. */
export function shortName(name: string): string {
  const [first = name, ...rest] = name.trim().split(/\s+/);
  const last = rest.at(-1);
  return last ? `${first} ${last.charAt(0)}.` : first;
}
