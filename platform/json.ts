/** JSON from outside: whatever it holds, `undefined` when it is none. Give it to a schema. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
