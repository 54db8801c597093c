import { Ban, Clock, Hourglass, type IconNode, KeyRound, RadioTower, RefreshCw } from "lucide";
import type { ComponentChildren } from "preact";
import type { Tracking, TrackingState } from "../../domain/live-message.ts";
import { moment } from "../format.ts";
import { everyHalfMinute } from "../state/clock.ts";
import { can } from "../state/session.ts";
import { LinkButton } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { RELAY_WORDS, TRACKING_WORDS } from "../words.ts";
import type { Advice, Step } from "./advice.ts";
import "./tracking.css";

const ICONS: Partial<Record<TrackingState, IconNode>> = {
  awaiting_consent: Hourglass,
  dialing: RefreshCw,
  lost: RefreshCw,
  blocked: Ban,
  limited: Clock,
};

interface TroubleNoteProps {
  trouble: Pick<Tracking, "state" | "reason" | "since" | "until"> & Advice;
  /** What can be done at once. */
  children?: ComponentChildren;
}

/** A tracking that is not as wished: the state and since or until when, why, and what to do about it. */
export const TroubleNote = ({ trouble, children }: TroubleNoteProps) => (
  <div class="trouble">
    <p class={trouble.state === "blocked" ? "trouble-state trouble-warns" : "trouble-state"}>
      <Icon icon={ICONS[trouble.state] ?? RadioTower} size={14} />
      {wordsOf(trouble)}
      <span class="trouble-when">{whenOf(trouble)}</span>
    </p>
    {trouble.reason ? (
      <p class="trouble-reason">
        <bdi>{trouble.reason}</bdi>
      </p>
    ) : null}
    <p class="trouble-advice">
      <bdi>{trouble.says}</bdi>
    </p>
    {children}
  </div>
);

/** Where a reader of the agency's own gets its key, for whoever may make one. */
export const ReaderKeys = ({ step }: { step: Step | null }) =>
  step === "reader" && can("keys.manage") ? (
    <span>
      <LinkButton href="/app/settings/keys" icon={KeyRound}>
        A key for your reader
      </LinkButton>
    </span>
  ) : null;

/** One who waits for a reader does not dial. */
const wordsOf = ({ state, step }: TroubleNoteProps["trouble"]): string =>
  (step === "reader" && state !== "blocked" ? RELAY_WORDS : TRACKING_WORDS)[state];

function whenOf({ since, until }: Pick<Tracking, "since" | "until">): string {
  const now = everyHalfMinute.value;
  if (until) return `until ${moment(until, now)}`;
  return since ? `since ${moment(since, now)}` : "";
}
