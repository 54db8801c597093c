import { Buffer } from "node:buffer";
import { ID_PREFIX, type Id, type IdKind, isId, type TenantId } from "../domain/ids.ts";
import { isRegion } from "../domain/regions.ts";
import type { TenantPlace } from "./db/tenant-db.ts";
import { equalInConstantTime, hmacSha256 } from "./hash.ts";

/**
 * Personal links carry no stored secret: a token names its region, tenant and subject and is
 * signed for one purpose, `eu.<tenant>.<subject>.<128-bit MAC>`. So the same link can be shown
 * again, a copy of the database opens nothing, and no lookup outside the tenant is needed.
 * What a link may still do (used, expired, voided) its row says.
 */
export type LinkPurpose = "invite" | "creator-page" | "invitation" | "password-reset" | "email-confirm";

const MAC_BYTES = 16;

const mac = (key: string, purpose: LinkPurpose, named: string): string =>
  Buffer.from(hmacSha256(Buffer.from(key, "base64"), `link\0${purpose}\0${named}`).subarray(0, MAC_BYTES)).toString(
    "base64url",
  );

const bare = (value: string): string => value.slice(3);

/** @param key SESSION_KEY */
export function linkToken(key: string, purpose: LinkPurpose, place: TenantPlace, subject: Id<IdKind>): string {
  const named = `${place.region}.${bare(place.tenantId)}.${bare(subject)}`;
  return `${named}.${mac(key, purpose, named)}`;
}

/** Who a link is about, or null when we did not make it. */
export function openLink<Kind extends IdKind>(
  key: string,
  purpose: LinkPurpose,
  kind: Kind,
  token: string,
): { place: TenantPlace; subject: Id<Kind> } | null {
  const [region, tenant, subject, signature, ...rest] = token.split(".");
  if (!isRegion(region) || !tenant || !subject || !signature || rest.length > 0) return null;
  if (!equalInConstantTime(signature, mac(key, purpose, `${region}.${tenant}.${subject}`))) return null;
  const tenantId = `${ID_PREFIX.tenant}_${tenant}`;
  const subjectId = `${ID_PREFIX[kind]}_${subject}`;
  return isId("tenant", tenantId) && isId(kind, subjectId) ? { place: { region, tenantId }, subject: subjectId } : null;
}

/** A random token that begins with its place, e.g. an OAuth state: 256 bits after the last dot. */
export const placedToken = (place: TenantPlace, random: string): string =>
  `${place.region}.${bare(place.tenantId)}.${random}`;

/** The place that a placed token names; whether it is ours, its row says. */
export function placeOf(token: string): TenantPlace | null {
  const [region, tenant, random, ...rest] = token.split(".");
  const tenantId: string = `${ID_PREFIX.tenant}_${tenant ?? ""}`;
  if (!isRegion(region) || !isId("tenant", tenantId) || !random || rest.length > 0) return null;
  return { region, tenantId: tenantId as TenantId };
}
