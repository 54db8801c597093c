import * as z from "zod/mini";
import { REGIONS, type Region } from "../domain/regions.ts";
import type { PlatformEnv } from "./env.ts";
import { parseJson } from "./json.ts";
import { regionalBucket } from "./regions.ts";
import type { KeyUse } from "./sealed.ts";
import { createVault } from "./vault.ts";

/**
 * Which keys still seal something in a region: written by the crons, read by whoever changes keys
 * (`npm run rotate-key -- --status`) and by `/healthz`. Key ids and counts, nothing else.
 */
export const KEY_REPORT = "vault/keys.json";

const useSchema = z.record(z.string(), z.number());

/** Times in ms since epoch; null: not looked at since the active key changed. */
export const keyReportSchema = z.object({
  activeKeyId: z.string(),
  activeSince: z.number(),
  rows: useSchema,
  rowsAt: z.nullable(z.number()),
  /** What objects keep, tokens that wait for their revocation. */
  objects: useSchema,
  objectsAt: z.nullable(z.number()),
});
export type KeyReport = z.infer<typeof keyReportSchema>;

/** Null before the first cron, and for what is no report. */
export async function readKeyReport(env: PlatformEnv, region: Region): Promise<KeyReport | null> {
  const file = await regionalBucket(env, region).get(KEY_REPORT);
  return file ? (keyReportSchema.safeParse(parseJson(await file.text())).data ?? null) : null;
}

/** Writes down what was found; what was not looked at stays as it was found before. @param now ms since epoch */
export async function noteKeyUse(
  env: PlatformEnv,
  region: Region,
  found: { rows?: KeyUse; objects?: KeyUse },
  now: number,
): Promise<void> {
  const { activeKeyId } = createVault(env.TOKEN_KEYS);
  const before = await readKeyReport(env, region);
  const same = before?.activeKeyId === activeKeyId;
  const report: KeyReport = {
    activeKeyId,
    activeSince: same ? before.activeSince : now,
    rows: found.rows ?? before?.rows ?? {},
    rowsAt: found.rows ? now : same ? before.rowsAt : null,
    objects: found.objects ?? before?.objects ?? {},
    objectsAt: found.objects ? now : same ? before.objectsAt : null,
  };
  await regionalBucket(env, region).put(KEY_REPORT, JSON.stringify(report));
}

/** When the ring's active key was first seen as such in a region, ms since epoch; `now` when it was not yet. */
export async function activeSince(env: PlatformEnv, region: Region, now: number): Promise<number> {
  const report = await readKeyReport(env, region);
  return report?.activeKeyId === createVault(env.TOKEN_KEYS).activeKeyId ? report.activeSince : now;
}

/** Whether something is sealed with a key that the ring lacks: it cannot be opened until the key is back. */
export async function keyIsMissing(env: PlatformEnv): Promise<boolean> {
  const vault = createVault(env.TOKEN_KEYS);
  const reports = await Promise.all(REGIONS.map((region) => readKeyReport(env, region)));
  return reports
    .flatMap((report) => (report ? [report.rows, report.objects] : []))
    .some((use) => Object.keys(use).some((keyId) => !vault.knows(keyId)));
}
