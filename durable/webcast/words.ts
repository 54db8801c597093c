const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();

export const textOf = (bytes: Uint8Array): string => utf8.decode(bytes);
export const bytesOf = (text: string): Uint8Array => toUtf8.encode(text);

/** By a guess at their bytes: what stands here is compared before it is believed. */
const known = new Map<number, string>();
/** Names of types of frames and messages: some thirty in use. */
const MOST = 256;

/** The text of `bytes` from `from` to `to`, which is one of a few that come again and again: each is made once. */
export function wordAt(bytes: Uint8Array, from: number, to: number): string {
  const guess = guessOf(bytes, from, to);
  const word = known.get(guess);
  if (word !== undefined && spells(word, bytes, from, to)) return word;
  const read = textOf(bytes.subarray(from, to));
  if (word === undefined && known.size < MOST) known.set(guess, read);
  return read;
}

/** Names begin with `Webcast` and end with `Message`: what tells them apart stands between. */
function guessOf(bytes: Uint8Array, from: number, to: number): number {
  let guess = to - from;
  for (let at = from + 7; at < to - 7; at++) guess = Math.imul(guess, 31) + (bytes[at] ?? 0);
  return guess | 0;
}

function spells(word: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let at = from; at < to; at++) if (word.charCodeAt(at - from) !== bytes[at]) return false;
  return true;
}
