import { isId, type TenantId } from "../domain/ids.ts";
import { REGIONS, type Region } from "../domain/regions.ts";
import { retainedSince } from "../domain/retention.ts";
import { placeOfTenant } from "./db/directory-db.ts";
import type { PlatformEnv } from "./env.ts";
import { randomToken } from "./random.ts";
import { regionalBucket } from "./regions.ts";

/**
 * The operational log, kept: `log/<tenant id>/<yyyy-mm-dd>/<time>-<random>.jsonl` in the bucket of
 * the tenant's region; `_` in the European Union's for lines that are no tenant's. Lines are
 * gathered in an isolate's memory for some seconds and written in one go. An isolate that dies
 * before loses those seconds here; the platform's own log has them for its few days.
 */

interface Gathered {
  tenantId: string;
  /** ISO 8601 */
  time: string;
  line: string;
}

const NOBODYS = "_";
/** That one's lines are no tenant's, so they have no region of their own. */
const NOBODYS_REGION: Region = "eu";
/** Lines that are written without waiting for more. */
const PLENTY = 500;
/** While the files cannot be reached: the newest so many are tried again. */
const MOST = 5_000;
const USUAL_SECONDS = 10;
/** Whoever promised to write and did not by then was cut. */
const CUT_MS = 30_000;
/** What R2 lists and deletes in one go. */
const PAGE = 1_000;

const gathered: Gathered[] = [];
let promisedAt = 0;
const regions = new Map<string, Region>();

/** Takes a line down. @param line as `log.ts` made it @param time ISO 8601 */
export function gather(line: string, time: string, tenantId: string | undefined): void {
  gathered.push({ line, time, tenantId: tenantId ?? NOBODYS });
  if (gathered.length > MOST) gathered.shift();
}

/**
 * Writes what was gathered, after waiting for more; at once where there is plenty. Of those who
 * ask within that time one does it. Give it to `waitUntil`: it never throws.
 */
export async function keepLog(env: PlatformEnv, wait = true): Promise<void> {
  if (env.LOG_GATHER_SECONDS === "off") {
    gathered.length = 0;
    return;
  }
  const seconds = Number(env.LOG_GATHER_SECONDS ?? USUAL_SECONDS);
  if (wait && seconds > 0 && gathered.length < PLENTY) {
    if (Date.now() - promisedAt < CUT_MS) return;
    promisedAt = Date.now();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    promisedAt = 0;
  }
  const taken = gathered.splice(0);
  for (const [tenantId, lines] of Map.groupBy(taken, (line) => line.tenantId)) {
    try {
      await write(env, tenantId, lines);
    } catch {
      // Tried again with the next ones.
      gathered.unshift(...lines);
      gathered.splice(0, Math.max(0, gathered.length - MOST));
    }
  }
}

/** One file a day: a batch may lie across midnight. */
async function write(env: PlatformEnv, tenantId: string, lines: readonly Gathered[]): Promise<void> {
  const region = await regionOf(env, tenantId);
  // Of a tenant that there is not: nobody's.
  const owner = region ? tenantId : NOBODYS;
  const bucket = regionalBucket(env, region ?? NOBODYS_REGION);
  for (const [day, ofDay] of Map.groupBy(lines, ({ time }) => time.slice(0, 10))) {
    const first = (ofDay[0]?.time ?? "").replaceAll(/[-:.]/g, "");
    const text = ofDay.map(({ line }) => `${line}\n`).join("");
    await bucket.put(`${folderOf(owner, day)}${first}-${randomToken(6)}.jsonl`, text);
  }
}

/** Null: it is no tenant's. */
async function regionOf(env: PlatformEnv, tenantId: string): Promise<Region | null> {
  if (!isId("tenant", tenantId)) return null;
  const known = regions.get(tenantId) ?? (await placeOfTenant(env, tenantId))?.region ?? null;
  if (known) regions.set(tenantId, known);
  return known;
}

const folderOf = (owner: string, day: string): string => `log/${owner}/${day}/`;

/** A tenant's lines of one day (UTC), as newline-delimited JSON, a file at a time. @param day `2026-11-24` */
export function logOfDay(
  env: PlatformEnv,
  { region, tenantId }: { region: Region; tenantId: TenantId },
  day: string,
): ReadableStream<Uint8Array> {
  const bucket = regionalBucket(env, region);
  const files = keysUnder(bucket, folderOf(tenantId, day));
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await files.next();
      if (done) return controller.close();
      const file = await bucket.get(value);
      // One that the daily round deleted meanwhile is no line.
      controller.enqueue(file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array());
    },
  });
}

async function* keysUnder(bucket: R2Bucket, prefix: string): AsyncGenerator<string, void> {
  let cursor: string | undefined;
  do {
    const page: R2Objects = await bucket.list({ prefix, limit: PAGE, ...(cursor ? { cursor } : {}) });
    for (const { key } of page.objects) yield key;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}

/** Deletes what was kept long enough, of every tenant and of none. @param now ms since epoch */
export async function dropOldLog(env: PlatformEnv, now: number): Promise<void> {
  // A day goes when all of it is old enough.
  const oldest = new Date(retainedSince("operationalLogs", now)).toISOString().slice(0, 10);
  for (const region of REGIONS) {
    const bucket = regionalBucket(env, region);
    for await (const owner of ownersIn(bucket)) await dropBefore(bucket, owner, oldest);
  }
}

/** `log/tn_…/`, one after the other. */
async function* ownersIn(bucket: R2Bucket): AsyncGenerator<string, void> {
  let cursor: string | undefined;
  do {
    const page: R2Objects = await bucket.list({ prefix: "log/", delimiter: "/", ...(cursor ? { cursor } : {}) });
    yield* page.delimitedPrefixes;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}

/** Keys begin with their day, so the oldest come first: as soon as one is young enough, all after it are. */
async function dropBefore(bucket: R2Bucket, owner: string, day: string): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({ prefix: owner, limit: PAGE });
    const old = objects.map(({ key }) => key).filter((key) => key < `${owner}${day}`);
    if (old.length > 0) await bucket.delete(old);
    if (old.length < PAGE) return;
  }
}
