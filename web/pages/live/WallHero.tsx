import type { LiveTotals } from "../../../domain/live-message.ts";
import { useWidth } from "../../charts/use-width.ts";
import { count, hours } from "../../format.ts";
import { liveCount, viewersNow } from "../../state/live.ts";
import { LiveDot } from "../../ui/Badge.tsx";
import { classes } from "../../ui/classes.ts";

/** The tenant's day: its diamonds, its last hour, who is on. */
export function WallHero({ totals }: { totals: LiveTotals }) {
  const lastMinute = totals.perMinute.at(-1) ?? 0;
  return (
    <section class="hero" aria-label="Today">
      <div class="hero-today">
        <h2 class="wall-label">Diamonds today</h2>
        <p class="hero-number">
          <bdi dir="ltr">{count(totals.diamondsToday)}</bdi>
        </p>
        <p class={classes("hero-minute", lastMinute > 0 && "hero-moving")}>
          {lastMinute > 0 ? <LiveDot size={12} /> : null}
          <bdi dir="ltr" class="hero-plus">
            +{count(lastMinute)}
          </bdi>{" "}
          this minute
        </p>
      </div>
      <div class="hero-hour">
        <header class="hero-hour-head">
          <h2 class="wall-label">Diamonds per minute</h2>
          <span class="wall-quiet">last hour</span>
        </header>
        <MinuteBars values={totals.perMinute} />
      </div>
      <dl class="hero-counts">
        <div class="hero-count">
          <dd>
            <bdi dir="ltr">{count(liveCount.value)}</bdi>
          </dd>
          <dt>LIVE now</dt>
        </div>
        <div class="hero-count">
          <dd>
            <bdi dir="ltr">{count(viewersNow.value)}</bdi>
          </dd>
          <dt>viewers</dt>
        </div>
        <div class="hero-count">
          <dd>
            <bdi dir="ltr">{hours(totals.secondsToday)}</bdi>
          </dd>
          <dt>hours today</dt>
        </div>
      </dl>
    </section>
  );
}

const HEIGHT = 118;
const RECENT = 5;

function MinuteBars({ values }: { values: readonly number[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  return (
    <div ref={frame} class="hero-bars">
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {values.map((value, index) => {
          const height = Math.max(2, (value / most) * HEIGHT);
          const left = values.length - 1 - index;
          return (
            <rect
              // The place is the minute: a bar has no other name.
              key={index}
              class={left === 0 ? "hero-bar-now" : left < RECENT ? "hero-bar-recent" : "hero-bar"}
              x={index * step + step * 0.14}
              y={HEIGHT - height}
              width={Math.max(1, step * 0.72)}
              height={height}
              rx={Math.min(2, step * 0.2)}
            />
          );
        })}
      </svg>
      <MinuteFigures values={values} />
    </div>
  );
}

/** The bars as figures for a screen reader, the newest first, without the minutes that brought nothing. */
function MinuteFigures({ values }: { values: readonly number[] }) {
  const lines = values
    .map((value, index) => ({ value, ago: values.length - 1 - index }))
    .filter(({ value }) => value > 0);
  if (lines.length === 0) return <p class="hidden-text">No diamonds in the last hour</p>;
  return (
    <table class="hidden-text">
      <caption>Diamonds per minute, last hour</caption>
      <thead>
        <tr>
          <th scope="col">Minutes ago</th>
          <th scope="col">Diamonds</th>
        </tr>
      </thead>
      <tbody>
        {lines.toReversed().map(({ value, ago }) => (
          <tr key={ago}>
            <td>{ago}</td>
            <td>{count(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
