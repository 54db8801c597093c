import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Reporter } from "../../../durable/tracker/reporter.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what changes often is told at the pace that the listener asked for last", async () => {
  const tell = vi.fn(async () => 1_000);
  const reporter = new Reporter(tell, () => undefined);
  for (let index = 0; index < 10; index++) reporter.soon();
  await vi.advanceTimersByTimeAsync(250);
  expect(tell).toHaveBeenCalledTimes(1);
  reporter.soon();
  await vi.advanceTimersByTimeAsync(999);
  expect(tell).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(tell).toHaveBeenCalledTimes(2);
});

test("one telling at a time: what changes during one is told after it", async () => {
  let answer: (everyMs: number) => void = () => undefined;
  const tell = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)));
  const reporter = new Reporter(tell, () => undefined);
  reporter.soon();
  await vi.advanceTimersByTimeAsync(250);
  reporter.soon();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(tell).toHaveBeenCalledTimes(1);
  answer(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(tell).toHaveBeenCalledTimes(2);
});

test("a telling that fails is repeated, since nothing else may change", async () => {
  const failures: unknown[] = [];
  const tell = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(250);
  const reporter = new Reporter(tell, (error) => failures.push(error));
  reporter.soon();
  await vi.advanceTimersByTimeAsync(250);
  expect(failures).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tell).toHaveBeenCalledTimes(2);
});

test("stopping calls off what was to be told, and waits for what is being told", async () => {
  let told = false;
  const slow = vi.fn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    told = true;
    return 250;
  });
  const reporter = new Reporter(slow, () => undefined);
  reporter.soon();
  await reporter.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(slow).not.toHaveBeenCalled();

  reporter.soon();
  await vi.advanceTimersByTimeAsync(250);
  const stopped = reporter.stop();
  await vi.advanceTimersByTimeAsync(500);
  await stopped;
  expect(told).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("a listener that wants no more is not told again of its own accord", async () => {
  const tell = vi.fn(async () => null);
  const reporter = new Reporter(tell, () => undefined);
  reporter.soon();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell).toHaveBeenCalledTimes(1);
});
