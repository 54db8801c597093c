import { expect, test } from "vitest";
import { MOST_ATTEMPTS, waitAfter } from "../../../durable/webhooks/schedule.ts";

const middle = () => 0.5;
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

test("a failure waits as the scheme's guide says, ten attempts in some three days", () => {
  const waits = Array.from({ length: MOST_ATTEMPTS }, (_, at) => waitAfter(at + 1, null, middle));
  expect(waits).toEqual([
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
    null,
  ]);
});

test("what failed together is not tried again together", () => {
  expect([waitAfter(1, null, () => 0), waitAfter(1, null, () => 1)]).toEqual([4 * SECOND, 6 * SECOND]);
});

test("a server that asks for patience gets it, a day of it at most, and never less than the schedule", () => {
  expect(waitAfter(1, 120, middle)).toBe(120 * SECOND);
  expect(waitAfter(2, 1, middle)).toBe(5 * MINUTE);
  expect(waitAfter(1, 999_999, middle)).toBe(24 * HOUR);
  expect(waitAfter(MOST_ATTEMPTS, 120, middle)).toBeNull();
});
