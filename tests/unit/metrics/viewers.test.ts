import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverageOf, isPartial, periodAverage } from "../../../domain/metrics/coverage.ts";
import { GAP_MS, ViewerCurve } from "../../../domain/metrics/viewers.ts";

const MINUTE = 60_000;
type Sample = [at: number, viewers: number];

const curveOf = (samples: readonly Sample[]): ViewerCurve => {
  const curve = new ViewerCurve();
  for (const [at, viewers] of samples) curve.add(at, viewers);
  return curve;
};

/** A sample every 2 s from `from` to `to`, both included. */
const steady = (from: number, to: number, viewers: number): Sample[] =>
  Array.from({ length: (to - from) / 2_000 + 1 }, (_, index) => [from + index * 2_000, viewers]);

describe("average viewers", () => {
  test("is weighed by time: 100 for 10 minutes, then 10 for 50, is 25", () => {
    const curve = curveOf([...steady(0, 10 * MINUTE - 2_000, 100), ...steady(10 * MINUTE, 60 * MINUTE, 10)]);
    expect(curve.average).toBe(25);
    expect(curve.coveredMs).toBe(60 * MINUTE);
  });

  test("20 for 2 hours, then 30 for 2 hours, is 25", () => {
    expect(curveOf([...steady(0, 119.9 * MINUTE, 20), ...steady(120 * MINUTE, 240 * MINUTE, 30)]).average).toBeCloseTo(
      25,
      1,
    );
    expect(
      periodAverage([
        { average: 20, coveredMs: 120 * MINUTE },
        { average: 30, coveredMs: 120 * MINUTE },
      ]),
    ).toBe(25);
  });

  test("does not depend on how often samples come", () => {
    const curve = curveOf([...steady(0, MINUTE, 100), [2 * MINUTE, 50], [3 * MINUTE, 50]]);
    expect(curve.average).toBeCloseTo((100 * 2 + 50) / 3, 10);
  });

  test("the last sample before a gap counts nothing", () => {
    const curve = curveOf([...steady(0, MINUTE, 10), ...steady(MINUTE + GAP_MS + 1_000, 4 * MINUTE + 1_000, 30)]);
    expect(curve.coveredMs).toBe(2 * MINUTE);
    expect(curve.average).toBe(20);
    expect(curve.lastGapEnd).toBe(MINUTE + GAP_MS + 1_000);
  });

  test("silence of exactly 120 s is no gap yet", () => {
    const curve = curveOf([
      [0, 10],
      [GAP_MS, 20],
    ]);
    expect(curve.average).toBe(10);
    expect(curve.lastGapEnd).toBeNull();
  });

  test("a pause is in neither part, and its samples are not seen", () => {
    const curve = curveOf([
      ...steady(0, MINUTE, 10),
      ...steady(MINUTE + 2_000, 2 * MINUTE, 99),
      ...steady(2 * MINUTE + 2_000, 3 * MINUTE + 2_000, 10),
    ]);
    curve.bound([{ from: MINUTE + 1_000, to: 2 * MINUTE + 1_000 }], null);
    expect(curve.average).toBe(10);
    expect(curve.coveredMs).toBe(2 * MINUTE);
    expect(curve.peak).toEqual({ viewers: 10, at: 0 });
  });

  test("nothing after the end is seen", () => {
    const curve = curveOf([...steady(0, MINUTE, 10), ...steady(MINUTE + 2_000, 3 * MINUTE, 99)]);
    curve.bound([], MINUTE + 1_000);
    expect(curve.coveredMs).toBe(MINUTE);
    expect(curve.peak?.viewers).toBe(10);
    expect(curve.latest?.viewers).toBe(10);
  });

  test("without samples there is none", () => {
    expect(new ViewerCurve().average).toBeNull();
    expect(curveOf([[0, 5]]).average).toBeNull();
    expect(periodAverage([{ average: null, coveredMs: 0 }])).toBeNull();
  });
});

test("the peak is the highest sample, with the time it was first reached", () => {
  const curve = curveOf([
    [3_000, 9],
    [1_000, 9],
    [2_000, 4],
  ]);
  expect(curve.peak).toEqual({ viewers: 9, at: 1_000 });
});

test("a stretch over a minute's border is split between both", () => {
  const curve = curveOf([
    [50_000, 10],
    [70_000, 30],
    [80_000, 0],
  ]);
  expect(curve.minutes.get(0)).toEqual({ viewerMs: 100_000, coveredMs: 10_000 });
  expect(curve.minutes.get(1)).toEqual({ viewerMs: 100_000 + 300_000, coveredMs: 20_000 });
});

test("neither the order nor the repetition of samples matters", () => {
  const sample = fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 50 }));
  const pause = fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 1, max: 200_000 }));
  fc.assert(
    fc.property(
      fc
        .array(sample, { maxLength: 30 })
        .chain((samples) =>
          fc.tuple(
            fc.constant(samples),
            fc.shuffledSubarray([...samples, ...samples], { minLength: samples.length * 2 }),
          ),
        ),
      fc.option(pause, { nil: null }),
      ([samples, shuffled], paused) => {
        const pauses = paused === null ? [] : [{ from: paused[0], to: paused[0] + paused[1] }];
        const inOrder = new ViewerCurve();
        inOrder.bound(pauses, 800_000);
        for (const [at, viewers] of samples.toSorted(([a], [b]) => a - b)) inOrder.add(at, viewers);
        const outOfOrder = curveOf(shuffled);
        outOfOrder.bound(pauses, 800_000);
        const picture = (curve: ViewerCurve) => ({
          average: curve.average,
          coveredMs: curve.coveredMs,
          peak: curve.peak,
          latest: curve.latest,
          gap: curve.lastGapEnd,
          minutes: [...curve.minutes].filter(([, { coveredMs }]) => coveredMs > 0).toSorted(([a], [b]) => a - b),
        });
        expect(picture(outOfOrder)).toEqual(picture(inOrder));
      },
    ),
  );
});

describe("coverage", () => {
  test("is covered time over the session's time without its pauses", () => {
    expect(coverageOf(30, 100, 40)).toBe(0.5);
    expect(coverageOf(0, 0, 0)).toBe(0);
    expect(coverageOf(70, 100, 40)).toBe(1);
  });

  test("below 0.8 a figure is partial", () => {
    expect(isPartial(0.79)).toBe(true);
    expect(isPartial(0.8)).toBe(false);
  });
});
