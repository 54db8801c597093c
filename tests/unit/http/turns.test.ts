import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** A machine whose pieces of work take a second each. */
const PIECE_MS = 1_000;

type Turns = typeof import("../../../worker/http/turns.ts");
let turns: Turns;
let done: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  turns = await import("../../../worker/http/turns.ts");
  done = [];
});
afterEach(() => vi.useRealTimers());

const work = (name: string): Promise<void> =>
  turns.inTurn(async () => {
    done.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
    done.push(`${name} ends`);
  });

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** Somebody reads lists for so long. */
async function othersAskFor(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    turns.othersAsk();
    await pass(50);
  }
}

test("one piece at a time, in the order in which they came", async () => {
  const all = Promise.all([work("a"), work("b"), work("c")]);
  await pass(4 * PIECE_MS);
  await all;
  expect(done).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("while others ask, six sevenths of the time are theirs", async () => {
  for (const name of ["a", "b", "c", "d"]) void work(name);
  await othersAskFor(21 * PIECE_MS);
  expect(done.filter((line) => line.endsWith("ends"))).toEqual(["a ends", "b ends", "c ends"]);
});

test("the rest is over as soon as nobody asks any more", async () => {
  void work("a");
  void work("b");
  await othersAskFor(2 * PIECE_MS);
  expect(done).toEqual(["a begins", "a ends"]);
  await pass(200);
  expect(done.at(-1)).toBe("b begins");
});

test("work that fails ends its turn, and says so to whoever asked for it", async () => {
  const failed = expect(turns.inTurn(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  void work("next");
  await pass(2 * PIECE_MS);
  await failed;
  expect(done).toEqual(["next begins", "next ends"]);
});

test("work whose request was cut off holds the others up for fifteen seconds at most", async () => {
  void turns.inTurn(() => new Promise(() => undefined));
  void work("next");
  await pass(14_000);
  expect(done).toEqual([]);
  await pass(2_000);
  expect(done).toEqual(["next begins"]);
});
