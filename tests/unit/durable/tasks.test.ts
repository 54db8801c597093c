import { describe, expect, test } from "vitest";
import { doubling, TASKS_SCHEMA, type Task, type TaskKind, Tasks } from "../../../durable/kit/tasks.ts";
import { FakeStorage } from "./storage.ts";

const MINUTE = 60_000;

/** A clock, a storage and tasks over them; `ran` is what ran, in order. */
function bench(kinds: Record<string, Partial<TaskKind>>) {
  const storage = new FakeStorage();
  storage.sql.exec(TASKS_SCHEMA);
  const clock = { now: 1_000_000 };
  const ran: Task[] = [];
  const failures: [Task, unknown][] = [];
  const complete = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]): [string, TaskKind] => [
      name,
      {
        run: async (task) => {
          ran.push(task);
          return kind.run ? kind.run(task) : null;
        },
        backOff: kind.backOff ?? (() => MINUTE),
      },
    ]),
  );
  const make = () =>
    new Tasks(
      storage,
      complete,
      (task, error) => failures.push([task, error]),
      () => clock.now,
    );
  return { storage, clock, ran, failures, tasks: make(), reborn: make };
}

describe("named alarm tasks", () => {
  test("the alarm is the earliest due time of all rows", async () => {
    const { storage, tasks } = bench({ sync: {}, purge: {} });
    await tasks.schedule("sync", "one", 2_000_000);
    await tasks.schedule("purge", "two", 1_500_000);
    expect(storage.alarmAt).toBe(1_500_000);
    await tasks.cancel("purge", "two");
    expect(storage.alarmAt).toBe(2_000_000);
    await tasks.cancel("sync", "one");
    expect(storage.alarmAt).toBeNull();
  });

  test("only what is due runs, and what is done is forgotten", async () => {
    const { tasks, ran, clock } = bench({ sync: {} });
    await tasks.schedule("sync", "now", clock.now);
    await tasks.schedule("sync", "later", clock.now + MINUTE);
    await tasks.runDue();
    expect(ran.map(({ subject }) => subject)).toEqual(["now"]);
    expect(tasks.dueAt("sync", "now")).toBeNull();
    expect(tasks.dueAt("sync", "later")).toBe(clock.now + MINUTE);
  });

  test("a task that answers a time runs again then, and counts as the first try", async () => {
    const { tasks, clock, ran } = bench({ sync: { run: async () => clock.now + MINUTE } });
    await tasks.schedule("sync", "it", clock.now);
    await tasks.runDue();
    clock.now += MINUTE;
    await tasks.runDue();
    expect(ran.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });

  test("one failing task holds no other, and is tried again after its own kind's back-off", async () => {
    const { tasks, ran, failures, storage, clock } = bench({
      breaks: {
        run: async () => {
          throw new Error("no");
        },
        backOff: (many) => many * 10 * MINUTE,
      },
      works: {},
    });
    await tasks.schedule("breaks", "a", clock.now - 1);
    await tasks.schedule("works", "b", clock.now);
    await tasks.runDue();
    expect(ran.map(({ kind }) => kind).sort()).toEqual(["breaks", "works"]);
    expect(failures).toHaveLength(1);
    expect(tasks.dueAt("breaks", "a")).toBe(clock.now + 10 * MINUTE);
    expect(storage.alarmAt).toBe(clock.now + 10 * MINUTE);
    clock.now += 10 * MINUTE;
    await tasks.runDue();
    expect(ran.at(-1)?.attempt).toBe(2);
    expect(tasks.dueAt("breaks", "a")).toBe(clock.now + 20 * MINUTE);
  });

  test("scheduling a task anew while it runs wins over what the run answers", async () => {
    const { tasks, clock } = bench({
      sync: {
        run: async () => {
          await tasks.schedule("sync", "it", clock.now + 5 * MINUTE);
          return null;
        },
      },
    });
    await tasks.schedule("sync", "it", clock.now);
    await tasks.runDue();
    expect(tasks.dueAt("sync", "it")).toBe(clock.now + 5 * MINUTE);
  });

  test("cancelling a task while it runs is not undone by its answer", async () => {
    const { tasks, clock } = bench({
      sync: {
        run: async () => {
          await tasks.cancel("sync", "it");
          return clock.now + MINUTE;
        },
      },
    });
    await tasks.schedule("sync", "it", clock.now);
    await tasks.runDue();
    expect(tasks.dueAt("sync", "it")).toBeNull();
  });

  test("a run that was cut is begun again by the next instance", async () => {
    let cut = true;
    const { tasks, reborn, ran, clock, storage } = bench({
      sync: {
        // The first instance is gone in the middle: its promise never settles.
        run: () => (cut ? new Promise<null>(() => {}) : Promise.resolve(null)),
      },
    });
    await tasks.schedule("sync", "it", clock.now);
    void tasks.runDue();
    await Promise.resolve();
    cut = false;
    clock.now = (storage.alarmAt ?? 0) + 10 * MINUTE;
    const next = reborn();
    await next.runDue();
    expect(ran.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(next.dueAt("sync", "it")).toBeNull();
  });

  test("hasten never puts a task off", async () => {
    const { tasks, clock } = bench({ sync: {} });
    await tasks.hasten("sync", "it", clock.now + MINUTE);
    await tasks.hasten("sync", "it", clock.now + 2 * MINUTE);
    expect(tasks.dueAt("sync", "it")).toBe(clock.now + MINUTE);
    await tasks.hasten("sync", "it", clock.now);
    expect(tasks.dueAt("sync", "it")).toBe(clock.now);
  });

  test("back-off doubles from the first to the most, give or take a fifth", () => {
    const middle = doubling(1_000, 60_000, () => 0.5);
    expect([1, 2, 3, 10].map(middle)).toEqual([1_000, 2_000, 4_000, 60_000]);
    expect(doubling(1_000, 60_000, () => 0)(1)).toBe(800);
    expect(doubling(1_000, 60_000, () => 1)(1)).toBeCloseTo(1_200, 6);
  });
});
