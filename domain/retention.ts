/**
 * The numbers of the privacy promise, and the only place where they stand.
 *
 * Code that deletes, expires or announces reads them from here; so do the privacy
 * policy, the consent page and the creator's own page. Nothing can drift from what
 * is written there.
 */

const DAY = 86_400_000;

/** Days. */
export const RETENTION_DAYS = {
  /** TikTok-derived data after a disconnection: deleted at once, never later than this. */
  tiktokAfterDisconnect: 30,
  /** A tenant's records after it closed its account. */
  recordsAfterClosure: 90,
  operationalLogs: 180,
  auditEvents: 180,
  /** Deletion certificates and the deletion ledger: opaque ids, counts and a hash. */
  deletionCertificates: 1_095,
  /** A connection whose refresh token died and that nobody renewed. */
  expiredConnection: 30,
  backups: 35,
  /** Notice before a material change of the policy takes effect. */
  policyNotice: 14,
  connectInvite: 7,
  memberInvitation: 7,
  trash: 30,
  mergeUndo: 30,
  importUndo: 7,
  exportFile: 3,
  /** What was sent to an agency's webhooks and how it went: as long as it can be sent again. */
  webhookDeliveries: 30,
  /**
   * LIVE minutes are rolled into hours after this: a month is what staff compare with, and how
   * one evening went minute by minute is nobody's business for longer.
   */
  liveMinutes: 30,
  /** A data request is answered within this. */
  dataRequest: 30,
} as const satisfies Record<string, number>;

export type Retained = keyof typeof RETENTION_DAYS;

/** The moment at which something kept since `since` must be gone. Both in ms since epoch. */
export const retainedUntil = (what: Retained, since: number): number => since + RETENTION_DAYS[what] * DAY;

/** What began before this moment has been kept long enough by `now`. Both in ms since epoch. */
export const retainedSince = (what: Retained, now: number): number => now - RETENTION_DAYS[what] * DAY;

/** Cost factor of the bcrypt hashes that passwords are stored as. */
export const BCRYPT_COST = 12;

/** Nobody younger may connect an account. Years. */
export const MINIMUM_AGE_YEARS = 16;
