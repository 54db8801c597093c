import { env, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { doorGate } from "../../durable/kit/stubs.ts";
import { unique } from "../helpers/workerd/agency.ts";
import { storageOf } from "../helpers/workerd/live.ts";

const NOW = 1_800_000_000_000;
const RATE = { most: 30, seconds: 60 };

describe("DoorGate", () => {
  const gate = () => doorGate(env, unique());

  test("lets so many through and no more, however many knock at once", async () => {
    const one = gate();
    const answers = await Promise.all(Array.from({ length: 50 }, () => one.knock(RATE, NOW)));
    expect(answers.filter(({ open }) => open)).toHaveLength(30);
    expect(answers.at(-1)).toEqual({ open: false, retryAfterSeconds: 61 });
  });

  test("never lets more through within any window, and opens again when it said", async () => {
    const one = gate();
    const passed: number[] = [];
    for (let at = NOW + 700; at < NOW + 150_000; at += 900) {
      const answer = await one.knock(RATE, at);
      if (answer.open) passed.push(at);
      else expect((await doorGateAt(one, at + answer.retryAfterSeconds * 1000)).open).toBe(true);
      if (!answer.open) break;
    }
    for (let at = (passed.at(-1) ?? 0) + 70_000; at < NOW + 300_000; at += 500)
      if ((await one.knock(RATE, at)).open) passed.push(at);
    for (const from of passed)
      expect(passed.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(30);
    // It is no miser either.
    expect(passed.length).toBeGreaterThan(100);
  });
  const doorGateAt = (one: ReturnType<typeof gate>, at: number) => one.knock(RATE, at);

  test("counts a door of an hour as well, in few rows", async () => {
    const one = gate();
    const hourly = { most: 200, seconds: 3_600 };
    for (let minute = 0; minute < 100; minute++) for (const _ of [1, 2]) await one.knock(hourly, NOW + minute * 30_000);
    const refused = await one.knock(hourly, NOW + 50 * 60_000);
    expect(refused.open).toBe(false);
    expect(refused).toMatchObject({ retryAfterSeconds: expect.any(Number) });
    expect((await one.knock(hourly, NOW + 62 * 60_000)).open).toBe(true);
  });

  test("remembers the knocks in its next instance", async () => {
    const one = gate();
    for (let knock = 0; knock < 30; knock++) await one.knock(RATE, NOW);
    await evictDurableObject(one);
    expect((await one.knock(RATE, NOW + 1)).open).toBe(false);
  });

  test("leaves nothing once nobody knocks any more, and not before", async () => {
    const one = gate();
    await one.knock(RATE);
    expect(await runDurableObjectAlarm(one)).toBe(true);
    expect((await storageOf(one)).alarm).not.toBeNull();
    const gone = gate();
    await gone.knock(RATE, Date.now() - 120_000);
    await runDurableObjectAlarm(gone);
    expect(await storageOf(gone)).toEqual({ tables: [], alarm: null });
  });
});
