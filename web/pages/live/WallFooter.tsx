import { Ban, Clock, Hourglass, type IconNode, RefreshCw, WifiOff } from "lucide";
import type { Tracking, TrackingState } from "../../../domain/live-message.ts";
import { clock, count, plural } from "../../format.ts";
import { everySecond } from "../../state/clock.ts";
import { heardAt, link } from "../../state/live.ts";
import { Icon } from "../../ui/Icon.tsx";

interface Hold {
  icon: IconNode | null;
  words: string;
  /** Needs somebody's eye. */
  warns: boolean;
  why: string;
}

/** Who is tracked and not on the wall, and why. */
export function WallFooter({ tracked }: { tracked: readonly Tracking[] }) {
  return (
    <footer class="wall-footer">
      {holdsOf(tracked).map(({ icon, words, warns, why }) => (
        <span key={words} class={warns ? "wall-hold wall-lost" : "wall-hold"} title={why}>
          {icon ? <Icon icon={icon} size={14} /> : null}
          {words}
          {why ? <span class="hidden-text">: {why}</span> : null}
        </span>
      ))}
      <span class="wall-source">
        Before tracking + counted + recovered. <Heard />
      </span>
    </footer>
  );
}

function Heard() {
  if (link.value === "reconnecting") {
    return (
      <span class="wall-lost wall-reconnecting">
        <Icon icon={WifiOff} size={14} /> Reconnecting…
      </span>
    );
  }
  const seconds = Math.max(0, Math.round((everySecond.value - (heardAt.value ?? everySecond.value)) / 1000));
  return <>{seconds < 60 ? `Updated ${seconds} s ago` : `Updated ${Math.floor(seconds / 60)} min ago`}</>;
}

function holdsOf(tracked: readonly Tracking[]): Hold[] {
  const of = (...states: TrackingState[]) => tracked.filter(({ state }) => states.includes(state));
  const reasons = (list: readonly Tracking[]) => [...new Set(list.flatMap(({ reason }) => reason ?? []))].join(" ");
  const holds: Hold[] = [];
  const add = (list: readonly Tracking[], words: string, icon: IconNode | null, warns: boolean) => {
    if (list.length > 0) holds.push({ icon, words, warns, why: reasons(list) });
  };
  const waiting = of("waiting");
  const redialing = of("dialing", "lost");
  const consent = of("awaiting_consent");
  const blocked = of("blocked");
  add(waiting, `Waiting ${count(waiting.length)}`, null, false);
  add(redialing, `Redialing ${count(redialing.length)}`, RefreshCw, false);
  add(consent, `Awaiting consent ${count(consent.length)}`, Hourglass, false);
  const limited = of("limited");
  const until = limited
    .map((entry) => entry.until ?? "")
    .toSorted()
    .at(-1);
  add(
    limited,
    until
      ? `Rate-limited until ${clock(until)}: ${plural(limited.length, "creator")}`
      : `Rate-limited: ${plural(limited.length, "creator")}`,
    Clock,
    true,
  );
  add(blocked, `Blocked: ${plural(blocked.length, "creator")}`, Ban, true);
  return holds;
}
