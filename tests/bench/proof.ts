import { type Figure, goalOf, measured, reached } from "./figures.ts";

/** One thing that was proved, with the command that proves it again. */
export interface Part {
  title: string;
  command: string;
  seconds: number;
  rows: Row[];
  /** One to look at, as the page links it. */
  picture?: string;
  /** Why the part, or some of it, is not there; without paths. */
  trouble: string | null;
}

export interface Row {
  what: string;
  measured: string;
  goal: string;
  /** Null where nothing is asked. */
  reached: boolean | null;
}

/** What it was proved on. */
export interface Circumstances {
  at: string;
  commit: string;
  /** Whether files differ from the commit. */
  changed: boolean;
  cores: number;
  memoryGb: number;
  platform: string;
  node: string;
  workerd: string;
  /** Work that waited for a core when it began, besides ours. */
  loadAtStart: number;
}

export const rowOf = (figure: Figure): Row => ({
  what: figure.what,
  measured: measured(figure),
  goal: goalOf(figure),
  reached: reached(figure),
});

export const failed = ({ rows, trouble }: Part): boolean =>
  trouble !== null || rows.some((row) => row.reached === false);

/** The page `docs/proof.md`. */
export function proofPage(parts: readonly Part[], on: Circumstances): string {
  const asked = parts.flatMap(({ rows }) => rows).filter((row) => row.reached !== null);
  const good = asked.filter((row) => row.reached).length;
  const troubled = parts.filter(({ trouble }) => trouble !== null);
  const broken = troubled.length === 0 ? "" : ` Not complete: ${troubled.map(({ title }) => title).join(", ")}.`;
  const changed = on.changed ? ", with changes that are not committed" : "";
  return [
    "# Proof",
    "",
    "Written by `npm run prove`; every figure is of that run, and the command above a table gives it again.",
    "",
    "| | |",
    "|---|---|",
    `| When | ${on.at} |`,
    `| Commit | ${on.commit}${changed} |`,
    `| Machine | ${on.cores} cores, ${on.memoryGb} GB, ${on.platform}; load ${on.loadAtStart.toFixed(1)} before it began |`,
    `| Runtime | Node ${on.node}, workerd ${on.workerd} |`,
    "",
    `**${good} of ${asked.length} goals reached.**${broken}`,
    ...parts.flatMap(section),
    "",
  ].join("\n");
}

const section = ({ title, command, seconds, rows, picture, trouble }: Part): string[] => [
  "",
  `## ${title}`,
  "",
  `\`${command}\` (${seconds} s)`,
  ...(trouble === null ? [] : ["", `**Trouble:** ${trouble}`]),
  ...(picture === undefined ? [] : ["", `![${title}](${picture})`]),
  ...(rows.length === 0 ? [] : ["", "| | Measured | Goal | |", "|---|--:|--:|---|", ...rows.map(line)]),
];

const line = (row: Row): string =>
  `| ${row.what} | ${row.measured} | ${row.goal} | ${row.reached === null ? "" : row.reached ? "pass" : "**fail**"} |`;
