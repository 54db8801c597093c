import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { PER_MINUTE } from "../../durable/api-budget.ts";
import { apiBudget, loginGate } from "../../durable/kit/stubs.ts";
import { unique } from "../helpers/workerd/agency.ts";

const MINUTE = 60_000;

test("ten tries side by side pass the login gate, the eleventh waits for the first to leave the window", async () => {
  const gate = loginGate(env, unique());
  const now = Date.now();
  const answers = await Promise.all(Array.from({ length: 14 }, () => gate.attempt(now)));
  expect(answers.filter(({ open }) => open)).toHaveLength(10);
  const refused = answers.find(({ open }) => !open);
  expect(refused).toEqual({ open: false, retryAfterSeconds: 15 * 60 });
  expect(await gate.attempt(now + 15 * MINUTE - 1_000)).toMatchObject({ open: false, retryAfterSeconds: 1 });
  expect(await gate.attempt(now + 15 * MINUTE)).toEqual({ open: true });
});

test("a right password forgets the tries before it", async () => {
  const gate = loginGate(env, unique());
  for (let tries = 0; tries < 10; tries++) await gate.attempt();
  await gate.succeeded();
  expect(await gate.attempt()).toEqual({ open: true });
});

test("a budget hands out a minute's requests exactly, however many ask at once", async () => {
  const budget = env.API_BUDGET.get(env.API_BUDGET.idFromName(unique()));
  const now = 1_800_000_000_000;
  const leases = await Promise.all(Array.from({ length: PER_MINUTE.sign + 25 }, () => budget.take("sign", now)));
  expect(leases.filter(({ granted }) => granted)).toHaveLength(PER_MINUTE.sign);
  const refused = leases.find(({ granted }) => !granted);
  expect(refused?.retryAt).toBeGreaterThan(now);
  expect(refused?.retryAt).toBeLessThanOrEqual(now + MINUTE + 1_000);
});

test("no minute that slides over the budget's clock holds more than its number", async () => {
  const budget = env.API_BUDGET.get(env.API_BUDGET.idFromName(unique()));
  const granted: number[] = [];
  await runInDurableObject(budget, (instance) => {
    // Somebody asks four times a second for three minutes: twice what the budget holds.
    for (let at = 1_800_000_000_000; at < 1_800_000_000_000 + 3 * MINUTE; at += 250) {
      if (instance.take("sign", at).granted) granted.push(at);
    }
  });
  for (const end of granted) {
    const within = granted.filter((at) => at > end - MINUTE && at <= end).length;
    expect(within).toBeLessThanOrEqual(PER_MINUTE.sign);
  }
  // It is no miser either: three minutes bring nearly three minutes' worth.
  expect(granted.length).toBeGreaterThan(PER_MINUTE.sign * 2.8);
});

test("after a refusal of TikTok's own everybody waits, until it said or half a minute", async () => {
  const budget = apiBudget(env, `video_list.${unique()}`);
  const now = Date.now();
  await budget.refused(now + 5 * MINUTE);
  expect(await budget.take("video_list", now)).toEqual({ granted: false, retryAt: now + 5 * MINUTE });
  // A shorter refusal does not shorten the longer one.
  await budget.refused(now + MINUTE);
  expect(await budget.take("video_list", now + 2 * MINUTE)).toMatchObject({ granted: false });
  expect((await budget.take("video_list", now + 5 * MINUTE)).granted).toBe(true);
});
