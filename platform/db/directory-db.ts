import type { ConnectionId, TenantId, UserId } from "../../domain/ids.ts";
import type { Region } from "../../domain/regions.ts";
import type { PlatformEnv } from "../env.ts";
import { sha256Hex } from "../hash.ts";
import type { TenantPlace } from "./tenant-db.ts";

/** The directory's questions. Every key is a blind index (`blind-index.ts`); nothing is in clear. */

export interface EmailEntry extends TenantPlace {
  emailHash: string;
  userId: UserId;
  state: "pending" | "active";
  createdAt: number;
}

const EMAIL =
  "SELECT email_hash AS emailHash, region, tenant_id AS tenantId, user_id AS userId, state, created_at AS createdAt FROM emails";

export const findEmail = (env: PlatformEnv, emailHash: string): Promise<EmailEntry | null> =>
  env.DIRECTORY.prepare(`${EMAIL} WHERE email_hash = ?`).bind(emailHash).first<EmailEntry>();

/**
 * First step of registering: takes the address. The second step writes the region, the third
 * marks the entry active; the cron repairs what stopped in between.
 * @returns false when the address is taken
 */
export async function claimEmail(
  env: PlatformEnv,
  emailHash: string,
  place: TenantPlace,
  userId: UserId,
  now: number,
): Promise<boolean> {
  const [claimed] = await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(
      "INSERT INTO emails (email_hash, region, tenant_id, user_id, state, created_at) VALUES (?, ?, ?, ?, 'pending', ?) ON CONFLICT DO NOTHING",
    ).bind(emailHash, place.region, place.tenantId, userId, now),
    env.DIRECTORY.prepare(
      "INSERT INTO tenant_places (tenant_id, region, created_at) SELECT tenant_id, region, created_at FROM emails WHERE email_hash = ? AND user_id = ? ON CONFLICT DO NOTHING",
    ).bind(emailHash, userId),
  ]);
  return claimed?.meta.changes === 1;
}

/** An address of a person: a second one is pending while they move to it. */
type Address = Pick<EmailEntry, "emailHash" | "userId" | "tenantId">;

/** Third step of registering; also when somebody who was about to leave stays. */
export const activateEmail = (env: PlatformEnv, { emailHash, userId }: Address): Promise<D1Result> =>
  env.DIRECTORY.prepare("UPDATE emails SET state = 'active' WHERE email_hash = ? AND user_id = ?")
    .bind(emailHash, userId)
    .run();

/** Last step of moving to another address: this one is the person's, and whatever they had before is free. */
export const settleEmail = (env: PlatformEnv, { emailHash, userId, tenantId }: Address): Promise<D1Result[]> =>
  env.DIRECTORY.batch([
    env.DIRECTORY.prepare("UPDATE emails SET state = 'active' WHERE email_hash = ? AND user_id = ?").bind(
      emailHash,
      userId,
    ),
    env.DIRECTORY.prepare("DELETE FROM emails WHERE tenant_id = ? AND user_id = ? AND email_hash <> ?").bind(
      tenantId,
      userId,
      emailHash,
    ),
  ]);

/** First step of leaving: the cron looks whether the region let the person go, should the leaving be cut. */
export const holdEmail = (env: PlatformEnv, { emailHash, userId }: Address, now: number): Promise<D1Result> =>
  env.DIRECTORY.prepare("UPDATE emails SET state = 'pending', created_at = ?3 WHERE email_hash = ?1 AND user_id = ?2")
    .bind(emailHash, userId, now)
    .run();

/** Gives back an address under which the region never had the person: of a registration, or of a move. */
export const releaseEmail = (env: PlatformEnv, { emailHash, userId, tenantId }: Address): Promise<D1Result[]> =>
  env.DIRECTORY.batch([
    env.DIRECTORY.prepare("DELETE FROM emails WHERE email_hash = ? AND user_id = ? AND state = 'pending'").bind(
      emailHash,
      userId,
    ),
    dropEmptyPlace(env, tenantId),
  ]);

/** Last step of leaving: the address that they had is free, and one that they were about to move to. */
export const forgetEmails = (
  env: PlatformEnv,
  { userId, tenantId }: Pick<EmailEntry, "userId" | "tenantId">,
): Promise<D1Result[]> =>
  env.DIRECTORY.batch([
    env.DIRECTORY.prepare("DELETE FROM emails WHERE tenant_id = ? AND user_id = ?").bind(tenantId, userId),
    dropEmptyPlace(env, tenantId),
  ]);

