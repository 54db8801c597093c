import * as z from "zod/mini";

/** One thing that was measured, and what it is held to. */
export const figureSchema = z.object({
  group: z.enum([
    "API",
    "Sign-in",
    "LIVE",
    "LIVE rooms",
    "LIVE latency",
    "LIVE growth",
    "LIVE cost",
    "Weight",
    "Lighthouse",
  ]),
  what: z.string(),
  value: z.number(),
  /**
   * `×` is a ratio of two things measured side by side; `shift` is a layout shift's score; `cores` is processor time a
   * second, and `ms/s` the same in small; `rows/tick` are rows written a tick that has news; `AUC` is how well one thing
   * is told from another, 0.5 by chance and 1 always.
   */
  unit: z.enum([
    "×",
    "/s",
    "/min",
    "ms",
    "ms/s",
    "cores",
    "rows",
    "rows/tick",
    "rooms",
    "bytes",
    "points",
    "shift",
    "AUC",
    "$",
  ]),
  goal: z.nullable(z.union([z.object({ atLeast: z.number() }), z.object({ atMost: z.number() })])),
});
export type Figure = z.infer<typeof figureSchema>;

/** What so many LIVEs at once cost each; null where the system does not tell. */
export const growthSchema = z.object({
  rooms: z.number(),
  /** Processor time of the Worker a room and second, ms. */
  workerMs: z.nullable(z.number()),
  /** Memory of the Worker a room, bytes. */
  memoryBytes: z.nullable(z.number()),
  /** From the wire to a viewer, ms. */
  p50: z.number(),
  p99: z.number(),
});
export type Growth = z.infer<typeof growthSchema>;

/** `.cache/bench.json`. */
export const benchSchema = z.object({
  at: z.string(),
  seconds: z.number(),
  figures: z.array(figureSchema),
  growth: z.array(growthSchema),
});

/** Null where nothing is asked. */
export function reached({ value, goal }: Pick<Figure, "value" | "goal">): boolean | null {
  if (goal === null) return null;
  return "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;
}

const amount = (value: number, unit: Figure["unit"]): string => {
  if (unit === "×") return value.toFixed(2);
  if (unit === "shift" || unit === "AUC") return value.toFixed(3);
  if (unit === "points") return value.toFixed(0);
  if (unit === "bytes") return `${(value / 1000).toFixed(1)} kB`;
  if (unit === "$") return `$${value.toFixed(4)}`;
  const whole = unit === "rows" || unit === "rooms";
  const digits = value >= 100 || whole ? 0 : value >= 10 ? 1 : 2;
  const rounded = value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit.startsWith("/") ? `${rounded}${unit}` : `${rounded} ${unit}`;
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
