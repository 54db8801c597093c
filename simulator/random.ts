/**
 * Randomness that is a function of its seed, so that a restarted simulator tells the same story:
 * the same followers on the same day, the same gifts in the same room.
 */

/** 32-bit hash of a text: FNV-1a, then murmur3's finaliser, so that similar texts differ in every bit. */
export const hash32 = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** The same number in [0, 1) for the same seed, always. */
export const fraction = (seed: string): number => hash32(seed) / 2 ** 32;

/** A stream of numbers in [0, 1): mulberry32. */
export const seededRandom = (seed: string): (() => number) => {
  let state = hash32(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A smooth wander in [-1, 1] along `x`: value noise, one random height per whole number. */
export const wander = (seed: string, x: number): number => {
  const left = Math.floor(x);
  const part = x - left;
  const ease = part * part * (3 - 2 * part);
  const from = fraction(`${seed}:${left}`);
  const to = fraction(`${seed}:${left + 1}`);
  return 2 * (from + (to - from) * ease) - 1;
};

/** One of the items; the list must not be empty. */
export const pick = <Item>(items: readonly [Item, ...Item[]], random: number): Item =>
  items[Math.floor(random * items.length)] ?? items[0];
