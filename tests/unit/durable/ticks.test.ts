import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ticks } from "../../../durable/tracker/ticks.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(tell: () => Promise<number | null>) {
  const keep = vi.fn<() => void>();
  const failures: unknown[] = [];
  const ticks = new Ticks({ keep, tell, failed: (error) => failures.push(error) });
  return { keep, failures, ticks };
}

test("what changes after a quiet time is told at once, then at the pace that the listener asks for", async () => {
  const tell = vi.fn(async () => 1_000);
  const { ticks, keep } = setUp(tell);
  for (let index = 0; index < 10; index++) ticks.soon();
  await vi.advanceTimersByTimeAsync(0);
  expect(tell).toHaveBeenCalledTimes(1);
  ticks.soon();
  await vi.advanceTimersByTimeAsync(999);
  expect(tell).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(tell).toHaveBeenCalledTimes(2);
  expect(keep).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(5_000);
  ticks.soon();
  await vi.advanceTimersByTimeAsync(0);
  expect(tell).toHaveBeenCalledTimes(3);
});

test("nothing is told before it is kept, nor when it could not be", async () => {
  const order: string[] = [];
  const tell = vi.fn(async () => {
    order.push("told");
    return 100;
  });
  const { ticks, keep, failures } = setUp(tell);
  keep.mockImplementationOnce(() => {
    throw new Error("disk");
  });
  keep.mockImplementation(() => {
    order.push("kept");
  });
  ticks.soon();
  await vi.advanceTimersByTimeAsync(0);
  expect(failures).toHaveLength(1);
  expect(order).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_001);
  expect(order).toEqual(["kept", "told"]);
});

test("one telling at a time: what changes during one is kept meanwhile, and told after it", async () => {
  let answer: (everyMs: number) => void = () => undefined;
  const tell = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)));
  const { ticks, keep } = setUp(tell);
  ticks.soon();
  await vi.advanceTimersByTimeAsync(0);
  for (let index = 0; index < 10; index++) {
    ticks.soon();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(keep).toHaveBeenCalledTimes(11);
  expect(tell).toHaveBeenCalledTimes(1);
  answer(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(tell).toHaveBeenCalledTimes(2);
});

test("a telling that fails is repeated, since nothing else may change; what comes meanwhile is kept", async () => {
  const tell = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(250);
  const { ticks, keep, failures } = setUp(tell);
  ticks.soon();
  await vi.advanceTimersByTimeAsync(0);
  expect(failures).toHaveLength(1);
  ticks.soon();
  await vi.advanceTimersByTimeAsync(500);
  expect(keep).toHaveBeenCalledTimes(2);
  expect(tell).toHaveBeenCalledTimes(1);
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
  const { ticks } = setUp(slow);
  ticks.soon();
  await ticks.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(slow).not.toHaveBeenCalled();

  ticks.soon();
  await vi.advanceTimersByTimeAsync(0);
  const stopped = ticks.stop();
  await vi.advanceTimersByTimeAsync(500);
  await stopped;
  expect(told).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("a listener that wants no more is not told again of its own accord", async () => {
  const tell = vi.fn(async () => null);
  const { ticks } = setUp(tell);
  ticks.soon();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tell).toHaveBeenCalledTimes(1);
});
