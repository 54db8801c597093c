/**
 * The doors at which somebody may knock only so often, and the only place where the numbers stand.
 * Each is counted exactly, by an object; a binding of the platform stands before it, which is
 * approximate and costs nothing. The API's own page prints this table.
 */

/** Whose knocks are counted together. */
export type KnockedBy = "address" | "account" | "caller" | "agency";

/** At most so many in any so many seconds. */
export interface Rate {
  most: number;
  seconds: number;
}

export interface Door extends Rate {
  what: string;
  by: KnockedBy;
}

export const DOORS = {
  register: { what: "Registering, and accepting an invitation", by: "address", most: 30, seconds: 60 },
  signIn: { what: "Signing in", by: "address", most: 30, seconds: 60 },
  /** Counted by LoginGate, which forgets the tries when one was right. */
  signInAccount: { what: "Signing in to one account", by: "account", most: 10, seconds: 900 },
  reset: { what: "A forgotten password, and setting a new one", by: "address", most: 30, seconds: 60 },
  resetAccount: { what: "A forgotten password of one account", by: "account", most: 5, seconds: 3_600 },
  connect: { what: "A creator's way to TikTok and back, and their own page", by: "address", most: 120, seconds: 60 },
  inviteMember: { what: "Inviting members, and inviting them again", by: "agency", most: 100, seconds: 3_600 },
  inviteCreator: { what: "Inviting creators to connect", by: "agency", most: 1_000, seconds: 3_600 },
  search: { what: "Searching a list (?q=)", by: "caller", most: 300, seconds: 60 },
  cspReports: { what: "Reports of what the content policy stopped", by: "address", most: 60, seconds: 60 },
  key: { what: "Everything that one API key asks", by: "caller", most: 1_200, seconds: 60 },
} as const satisfies Record<string, Door>;

export type DoorName = keyof typeof DOORS;

const HOUR = 3_600;

/** "30 a minute", "10 in 15 minutes", as people say it. */
export function rateInWords({ most, seconds }: Rate): string {
  const times = most.toLocaleString("en-US");
  if (seconds === 60) return `${times} a minute`;
  if (seconds === HOUR) return `${times} an hour`;
  return `${times} in ${seconds / 60} minutes`;
}
