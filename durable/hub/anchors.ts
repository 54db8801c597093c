import * as z from "zod/mini";
import { retainedSince } from "../../domain/retention.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import { parseJson } from "../../platform/json.ts";
import { regionalBucket } from "../../platform/regions.ts";
import type { DurableEnv } from "../env.ts";
import type { Anchor } from "./ledger.ts";

/** The ledger's head of each day, kept outside of the object: `audit/<tenant>/<day>.json`. */

const anchorSchema = z.object({ seq: z.number(), head: z.string(), at: z.string() });

const folderOf = ({ tenantId }: TenantPlace): string => `audit/${tenantId}/`;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Writes the day's anchor; the first one of a day stays, or a chain could be bent until evening. */
export async function keepAnchor(env: DurableEnv, place: TenantPlace, anchor: Anchor): Promise<void> {
  const day = anchor.at.slice(0, 10);
  await regionalBucket(env, place.region).put(`${folderOf(place)}${day}.json`, JSON.stringify(anchor), {
    onlyIf: new Headers({ "If-None-Match": "*" }),
    httpMetadata: { contentType: "application/json" },
  });
}

/** The newest anchor that can be read; null while there is none. */
export async function newestAnchor(env: DurableEnv, place: TenantPlace, now: number): Promise<Anchor | null> {
  const bucket = regionalBucket(env, place.region);
  const prefix = folderOf(place);
  // Days sort as their names do, and there are fewer of them than a listing has room for.
  const startAfter = `${prefix}${dayOf(retainedSince("auditEvents", now))}`;
  const { objects } = await bucket.list({ prefix, startAfter });
  for (const { key } of objects.toReversed()) {
    const object = await bucket.get(key);
    const anchor = anchorSchema.safeParse(object && parseJson(await object.text()));
    if (anchor.success) return anchor.data;
  }
  return null;
}

/** Drops the anchors whose entries are all gone. */
export async function dropOldAnchors(env: DurableEnv, place: TenantPlace, now: number): Promise<void> {
  const bucket = regionalBucket(env, place.region);
  const prefix = folderOf(place);
  const oldest = `${prefix}${dayOf(retainedSince("auditEvents", now))}`;
  const { objects } = await bucket.list({ prefix, limit: 100 });
  const keys = objects.map(({ key }) => key).filter((key) => key < oldest);
  if (keys.length > 0) await bucket.delete(keys);
}