const dropEmptyPlace = (env: PlatformEnv, tenantId: TenantId): D1PreparedStatement =>
  env.DIRECTORY.prepare(
    "DELETE FROM tenant_places WHERE tenant_id = ?1 AND NOT EXISTS (SELECT 1 FROM emails WHERE tenant_id = ?1)",
  ).bind(tenantId);

export const pendingEmails = async (env: PlatformEnv, before: number): Promise<EmailEntry[]> =>
  (
    await env.DIRECTORY.prepare(`${EMAIL} WHERE state = 'pending' AND created_at < ? LIMIT 100`)
      .bind(before)
      .all<EmailEntry>()
  ).results;

/** A page of tenants, for the daily walk. */
export const tenantsAfter = async (env: PlatformEnv, after: TenantId | ""): Promise<TenantPlace[]> =>
  (
    await env.DIRECTORY.prepare(
      "SELECT tenant_id AS tenantId, region FROM tenant_places WHERE tenant_id > ? ORDER BY tenant_id LIMIT 200",
    )
      .bind(after)
      .all<TenantPlace>()
  ).results;

/** Where a tenant lives, for what knows its id alone. */
export const placeOfTenant = (env: PlatformEnv, tenantId: TenantId): Promise<TenantPlace | null> =>
  env.DIRECTORY.prepare("SELECT tenant_id AS tenantId, region FROM tenant_places WHERE tenant_id = ?")
    .bind(tenantId)
    .first<TenantPlace>();

export interface AccountEntry extends TenantPlace {
  connectionId: ConnectionId;
}

export const addAccount = (
  env: PlatformEnv,
  openIdHash: string,
  place: TenantPlace,
  connectionId: ConnectionId,
  now: number,
): Promise<D1Result> =>
  env.DIRECTORY.prepare(
    "INSERT INTO accounts (open_id_hash, region, tenant_id, connection_id, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  )
    .bind(openIdHash, place.region, place.tenantId, connectionId, now)
    .run();

export const removeAccount = (env: PlatformEnv, place: TenantPlace, connectionId: ConnectionId): Promise<D1Result> =>
  env.DIRECTORY.prepare("DELETE FROM accounts WHERE tenant_id = ? AND connection_id = ?")
    .bind(place.tenantId, connectionId)
    .run();

export const connectionsOf = async (env: PlatformEnv, openIdHash: string): Promise<AccountEntry[]> =>
  (
    await env.DIRECTORY.prepare(
      "SELECT region, tenant_id AS tenantId, connection_id AS connectionId FROM accounts WHERE open_id_hash = ?",
    )
      .bind(openIdHash)
      .all<AccountEntry>()
  ).results;

export interface Certificate {
  id: string;
  tenantId: TenantId;
  region: Region;
  connectionId: ConnectionId;
  reason: string;
  requestedAt: number;
  completedAt: number;
  dueAt: number;
  counts: Record<string, number>;
}

/**
 * Keeps the proof that a connection's data was deleted: opaque ids, counts and a hash over
 * them and the tenant's previous certificate. Writing the same one again changes nothing.
 */
export async function keepCertificate(env: PlatformEnv, certificate: Certificate): Promise<void> {
  const previous = await env.DIRECTORY.prepare(
    "SELECT hash FROM certificates WHERE tenant_id = ? AND id <> ? ORDER BY rowid DESC LIMIT 1",
  )
    .bind(certificate.tenantId, certificate.id)
    .first<{ hash: string }>();
  const counts = JSON.stringify(certificate.counts);
  const { id, tenantId, region, connectionId, reason, requestedAt, completedAt, dueAt } = certificate;
  const hash = sha256Hex(
    JSON.stringify([
      previous?.hash ?? "",
      id,
      tenantId,
      region,
      connectionId,
      reason,
      requestedAt,
      completedAt,
      dueAt,
      counts,
    ]),
  );
  await env.DIRECTORY.prepare(
    `INSERT INTO certificates (id, tenant_id, region, connection_id, reason, requested_at, completed_at, due_at, counts, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
    .bind(id, tenantId, region, connectionId, reason, requestedAt, completedAt, dueAt, counts, hash)
    .run();
}
