import type { D1Database } from "@cloudflare/workers-types";
import { compare } from "bcryptjs";
import { Hono } from "hono";

/**
 * What the product is measured against: Hono and D1 and nothing else. Each handler runs the
 * statements that the product runs for the same answer, the session's among them, and sends the
 * rows as they come: no middleware, no checked cookie, no log, no mapping.
 */

interface Bare {
  Bindings: { DB_EU: D1Database };
}

const SESSION = `
  SELECT s.user_id AS userId, u.role AS role, u.team AS team, s.stepped_up_at AS steppedUpAt,
    t.require_totp = 1 AND u.totp_secret IS NULL AS needsTotp
  FROM sessions s JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.revoked_at IS NULL AND s.expires_at > ?3 AND u.state = 'active'`;

const CREATOR = `id, display_name AS displayName, handle, legal_name AS legalName, email, phone, country, language, niche,
  stage, stage_reason AS stageReason, tier, owner_id AS ownerId, team, joined_on AS joinedOn, contract_from AS contractFrom,
  contract_to AS contractTo, share_percent AS sharePercent, do_not_pitch AS doNotPitch, tags, custom,
  connection_status AS connection, avatar_url AS avatarUrl, followers, diamonds_28d AS diamonds28d,
  live_seconds_28d AS liveSeconds28d, last_live_at AS lastLiveAt, live_enabled AS liveTracking, sync_error AS syncError,
  figures_at AS asOf, version, created_at AS createdAt, updated_at AS updatedAt, deleted_at AS deletedAt`;

const LIST = `
  SELECT ${CREATOR}, name_key AS sortKey FROM creators
  WHERE tenant_id = ?1 AND deleted_at IS NULL ORDER BY name_key ASC, id ASC LIMIT 51`;

const RECORD = `SELECT ${CREATOR} FROM creators WHERE tenant_id = ?1 AND id = ?2`;

const CONNECTION = `
  SELECT id, status, connected_at AS connectedAt, ended_at AS endedAt, purge_due_at AS purgeDueAt, purged_at AS purgedAt,
    certificate_id AS certificateId, revoked, deleted_counts AS deletedCounts, open_id AS openId, union_id AS unionId, scopes,
    refresh_expires_at AS refreshExpiresAt, username, display_name AS displayName, avatar_url AS avatarUrl, bio, followers,
    following, likes, video_count AS videoCount, last_sync_at AS lastSyncAt, sync_error AS syncError
  FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 ORDER BY connected_at DESC, id DESC LIMIT 1`;

const INVITE = `
  SELECT created_at AS createdAt, expires_at AS expiresAt FROM invites
  WHERE tenant_id = ?1 AND creator_id = ?2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > ?3
  ORDER BY created_at DESC LIMIT 1`;

const CONSENT = `
  SELECT granted_at AS grantedAt, wording FROM consents
  WHERE tenant_id = ?1 AND connection_id = ?2 AND kind = 'live' AND withdrawn_at IS NULL`;

const VIDEOS = `
  SELECT id, title, cover_url AS coverUrl, cover_at AS coverAt, embed_url AS embedUrl, duration_seconds AS durationSeconds,
    created_at AS createdAt, views, likes, comments, shares
  FROM videos WHERE tenant_id = ?1 AND creator_id = ?2
    AND connection_id = (SELECT id FROM connections WHERE tenant_id = ?1 AND creator_id = ?2 AND ended_at IS NULL)
    AND missed < 2 ORDER BY created_at DESC, id DESC LIMIT ?3`;

const app = new Hono<Bare>();

/** Who asks, as the product's access cookie names them: region, tenant, session. */
const asker = (cookie: string | undefined): [tenantId: string, sessionId: string] => {
  const [, tenantId = "", sessionId = ""] = /__Host-session=([^;]*)/.exec(cookie ?? "")?.[1]?.split(".") ?? [];
  return [tenantId, sessionId];
};

app.get("/api/v1/creators", async (c) => {
  const db = c.env.DB_EU.withSession("first-unconstrained");
  const [tenantId, sessionId] = asker(c.req.header("Cookie"));
  const session = await db.prepare(SESSION).bind(tenantId, sessionId, Date.now()).first();
  if (!session) return c.body(null, 401);
  const { results } = await db.prepare(LIST).bind(tenantId).all();
  return c.json({ items: results.slice(0, 50) });
});

app.get("/api/v1/creators/:id", async (c) => {
  const db = c.env.DB_EU.withSession("first-unconstrained");
  const [tenantId, sessionId] = asker(c.req.header("Cookie"));
  const session = await db.prepare(SESSION).bind(tenantId, sessionId, Date.now()).first();
  if (!session) return c.body(null, 401);
  return c.json(await db.prepare(RECORD).bind(tenantId, c.req.param("id")).first());
});

app.get("/api/v1/creators/:id/tiktok", async (c) => {
  const db = c.env.DB_EU.withSession("first-unconstrained");
  const [tenantId, sessionId] = asker(c.req.header("Cookie"));
  const id = c.req.param("id");
  const session = await db.prepare(SESSION).bind(tenantId, sessionId, Date.now()).first();
  if (!session) return c.body(null, 401);
  const creator = await db.prepare(RECORD).bind(tenantId, id).first();
  const [connection, invite] = await Promise.all([
    db.prepare(CONNECTION).bind(tenantId, id).first<{ id: string }>(),
    db.prepare(INVITE).bind(tenantId, id, Date.now()).first(),
  ]);
  const [consent, videos] = await Promise.all([
    db
      .prepare(CONSENT)
      .bind(tenantId, connection?.id ?? "")
      .first(),
    db.prepare(VIDEOS).bind(tenantId, id, 20).all(),
  ]);
  return c.json({ creator, connection, invite, consent, videos: videos.results });
});

/** One comparison of the password hash that the product also uses, at the same cost. */
app.post("/bcrypt", async (c) => {
  const { password, hash } = await c.req.json<{ password: string; hash: string }>();
  return c.json({ matches: await compare(password, hash) });
});

export const bare = { fetch: app.fetch };
