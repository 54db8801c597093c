import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { PER_MINUTE } from "../../durable/api-budget.ts";
import { hasSchema, migrate } from "../../durable/kit/schema.ts";
import { apiBudget, loginGate } from "../../durable/kit/stubs.ts";
import { unique } from "../helpers/workerd/agency.ts";
import { storageOf } from "../helpers/workerd/live.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

describe("ApiBudget", () => {
  const budget = () => apiBudget(env, unique());

  test("hands out a minute's requests exactly, however many ask at once", async () => {
    const one = budget();
    const leases = await Promise.all(Array.from({ length: PER_MINUTE.sign + 40 }, () => one.take("sign", NOW)));
    expect(leases.filter(({ granted }) => granted)).toHaveLength(PER_MINUTE.sign);
    expect(leases.at(-1)).toEqual({ granted: false, retryAt: NOW + MINUTE + 1_000 });
  });

  test("never more within any sixty seconds, and again at the time it names", async () => {
    const one = budget();
    const granted: number[] = [];
    // Twice what is allowed is asked for, for three minutes, beginning at the end of a second.
    for (let at = NOW + 900; at < NOW + 3 * MINUTE; at += 500) {
      const { granted: yes, retryAt } = await one.take("sign", at);
      if (yes) granted.push(at);
      else expect(retryAt).toBeGreaterThan(at);
    }
    for (const from of granted)
      expect(granted.filter((at) => at >= from && at < from + MINUTE).length).toBeLessThanOrEqual(PER_MINUTE.sign);

    // It is no miser either.
    expect(granted.length).toBeGreaterThan(2.8 * PER_MINUTE.sign);

    const two = budget();
    for (let index = 0; index < PER_MINUTE.sign; index++) await two.take("sign", NOW + 999);
    const { retryAt } = await two.take("sign", NOW + 999);
    expect((await two.take("sign", retryAt - 1)).granted).toBe(false);
    expect((await two.take("sign", retryAt)).granted).toBe(true);
  });

  test("a refusal stops everybody, for as long as it said and never for hours", async () => {
    const one = budget();
    await one.refused(NOW + 20_000, NOW);
    await one.refused(NOW + 10_000, NOW);
    expect(await one.take("api_live", NOW)).toEqual({ granted: false, retryAt: NOW + 20_000 });
    expect((await one.take("api_live", NOW + 20_000)).granted).toBe(true);
    await one.refused(NOW + 86_400_000, NOW);
    expect((await one.take("api_live", NOW)).retryAt).toBe(NOW + 15 * MINUTE);
  });

  test("what was spent is known to the next instance", async () => {
    const one = budget();
    for (let index = 0; index < PER_MINUTE.sign; index++) await one.take("sign", NOW);
    await evictDurableObject(one);
    expect((await one.take("sign", NOW)).granted).toBe(false);
  });
});

describe("LoginGate", () => {
  const gate = () => loginGate(env, unique());

  test("lets ten tries through in fifteen minutes, side by side or not", async () => {
    const one = gate();
    const answers = await Promise.all(Array.from({ length: 14 }, () => one.attempt(NOW)));
    expect(answers.filter(({ open }) => open)).toHaveLength(10);
    expect(await one.attempt(NOW + 5 * MINUTE)).toEqual({ open: false, retryAfterSeconds: 600 });
    await evictDurableObject(one);
    expect((await one.attempt(NOW + 14 * MINUTE)).open).toBe(false);
    expect((await one.attempt(NOW + 15 * MINUTE)).open).toBe(true);
  });

  test("a right password forgets the tries, and that there were any", async () => {
    const one = gate();
    for (let index = 0; index < 9; index++) await one.attempt(Date.now());
    await one.succeeded();
    expect(await storageOf(one)).toEqual({ tables: [], alarm: null });
    expect((await one.attempt(Date.now())).open).toBe(true);
  });

  test("an address that is not tried any more leaves nothing behind", async () => {
    const one = gate();
    await one.attempt(Date.now());
    expect(await runDurableObjectAlarm(one)).toBe(true);
    expect(await storageOf(one)).toEqual({ tables: [], alarm: null });
  });
});

describe("an object's schema", () => {
  const inStorage = <T>(work: (storage: DurableObjectStorage) => T): Promise<T> =>
    runInDurableObject(loginGate(env, unique()), (_, { storage }) => work(storage));

  const MIGRATIONS = ["CREATE TABLE one (a INTEGER);", "CREATE TABLE two (b INTEGER); INSERT INTO two VALUES (1);"];

  test("runs each migration once", async () => {
    const rows = await inStorage((storage) => {
      expect(hasSchema(storage)).toBe(false);
      migrate(storage, MIGRATIONS.slice(0, 1));
      migrate(storage, MIGRATIONS);
      migrate(storage, MIGRATIONS);
      expect(hasSchema(storage)).toBe(true);
      return storage.sql.exec("SELECT * FROM two").toArray();
    });
    expect(rows).toEqual([{ b: 1 }]);
  });

  test("a migration that fails leaves nothing of itself", async () => {
    const tables = await inStorage((storage) => {
      expect(() =>
        migrate(storage, ["CREATE TABLE good (a INTEGER);", "CREATE TABLE bad (a INTEGER); oops;"]),
      ).toThrow();
      return storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('good', 'bad')").toArray();
    });
    expect(tables).toEqual([{ name: "good" }]);
  });

  test("older code refuses what newer code wrote", async () => {
    await inStorage((storage) => {
      migrate(storage, MIGRATIONS);
      expect(() => migrate(storage, MIGRATIONS.slice(0, 1))).toThrow(/written by newer code \(schema 2, here 1\)/);
    });
  });
});
