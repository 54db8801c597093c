import type { Tracking, TrackingState } from "../../domain/live-message.ts";

/** Where staff can do something about it. `record`: the creator's details; `reader`: there, and the keys of a reader. */
export type Step = "connect_link" | "record" | "reader";

/** What staff can do about a tracking that is not a happy one, and where. */
export interface Advice {
  says: string;
  step: Step | null;
}

interface Rule extends Advice {
  states: readonly TrackingState[];
  /** What the server's reason says; a rule without it is the state's last. */
  reason?: RegExp;
}

const ITSELF = "Nothing needs to be done: it goes on by itself.";
const OWN_READER = "Until then a reader of your own can listen: choose it at “Listens” in the creator's details.";

/** The first rule that fits is the advice. A test holds it against every sentence that the server can say. */
const RULES: readonly Rule[] = [
  {
    states: ["awaiting_consent"],
    says: "Only the creator can agree: on their own page, whose address they were shown when they connected, or by connecting once more with LIVE ticked. Send them a connect link for that.",
    step: "connect_link",
  },
  {
    states: ["dialing", "waiting", "lost"],
    reason: /reader/,
    says: "Start your reader, or look whether it still runs and its key is valid.",
    step: "reader",
  },
  {
    states: ["blocked"],
    reason: /roster has no handle/,
    says: "Write the creator's TikTok handle into the details.",
    step: "record",
  },
  {
    states: ["blocked"],
    reason: /no account with this handle/,
    says: "A creator who took another name at TikTok is known again after “Sync now”. If that does not help, correct the handle in the details.",
    step: "record",
  },
  {
    states: ["blocked"],
    reason: /LIVE_SIGN_KEY/,
    says: `Whoever runs this server sets the signer's key (LIVE_SIGN_KEY); nothing in the app can. ${OWN_READER}`,
    step: "reader",
  },
  {
    states: ["blocked"],
    reason: /signer's plan/,
    says: `Whoever runs this server changes the plan at the signer; nothing in the app can. ${OWN_READER}`,
    step: "reader",
  },
  {
    states: ["blocked"],
    reason: /^TikTok refuse/,
    says: "TikTok turns this server's address away, not your agency and not the creator. A reader of your own, in another network, can listen instead: choose it at “Listens” in the creator's details.",
    step: "reader",
  },
  { states: ["blocked"], says: `Tell whoever runs this server what it says here. ${OWN_READER}`, step: "reader" },
  { states: ["limited"], reason: /in the queue/, says: "Nothing needs to be done: its turn comes.", step: null },
  { states: ["limited"], says: ITSELF, step: null },
  {
    states: ["lost"],
    says: "It is dialed again by itself. What is given meanwhile is made good from TikTok's own counter, where TikTok sends one.",
    step: null,
  },
  { states: ["dialing"], says: "The LIVE was found and is being dialed. That takes seconds.", step: null },
];

/** Null where nothing is wrong: a creator who is waited for, LIVE, paused by choice, or not tracked. */
export function adviceFor({ state, reason }: Pick<Tracking, "state" | "reason">): Advice | null {
  const rule = RULES.find((one) => one.states.includes(state) && (one.reason?.test(reason ?? "") ?? true));
  if (rule) return { says: rule.says, step: rule.step };
  return state === "waiting" && reason !== null ? { says: ITSELF, step: null } : null;
}

/** Dialing and redialing are everyday for so long. */
const SOON_MS = 60_000;
const ORDER: readonly TrackingState[] = ["blocked", "limited", "lost", "dialing", "waiting", "awaiting_consent"];

/** Trackings with the same trouble, told once. */
export interface Trouble extends Pick<Tracking, "state" | "reason" | "since" | "until">, Advice {
  creatorIds: readonly string[];
}

/**
 * What somebody should look at, the worst first: the oldest `since`, the latest `until` of each.
 * @param now ms since epoch
 */
export function troublesOf(tracked: Iterable<Tracking>, now: number): Trouble[] {
  const troubles = new Map<string, Trouble>();
  for (const { creatorId, state, reason, since, until } of tracked) {
    const advice = adviceFor({ state, reason });
    const passes = (state === "dialing" || state === "lost") && !(now - Date.parse(since ?? "") >= SOON_MS);
    if (!advice || passes) continue;
    const key = `${state} ${advice.says}`;
    const known = troubles.get(key);
    troubles.set(key, {
      ...advice,
      state,
      reason: known?.reason ?? reason,
      since: known ? earlier(known.since, since) : since,
      until: known ? later(known.until, until) : until,
      creatorIds: [...(known?.creatorIds ?? []), creatorId],
    });
  }
  return [...troubles.values()].toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
}

type Time = string | null;
const earlier = (one: Time, other: Time): Time => (one && other ? (one < other ? one : other) : (one ?? other));
const later = (one: Time, other: Time): Time => (one && other ? (one > other ? one : other) : (one ?? other));
