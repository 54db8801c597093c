import { expect, test } from "vitest";
import { doubling, type Task, type TaskKind, Tasks } from "../../../durable/kit/tasks.ts";
import { FakeAlarms } from "./fake-alarms.ts";

const START = 1_000_000;

/** Tasks on a clock of our own, with what was run and what failed. */
function setUp(kinds: Record<string, TaskKind>, storage = new FakeAlarms()) {
  const clock = { now: START };
  const failures: { task: Task; error: unknown }[] = [];
  const tasks = new Tasks(
    storage,
    kinds,
    (task, error) => failures.push({ task, error }),
    () => clock.now,
  );
  return { storage, clock, failures, tasks };
}

const once = (run: (task: Task) => void = () => undefined): TaskKind => ({
  run: async (task) => {
    run(task);
    return null;
  },
  backOff: () => 1_000,
});

test("the alarm is the earliest task, and none without one", async () => {
  const { storage, tasks } = setUp({ a: once(), b: once() });
  await tasks.schedule("a", "1", START + 500);
  await tasks.schedule("b", "1", START + 200);
  expect(storage.alarm).toBe(START + 200);
  await tasks.cancel("b", "1");
  expect(storage.alarm).toBe(START + 500);
  await tasks.cancel("a", "1");
  expect(storage.alarm).toBeNull();
});

test("an alarm in the past is one for now", async () => {
  const { storage, tasks } = setUp({ a: once() });
  await tasks.schedule("a", "1", 5);
  expect(storage.alarm).toBe(START);
});

test("hastening never delays", async () => {
  const { tasks } = setUp({ a: once() });
  await tasks.hasten("a", "1", START + 500);
  await tasks.hasten("a", "1", START + 900);
  expect(tasks.dueAt("a", "1")).toBe(START + 500);
  await tasks.hasten("a", "1", START + 100);
  expect(tasks.dueAt("a", "1")).toBe(START + 100);
});

test("a task that fails is tried again after its own kind's back-off, and holds no other", async () => {
  const done: string[] = [];
  const failing: TaskKind = { run: () => Promise.reject(new Error("no")), backOff: (failures) => failures * 1_000 };
  const patient: TaskKind = { ...failing, backOff: () => 60_000 };
  const { tasks, clock, failures, storage } = setUp({
    failing,
    patient,
    good: once(({ subject }) => done.push(subject)),
  });
  await tasks.schedule("failing", "x", START);
  await tasks.schedule("patient", "x", START);
  await tasks.schedule("good", "y", START);
  await tasks.runDue();
  expect(done).toEqual(["y"]);
  expect(tasks.dueAt("failing", "x")).toBe(START + 1_000);
  expect(tasks.dueAt("patient", "x")).toBe(START + 60_000);
  clock.now = START + 1_000;
  await tasks.runDue();
  expect(tasks.dueAt("failing", "x")).toBe(clock.now + 2_000);
  expect(storage.alarm).toBe(clock.now + 2_000);
  expect(failures.map(({ task }) => [task.kind, task.attempt])).toEqual([
    ["failing", 1],
    ["patient", 1],
    ["failing", 2],
  ]);
});

test("a success forgets the failures before it", async () => {
  const attempts: number[] = [];
  const flaky: TaskKind = {
    run: async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length < 3) throw new Error("not yet");
      return START + 10_000 * attempts.length;
    },
    backOff: () => 10,
  };
  const { tasks, clock } = setUp({ flaky });
  await tasks.schedule("flaky", "x", START);
  for (const at of [START, START + 10, START + 20, START + 30_000]) {
    clock.now = at;
    await tasks.runDue();
  }
  expect(attempts).toEqual([1, 2, 3, 1]);
});

test("a slow task keeps no other waiting, and what falls due meanwhile joins in", async () => {
  const done: string[] = [];
  let finish: () => void = () => undefined;
  const slow: TaskKind = {
    run: () =>
      new Promise((resolve) => {
        finish = () => resolve(null);
      }),
    backOff: () => 1_000,
  };
  const { tasks } = setUp({ slow, quick: once(({ subject }) => done.push(subject)) });
  await tasks.schedule("slow", "x", START);
  for (let index = 0; index < 9; index++) await tasks.schedule("quick", String(index), START);
  const running = tasks.runDue();
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).toHaveLength(9);
  await tasks.schedule("quick", "late", START);
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).toContain("late");
  finish();
  await running;
  expect(tasks.dueAt("slow", "x")).toBeNull();
});

test("a task that is scheduled anew or cancelled while it runs is not put back by that run", async () => {
  let during: () => Promise<void> = async () => undefined;
  const busy: TaskKind = {
    run: async () => {
      await during();
      return START + 5_000;
    },
    backOff: () => 1_000,
  };
  const { tasks } = setUp({ busy });
  during = () => tasks.schedule("busy", "x", START + 77);
  await tasks.schedule("busy", "x", START);
  await tasks.runDue();
  expect(tasks.dueAt("busy", "x")).toBe(START + 77);

  during = () => tasks.cancel("busy", "y");
  await tasks.schedule("busy", "y", START);
  await tasks.runDue();
  expect(tasks.dueAt("busy", "y")).toBeNull();
});

test("a task that is cut while it runs is run again, by whoever has the storage then", async () => {
  const storage = new FakeAlarms();
  const cut = setUp({ job: { run: () => new Promise(() => undefined), backOff: () => 1_000 } }, storage);
  await cut.tasks.schedule("job", "x", START);
  void cut.tasks.runDue();

  const attempts: number[] = [];
  const next = setUp({ job: once(({ attempt }) => attempts.push(attempt)) }, storage);
  await next.tasks.runDue();
  expect(attempts).toEqual([]);
  next.clock.now = storage.alarm ?? 0;
  expect(next.clock.now).toBeLessThanOrEqual(START + 120_000);
  await next.tasks.runDue();
  expect(attempts).toEqual([2]);
});

test("a task of a kind that no longer exists goes", async () => {
  const { tasks } = setUp({});
  await tasks.schedule("gone", "x", START);
  await tasks.runDue();
  expect(tasks.dueAt("gone", "x")).toBeNull();
});

test("back-off doubles from the first to the most, a fifth to either side", () => {
  const least = doubling(1_000, 8_000, () => 0);
  const most = doubling(1_000, 8_000, () => 1);
  expect([1, 2, 3, 4, 9].map(least)).toEqual([800, 1_600, 3_200, 6_400, 6_400]);
  expect([1, 2, 3, 4, 9].map((failures) => Math.round(most(failures)))).toEqual([1_200, 2_400, 4_800, 9_600, 9_600]);
});
