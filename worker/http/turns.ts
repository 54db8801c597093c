/**
 * Turns at the processor, for work that keeps it for a third of a second: one piece at a time in an
 * isolate, and after each a rest, six times as long, for as long as others are asking. So twenty
 * sign-ins at once leave whoever reads a list at least four fifths of the speed they had.
 *
 * A request that is cut off never says so, and no request may wake another: whoever waits looks
 * from time to time, and who has not looked for a while is taken for gone.
 */

/** Of the processor, work that takes turns has a seventh while somebody else asks; what goes with it takes its share too. */
const REST = 6;
/** Who was heard this recently is still there: a list is asked for and answered many times in it. */
const OTHERS_MS = 100;
/** How often the first in line looks, and those behind it. */
const FIRST_LOOKS_MS = 10;
const LOOKS_MS = 25;
const GONE_MS = 1_000;
/** No piece takes as long: its request was cut off. */
const LONGEST_MS = 15_000;

interface Waiting {
  seenAt: number;
}

const line: Waiting[] = [];
let workingSince: number | null = null;
let restUntil = 0;
let othersAt = 0;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Somebody is here who is not to wait for work that takes turns. */
export const othersAsk = (): void => {
  othersAt = Date.now();
};

/** Does the work when it is its turn. It settles as the work does. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine: Waiting = { seenAt: Date.now() };
  line.push(mine);
  while (!mayBegin(mine)) await sleep(line[0] === mine ? FIRST_LOOKS_MS : LOOKS_MS);
  line.shift();
  const since = Date.now();
  workingSince = since;
  try {
    return await work();
  } finally {
    // The platform's clock stands still while the processor works.
    await sleep(0);
    const now = Date.now();
    workingSince = null;
    restUntil = now + REST * (now - since);
  }
}

function mayBegin(mine: Waiting): boolean {
  const now = Date.now();
  mine.seenAt = now;
  while (line[0] !== undefined && line[0].seenAt < now - GONE_MS) line.shift();
  if (workingSince !== null && workingSince < now - LONGEST_MS) workingSince = null;
  const resting = now < restUntil && othersAt > now - OTHERS_MS;
  return workingSince === null && !resting && line[0] === mine;
}
