import { Lock } from "lucide";
import type { LiveSession } from "../../../domain/records/tiktok.ts";
import { PartsBar } from "../../charts/Bars.tsx";
import { count, percent } from "../../format.ts";
import { ConfidenceBadge } from "../../ui/Confidence.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Missing, Num } from "../../ui/Num.tsx";

/** What the number is made of, who witnessed it, and why it can be trusted as far as it can. */
export function HowSure({ session }: { session: LiveSession }) {
  const { diamonds, diamondsBefore, diamondsTracked, diamondsRecovered, diamondsByWitness, confidence } = session;
  const parts = [
    { series: "c6", label: "Before tracking", value: diamondsBefore },
    { series: "c1", label: "Counted, gift by gift", value: diamondsTracked - diamondsRecovered },
    { series: "c2", label: "Recovered", value: diamondsRecovered },
  ] as const;
  const witnesses = [
    { label: "Streak totals", value: diamondsByWitness.streak, note: "Counts taps from before we joined" },
    { label: "Sum of gift messages", value: diamondsByWitness.delta, note: "Loses what fell into a gap" },
    { label: "TikTok’s own counter", value: diamondsByWitness.counter, note: counterNote(session) },
  ];
  return (
    <aside class="sure" aria-label="How sure the diamonds are">
      <header class="sure-head">
        <h2 class="sure-title">
          <bdi>
            How sure is <bdi dir="ltr">{count(diamonds)}</bdi>?
          </bdi>
        </h2>
        <ConfidenceBadge confidence={confidence} />
      </header>
      <PartsBar parts={parts} label={parts.map(({ label, value }) => `${label}: ${count(value)}`).join(", ")} />
      <dl class="sure-parts">
        {parts.map(({ series, label, value }) => (
          <div key={series} class="sure-line">
            <dt>
              <span class={`key key-${series}`} /> {label}
            </dt>
            <dd>
              <Num>{count(value)}</Num>
            </dd>
          </div>
        ))}
        <div class="sure-line sure-whole">
          <dt>Diamonds</dt>
          <dd>
            <Num>{count(diamonds)}</Num>
          </dd>
        </div>
      </dl>

      <h3 class="sure-sub">Three witnesses, while we watched</h3>
      <dl class="witnesses">
        {witnesses.map(({ label, value, note }) => (
          <div key={label} class="witness">
            <dt class="witness-name">{label}</dt>
            <dd class="witness-value">{value === null ? <Missing /> : <Num>{count(value)}</Num>}</dd>
            <dd class="witness-note">
              <bdi>{note}</bdi>
            </dd>
          </div>
        ))}
      </dl>

      <p class="sure-reason">
        <bdi>{session.confidenceReason}</bdi>
      </p>
      <p class="sure-privacy">
        <Icon icon={Lock} size={14} />
        Gifts are counted, gifters are not stored. No viewer’s name or id is written down.
      </p>
    </aside>
  );
}

function counterNote({ diamondsByWitness: { counter }, diamondsTracked }: LiveSession): string {
  if (counter === null) return "Was not heard in this LIVE";
  const larger = Math.max(counter, diamondsTracked);
  const apart = larger === 0 ? 0 : Math.abs(counter - diamondsTracked) / larger;
  if (apart === 0) return "Agrees with our count";
  return apart <= 0.01 ? "Agrees with our count within 1 %" : `Differs from our count by ${percent(apart, 0)}`;
}
