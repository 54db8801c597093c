import { keyIsMissing } from "../platform/key-report.ts";
import type { WorkerEnv } from "./env.ts";

/** What `/healthz` answers: a code and no details, since anybody may ask. */
export type Health = { status: "ok" } | { status: "degraded"; code: string };

/** Anybody may ask, as often as they like: an answer is good for so long. */
const KEPT_MS = 60_000;

const known = new WeakMap<WorkerEnv, { at: number; health: Health }>();

/**
 * Degraded is no outage: everything is served but what needs a secret whose key is missing
 * (`vault_key_missing`), or nothing is known of the keys, since their report cannot be read
 * (`files_unreachable`).
 */
export async function healthOf(env: WorkerEnv, now = Date.now()): Promise<Health> {
  const before = known.get(env);
  if (before && now - before.at < KEPT_MS) return before.health;
  const health = await look(env);
  known.set(env, { at: now, health });
  return health;
}

async function look(env: WorkerEnv): Promise<Health> {
  try {
    return (await keyIsMissing(env)) ? { status: "degraded", code: "vault_key_missing" } : { status: "ok" };
  } catch {
    return { status: "degraded", code: "files_unreachable" };
  }
}
