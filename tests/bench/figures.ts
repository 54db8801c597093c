import * as z from "zod/mini";

/** One thing that was measured, and what it is held to. */
export const figureSchema = z.object({
  group: z.enum(["API", "Sign-in", "LIVE", "Weight", "Lighthouse"]),
  what: z.string(),
  value: z.number(),
  /** `×` is a ratio of two things measured side by side; `shift` is a layout shift's score. */
  unit: z.enum(["×", "/s", "ms", "rows", "bytes", "points", "shift"]),
  goal: z.nullable(z.union([z.object({ atLeast: z.number() }), z.object({ atMost: z.number() })])),
});
export type Figure = z.infer<typeof figureSchema>;

/** `.cache/bench.json`. */
export const benchSchema = z.object({ at: z.string(), seconds: z.number(), figures: z.array(figureSchema) });

/** Null where nothing is asked. */
export function reached({ value, goal }: Pick<Figure, "value" | "goal">): boolean | null {
  if (goal === null) return null;
  return "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;
}

const amount = (value: number, unit: Figure["unit"]): string => {
  if (unit === "×") return value.toFixed(2);
  if (unit === "shift") return value.toFixed(3);
  if (unit === "points") return value.toFixed(0);
  if (unit === "bytes") return `${(value / 1000).toFixed(1)} kB`;
  const digits = value >= 100 || unit === "rows" ? 0 : value >= 10 ? 1 : 2;
  const rounded = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === "/s" ? `${rounded}/s` : `${rounded} ${unit}`;
};

export const measured = ({ value, unit }: Figure): string => amount(value, unit);

export function goalOf({ goal, unit }: Figure): string {
  if (goal === null) return "";
  return "atLeast" in goal ? `≥ ${amount(goal.atLeast, unit)}` : `≤ ${amount(goal.atMost, unit)}`;
}

/** The middle of some numbers; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** The value that `share` (0 to 1) of them do not exceed: nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
