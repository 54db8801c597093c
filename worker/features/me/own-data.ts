import type { Context } from "hono";
import type { UserId } from "../../../domain/ids.ts";
import type { OwnData } from "../../../domain/records/own-data.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { AppEnv } from "../../env.ts";
import { notSignedIn } from "../../http/session.ts";
import { keysMadeBy, toKey } from "../api-keys/queries.ts";
import { account } from "../auth/service.ts";
import { findMember, ownedIds, toMember } from "../members/queries.ts";
import { linksOf } from "../recovery/queries.ts";
import { allSessionsOf, toSession } from "../sessions/queries.ts";
import { invitationsBy, signInOf } from "./queries.ts";

const time = (at: number): string => new Date(at).toISOString();
const timeOrNull = (at: number | null): string | null => (at === null ? null : time(at));

/** What is kept of who asks. */
export async function ownData(c: Context<AppEnv>): Promise<OwnData> {
  const { userId, credential } = c.get("session");
  const db = c.get("db");
  const [profile, memberships, sessions, keys, links, invitations, records] = await Promise.all([
    profileOf(db, userId),
    membershipsOf(db, userId),
    allSessionsOf(db, userId),
    keysMadeBy(db, userId),
    linksOf(db, userId),
    invitationsBy(db, userId),
    ownedIds(db, userId),
  ]);
  return {
    exportedAt: time(Date.now()),
    profile,
    memberships,
    sessions: sessions.map((row) => ({
      ...toSession(row, credential),
      agent: row.agent,
      expiresAt: time(row.expiresAt),
      endedAt: timeOrNull(row.revokedAt),
    })),
    apiKeys: keys.map(toKey),
    mailLinks: links.map(({ kind, email, createdAt, expiresAt, usedAt }) => ({
      kind,
      email,
      sentAt: time(createdAt),
      expiresAt: time(expiresAt),
      usedAt: timeOrNull(usedAt),
    })),
    invitations,
    records,
  };
}

async function profileOf(db: TenantDb, userId: UserId): Promise<OwnData["profile"]> {
  const [row, signIn] = await Promise.all([findMember(db, userId), signInOf(db, userId)]);
  if (!row || !signIn) throw notSignedIn();
  const { role, team, version, ...profile } = toMember(row, true);
  return {
    ...profile,
    emailVerifiedAt: timeOrNull(signIn.emailVerifiedAt),
    secondFactor: signIn.totp,
    recoveryCodesLeft: signIn.recoveryCodesLeft,
  };
}

async function membershipsOf(db: TenantDb, userId: UserId): Promise<OwnData["memberships"]> {
  const [{ tenant }, row] = await Promise.all([account(db, userId), findMember(db, userId)]);
  if (!row) throw notSignedIn();
  return [{ tenant: { id: tenant.id, name: tenant.name, region: tenant.region }, role: row.role, team: row.team }];
}
