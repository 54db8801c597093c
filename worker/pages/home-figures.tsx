import { LIVE_WORDING } from "./consent-wording.ts";
import { number } from "./format.ts";
import type { Lang } from "./lang.ts";
import { Avatar } from "./parts.tsx";
import { wordsOf } from "./words/words.ts";

/**
 * The figures of the home page, drawn as real tables and lists. Every person and number here is
 * invented, and the page says so.
 */
interface ExampleCreator {
  name: string;
  handle: string;
  stage: "active" | "onboarding" | "atRisk";
  followers: string;
  /** Diamonds of four weeks, oldest first; null where nothing was tracked. */
  weeks: readonly number[] | null;
  hours: string;
  connection: "connected" | "expired" | "none";
  lastLive: "live" | "yesterday" | null;
}

const EXAMPLE: readonly ExampleCreator[] = [
  creator("Layal Zorani", "layal.zorani", "active", "1.28 M", [930_110, 1_180_400, 890_230, 1_181_900], "61.2", "live"),
  creator(
    "Tarek Osmalli",
    "tarek.onmic",
    "active",
    "862.1 k",
    [802_300, 860_010, 1_020_700, 967_200],
    "54.8",
    "yesterday",
  ),
  creator("Mira Daneshkar", "mirafolds", "active", "417.9 k", [640_200, 701_450, 760_325, 802_500], "47.5", "live"),
  creator(
    "Hessa Almarri-Quon",
    "hessaquon",
    "atRisk",
    "531.0 k",
    [690_700, 512_355, 340_000, 199_000],
    "11.3",
    "yesterday",
  ),
  { ...creator("Dario Venkur", "dariovk", "active", "298.8 k", null, "—", null), connection: "expired" },
  { ...creator("Faisal Ruwein", "f.ruwein", "onboarding", "—", null, "—", null), connection: "none" },
];

function creator(
  name: string,
  handle: string,
  stage: ExampleCreator["stage"],
  followers: string,
  weeks: readonly number[] | null,
  hours: string,
  lastLive: ExampleCreator["lastLive"],
): ExampleCreator {
  return { name, handle, stage, followers, weeks, hours, connection: "connected", lastLive };
}

const Sparkline = ({ values }: { values: readonly number[] }) => {
  const lowest = Math.min(...values);
  const range = Math.max(...values) - lowest || 1;
  const points = values.map((value, index) => [2 + index * 20, 17 - ((value - lowest) / range) * 14] as const);
  const [x, y] = points.at(-1) ?? [0, 0];
  return (
    <svg class="spark" viewBox="0 0 64 20" aria-hidden="true">
      <polyline points={points.map(([px, py]) => `${px},${py.toFixed(1)}`).join(" ")} />
      <circle cx={x} cy={y.toFixed(1)} r="2" />
    </svg>
  );
};

/** A fragment of the creators table, as the app shows it. */
export const ExampleTable = ({ lang }: { lang: Lang }) => {
  const { table } = wordsOf(lang).home;
  return (
    <table class="example">
      <caption>
        <strong>{table.caption}</strong> <span class="quiet">{EXAMPLE.length}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{table.creator}</th>
          <th scope="col" class="wide">
            {table.stage}
          </th>
          <th scope="col" class="amount middle">
            {table.followers}
          </th>
          <th scope="col" class="amount">
            {table.diamonds}
          </th>
          <th scope="col" class="amount wide">
            {table.hours}
          </th>
          <th scope="col" class="wide">
            {table.connection}
          </th>
          <th scope="col" class="wide">
            {table.lastLive}
          </th>
        </tr>
      </thead>
      <tbody>
        {EXAMPLE.map((row) => (
          <tr>
            <td>
              <span class={row.lastLive === "live" ? "who on-air" : "who"}>
                <Avatar name={row.name} />
                <span>
                  <span class="line">
                    <bdi>{row.name}</bdi>
                  </span>
                  <span class="line quiet">
                    <bdi dir="ltr">@{row.handle}</bdi>
                  </span>
                </span>
              </span>
            </td>
            <td class="wide">
              <span class={`stage ${row.stage}`}>{table[row.stage]}</span>
            </td>
            <td class="amount middle">
              <bdi dir="ltr">{row.followers}</bdi>
            </td>
            <td class="amount strong">
              {row.weeks === null ? null : <Sparkline values={row.weeks} />}
              <bdi dir="ltr">
                {row.weeks === null
                  ? "—"
                  : number(
                      lang,
                      row.weeks.reduce((sum, week) => sum + week, 0),
                    )}
              </bdi>
            </td>
            <td class="amount wide">
              <bdi dir="ltr">{row.hours}</bdi>
            </td>
            <td class="wide soft">{table[row.connection]}</td>
            <td class="wide soft">
              {row.lastLive === null ? (
                "—"
              ) : (
                <span class={row.lastLive === "live" ? "is-live" : undefined}>{table[row.lastLive]}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const PARTS = [
  ["before", 4_120],
  ["counted", 28_641],
  ["recovered", 261],
] as const;

/** One LIVE's total and the parts it is made of; they add up. */
export const ExampleProof = ({ lang }: { lang: Lang }) => {
  const { proof } = wordsOf(lang).home;
  const total = PARTS.reduce((sum, [, diamonds]) => sum + diamonds, 0);
  const starts = PARTS.map((_, index) => PARTS.slice(0, index).reduce((sum, [, diamonds]) => sum + diamonds, 0));
  return (
    <div class="figure">
      <p class="figure-total">
        <bdi dir="ltr">{number(lang, total)}</bdi> <span class="badge">{proof.badge}</span>
      </p>
      <svg class="parts" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        {PARTS.map(([part, diamonds], index) => (
          <rect
            class={`part-${part}`}
            x={(((starts[index] ?? 0) / total) * 100).toFixed(2)}
            width={((diamonds / total) * 100).toFixed(2)}
            height="3"
          />
        ))}
      </svg>
      <dl class="pairs">
        {PARTS.map(([part, diamonds]) => (
          <div>
            <dt class={`key key-${part}`}>{proof[part]}</dt>
            <dd>
              <bdi dir="ltr">{number(lang, diamonds)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
};

/** Four numbers with where they came from. */
export const ExampleOrigins = ({ lang }: { lang: Lang }) => (
  <dl class="figure origins">
    {wordsOf(lang).home.origin.rows.map((row) => (
      <div>
        <dt>{row.what}</dt>
        <dd>
          <bdi>{row.value}</bdi>
          <span class="quiet">{row.from}</span>
        </dd>
      </div>
    ))}
  </dl>
);

/** The LIVE choice as the consent page shows it: a picture of it, so nothing here can be ticked. */
export const ExampleChoice = ({ lang }: { lang: Lang }) => (
  <div class="figure">
    <div class="choice">
      <span class="box" aria-hidden="true" />
      <span class="choice-title">{LIVE_WORDING[lang].title}</span>
      <span class="quiet">{wordsOf(lang).connect.optional}</span>
      <span class="choice-detail">{LIVE_WORDING[lang].detail}</span>
    </div>
  </div>
);
