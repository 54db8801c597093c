import { TriangleAlert } from "lucide";
import type { CurveStep, LiveMinute } from "../../../domain/records/tiktok.ts";
import { runsOf } from "../../charts/runs.ts";
import { STATE_WORDS } from "../../charts/SessionChart.tsx";
import { clock, count } from "../../format.ts";
import { Mark } from "../../ui/Badge.tsx";
import { Missing, Num } from "../../ui/Num.tsx";
import { Table } from "../../ui/Table.tsx";
import { CURVE_WORDS } from "../../words.ts";

interface MinuteTableProps {
  minutes: readonly LiveMinute[];
  step: CurveStep;
  /** Diamonds from before tracking: the total starts with them. */
  before: number;
}

interface Line {
  key: string;
  time: string;
  state: LiveMinute["state"];
  viewers: number | null;
  diamonds: number;
  total: number;
}

/** The same minutes as figures; a gap or a pause is one line. */
export const MinuteTable = ({ minutes, step, before }: MinuteTableProps) => (
  <div class="figures-scroll">
    <Table
      class="figures"
      rows={linesOf(minutes, before)}
      keyOf={({ key }) => key}
      columns={[
        { head: CURVE_WORDS[step].one, cell: ({ time }) => <bdi dir="ltr">{time}</bdi> },
        {
          head: "Viewers",
          class: "figures-end",
          cell: ({ viewers }) => (viewers === null ? <Missing /> : <Num>{count(viewers)}</Num>),
        },
        {
          head: "Diamonds",
          class: "figures-end",
          cell: ({ state, diamonds }) =>
            state !== "covered" && diamonds === 0 ? <Missing /> : <Num>{count(diamonds)}</Num>,
        },
        { head: "Total so far", class: "figures-end", cell: ({ total }) => <Num>{count(total)}</Num> },
        {
          head: "State",
          cell: ({ state }) =>
            state === "gap" ? (
              <Mark icon={TriangleAlert} meaning="warning">
                {STATE_WORDS.gap}
              </Mark>
            ) : (
              <span class="quiet">{STATE_WORDS[state]}</span>
            ),
        },
      ]}
    />
  </div>
);

function linesOf(minutes: readonly LiveMinute[], before: number): Line[] {
  let total = before;
  return runsOf(minutes, ({ state }) => state).flatMap(({ kind, first, last }): Line[] => {
    const run = minutes.slice(first, last + 1);
    if (kind === "covered") {
      return run.map(({ at, viewers, diamonds }) => {
        total += diamonds;
        return { key: at, time: clock(at), state: kind, viewers, diamonds, total };
      });
    }
    const diamonds = run.reduce((sum, minute) => sum + minute.diamonds, 0);
    total += diamonds;
    const from = run.at(0)?.at ?? "";
    const to = run.at(-1)?.at ?? "";
    const time = from === to ? clock(from) : `${clock(from)} – ${clock(to)}`;
    return [{ key: from, time, state: kind, viewers: null, diamonds, total }];
  });
}
