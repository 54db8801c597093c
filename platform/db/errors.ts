/**
 * What the database refused, without its parameters: drivers put them into messages,
 * so a message is never shown or logged; only what is read here leaves.
 */
export function constraintOf(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const hit = /UNIQUE constraint failed: (?:index '([\w]+)'|([\w.]+(?:, [\w.]+)*))/.exec(at.message);
    if (hit) return hit[1] ?? hit[2] ?? null;
  }
  return null;
}
