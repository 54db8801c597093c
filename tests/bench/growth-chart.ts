import type { Growth } from "./figures.ts";

/** One chart of what more and more LIVEs at once cost, for a page that is read in light and in dark. */

const WIDTH = 760;
const PLOT = { left: 56, right: 704, height: 104 };
const HEAD = 34;
/** Between a title and the highest point, whose value is written above it. */
const GAP = 32;
/** From one panel to the next. */
const STEP = 178;

interface Line {
  name: string;
  /** One of the style's classes. */
  tone: "first" | "second";
  /** By stage; null where it was not measured. */
  values: (number | null)[];
}

interface Panel {
  title: string;
  lines: Line[];
}

const STYLE = `
  .card { fill: #ffffff; stroke: #d9dce3 } .grid { stroke: #e6e8ee } text { fill: #4a5060; font: 12px system-ui, sans-serif }
  .title { fill: #171a21; font-weight: 600; font-size: 13px } .value { font-size: 12px; font-variant-numeric: tabular-nums }
  .line { fill: none; stroke-width: 2 } .first.line { stroke: #2f5fd0 } .second.line { stroke: #b4540a; stroke-dasharray: 5 4 }
  .first.dot, .first.value { fill: #2f5fd0 } .second.dot, .second.value { fill: #b4540a }
  @media (prefers-color-scheme: dark) {
    .card { fill: #14161b; stroke: #2c3039 } .grid { stroke: #262a33 } text { fill: #a9b0be } .title { fill: #f0f2f6 }
    .first.line { stroke: #8fb0ff } .second.line { stroke: #f2a65e } .first.dot, .first.value { fill: #8fb0ff }
    .second.dot, .second.value { fill: #f2a65e }
  }`;

/** An SVG; the same stages from left to right in every panel. */
export function growthChart(stages: readonly Growth[]): string {
  const panels: Panel[] = [
    {
      title: "Processor a LIVE, ms a second",
      lines: [{ name: "", tone: "first", values: stages.map(({ workerMs }) => workerMs) }],
    },
    {
      title: "Memory a LIVE, MB",
      lines: [
        {
          name: "",
          tone: "first",
          values: stages.map(({ memoryBytes }) => (memoryBytes === null ? null : memoryBytes / 1e6)),
        },
      ],
    },
    {
      title: "From the wire to a viewer, ms",
      lines: [
        { name: "p99", tone: "second", values: stages.map(({ p99 }) => p99) },
        { name: "p50", tone: "first", values: stages.map(({ p50 }) => p50) },
      ],
    },
  ];
  const height = panels.length * STEP + 44;
  const at = stages.map(
    (_, index) => PLOT.left + ((PLOT.right - PLOT.left) * (index + 0.5)) / Math.max(1, stages.length),
  );
  const names = stages.map(({ rooms }) => `${rooms.toLocaleString("en")} LIVE${rooms === 1 ? "" : "s"}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="name">`,
    `<title id="name">${spoken(stages)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...panels.flatMap((panel, index) => drawn(panel, at, index * STEP)),
    ...names.map((name, index) => text(name, at[index] ?? 0, height - 16, "name", "middle")),
    "</svg>",
    "",
  ].join("\n");
}

/** What a reader who does not see it is told. */
const spoken = (stages: readonly Growth[]): string =>
  stages
    .map(
      ({ rooms, p50, p99 }) => `${rooms} LIVEs at once: a gift is seen after ${shown(p50)} ms (p99 ${shown(p99)} ms)`,
    )
    .join("; ");

function drawn({ title, lines }: Panel, at: readonly number[], top: number): string[] {
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const bottom = top + HEAD + GAP + PLOT.height;
  const y = (value: number): number => round(bottom - (most === 0 ? 0 : (value / most) * PLOT.height));
  return [
    text(title, PLOT.left, top + HEAD, "title", "start"),
    `<path class="grid" d="M${PLOT.left} ${bottom}H${PLOT.right}"/>`,
    ...lines.flatMap(({ name, tone, values }) => {
      const points = values.flatMap((value, index) =>
        value === null ? [] : [{ value, x: round(at[index] ?? 0), y: y(value) }],
      );
      const last = points.at(-1);
      return [
        `<polyline class="${tone} line" points="${points.map((point) => `${point.x},${point.y}`).join(" ")}"/>`,
        ...points.flatMap((point) => [
          `<circle class="${tone} dot" cx="${point.x}" cy="${point.y}" r="3.5"/>`,
          text(shown(point.value), point.x, point.y + (tone === "first" && name ? 17 : -9), `${tone} value`, "middle"),
        ]),
        ...(name && last ? [text(name, last.x + 32, last.y + 4, `${tone} value`, "start")] : []),
      ];
    }),
  ];
}

const text = (said: string, x: number, y: number, kind: string, anchor: "start" | "middle"): string =>
  `<text class="${kind}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${said}</text>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const shown = (value: number): string =>
  value.toLocaleString("en", { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 });
