import { computed, signal } from "@preact/signals";
import type { Me } from "../../domain/records/account.ts";
import type { Member } from "../../domain/records/member.ts";
import { type Belonging, type Right, reaches } from "../../domain/roles.ts";
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

/** Whether the signed-in person may use a right on a record; without one, on any at all. The server checks each. */
export function can(right: Right, record?: Belonging): boolean {
  const signed = me.value;
  const reach = signed?.rights[right] ?? "none";
  if (!signed || !record) return reach !== "none";
  return reaches(reach, { userId: signed.user.id, team: signed.team }, record);
}

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
