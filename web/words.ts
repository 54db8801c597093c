import type { Confidence, LiveSourceKind, TrackingState } from "../domain/live-message.ts";
import type { ConnectionStatus, CreatorStage } from "../domain/records/creator.ts";
import type { CurveStep } from "../domain/records/tiktok.ts";
import type { Role } from "../domain/roles.ts";

/** The words that states are shown by. Shape and word come before colour. */

export const STAGE_WORDS: Record<CreatorStage, string> = {
  lead: "Lead",
  contacted: "Contacted",
  interview: "Interview",
  invited: "Invited",
  joined: "Joined",
  onboarding: "Onboarding",
  active: "Active",
  at_risk: "At risk",
  left: "Left",
};

export const ROLE_WORDS: Record<Role, string> = {
  owner: "Owner",
  admin: "Admin",
  manager: "Manager",
  agent: "Agent",
  finance: "Finance",
  viewer: "Viewer",
};

/** What somebody with a role does. */
export const ROLE_MEANS: Record<Role, string> = {
  owner: "Does everything, ownership included",
  admin: "Does everything but hand over ownership",
  manager: "Runs their team's creators: edits, connects, switches LIVE",
  agent: "Looks after own creators: edits, invites them to connect, syncs",
  finance: "Sees every creator and LIVE, changes nothing",
  viewer: "Sees every creator and LIVE, changes nothing",
};

/** What a role comes to, for who lends it to a program. */
export const ROLE_REACH: Record<Role, string> = {
  owner: "Everything that you may do, except making keys",
  admin: "Everything that an admin may do, except making keys",
  manager: "Sees and changes the team's creators, runs their connections, sends LIVE frames of an own reader",
  agent: "Sees and changes own creators, invites them and syncs",
  finance: "Sees every creator and LIVE, changes nothing",
  viewer: "Sees every creator and LIVE, changes nothing",
};

export const CONNECTION_WORDS: Record<ConnectionStatus, string> = {
  none: "Not invited",
  invited: "Invited",
  active: "Active",
  expired: "Expired",
  revoked: "Revoked",
  disconnected: "Disconnected",
};

export const TRACKING_WORDS: Record<TrackingState, string> = {
  off: "Off",
  awaiting_consent: "Awaiting consent",
  waiting: "Waiting for a LIVE",
  dialing: "Dialing",
  live: "LIVE",
  paused: "Paused",
  blocked: "Blocked",
  limited: "Rate-limited",
  lost: "Redialing",
};

/** Where an agency's own reader listens, nothing is dialed from here. */
export const RELAY_WORDS: Record<TrackingState, string> = { ...TRACKING_WORDS, dialing: "Waiting", lost: "Lost" };

/** Who listens to a LIVE room. */
export const SOURCE_WORDS: Record<LiveSourceKind, string> = {
  direct: "This server",
  relay: "Your own reader",
};

export const CONFIDENCE_WORDS: Record<Confidence, string> = {
  exact: "Exact",
  reconciled: "Reconciled",
  partial: "Partial",
};

/** How a LIVE's curve is spoken of, by the length of its entries in seconds. */
export const CURVE_WORDS = {
  60: { title: "Minute by minute", one: "Minute", many: "minutes", diamonds: "Diamonds per minute" },
  3600: { title: "Hour by hour", one: "Hour", many: "hours", diamonds: "Diamonds per hour" },
} as const satisfies Record<CurveStep, Record<string, string>>;
