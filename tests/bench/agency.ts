import { type CreatorId, isId, newId, type TenantId } from "../../domain/ids.ts";
import type { Account } from "../../domain/records/account.ts";
import { CREATOR_STAGES } from "../../domain/records/creator.ts";
import { fold, searchTerms } from "../../platform/db/search.ts";
import { Agent } from "../../scripts/agent.ts";
import { Client } from "./load.ts";
import type { Runtime } from "./runtime.ts";

/** An agency of the size that the goals speak of. */
export interface BenchAgency {
  email: string;
  password: string;
  /** The owner's cookies, as one header. */
  cookie: string;
  /** Some creators who are connected, each with videos. */
  connected: CreatorId[];
  /** Address of an invite that may still be used. */
  inviteUrl: string;
}

const CREATORS = 5_000;
const CONNECTED = 100;
const VIDEOS = 40;
const DAY_MS = 86_400_000;
const NAMES = ["Amara", "Bilal", "Chiara", "Dunja", "Émile", "Farah", "Goran", "نورة", "Ilse", "Jonas"];
const FAMILIES = ["Almasi", "Brandt", "Calderón", "Dervish", "Eklund", "الفارسي", "Grünwald", "Haddad"];

/** Registers through the product's own door and fills the roster as its own writes would have. */
export async function makeAgency({ app, database }: Runtime): Promise<BenchAgency> {
  const owner = new Agent(app);
  const [email, password] = ["owner@bench.example", "five thousand on the roster"] as const;
  const account = await owner.api<Account>("POST", "/auth/register", {
    agency: "Bench Agency",
    region: "eu",
    name: "Bea Bencher",
    email,
    password,
  });
  const tenantId = account.tenant.id;
  if (!isId("tenant", tenantId)) throw new Error(`${tenantId} is no tenant's id`);
  const roster = Array.from({ length: CREATORS }, (_, at) => creator(tenantId, at));
  for (let at = 0; at < roster.length; at += 1_000)
    await database
      .prepare(INSERT_CREATORS)
      .bind(tenantId, account.user.id, JSON.stringify(roster.slice(at, at + 1_000)))
      .run();
  // Spread over the roster, so that their rows do not lie on one page.
  const connected = roster.filter((_, at) => at % (CREATORS / CONNECTED) === 0).map(({ id }) => id);
  await database.batch([
    database
      .prepare(INSERT_CONNECTIONS)
      .bind(tenantId, JSON.stringify(connected.map((id) => ({ id, connectionId: newId("connection") }))), Date.now()),
    database.prepare(INSERT_VIDEOS).bind(tenantId, Date.now(), VIDEOS, DAY_MS),
  ]);
  const { url } = await owner.api<{ url: string }>("POST", `/creators/${roster.at(-1)?.id}/invites`);
  return { email, password, cookie: await signIn(app, email, password), connected, inviteUrl: url };
}

async function signIn(app: string, email: string, password: string): Promise<string> {
  const browser = new Client(app, { Origin: app }, 1);
  const { headers } = await browser.good("POST", "/api/v1/auth/login", { email, password });
  browser.close();
  return [headers["set-cookie"] ?? []]
    .flat()
    .map((line) => line.split(";")[0])
    .join("; ");
}

const creator = (tenantId: TenantId, at: number) => {
  const displayName = `${NAMES[at % NAMES.length]} ${FAMILIES[(at * 7) % FAMILIES.length]} ${at}`;
  const handle = `creator.${at}`;
  return {
    id: newId("creator", Date.now() - (CREATORS - at) * 60_000),
    displayName,
    nameKey: fold(displayName),
    handle,
    email: `creator-${at}@creators.example`,
    stage: CREATOR_STAGES[at % CREATOR_STAGES.length],
    tags: JSON.stringify(["bench", `row-${at % 10}`]),
    searchTerms: searchTerms(tenantId, [displayName, handle]),
    followers: (at * 7_919) % 1_000_003,
    at: Date.now() - (CREATORS - at) * 60_000,
  };
};

const INSERT_CREATORS = `
  INSERT INTO creators (tenant_id, id, display_name, name_key, handle, email, country, language, niche, stage, tier, owner_id,
    share_percent, tags, custom, search_terms, connection_status, followers, figures_at, created_at, created_by, updated_at, updated_by)
  SELECT ?1, value ->> 'id', value ->> 'displayName', value ->> 'nameKey', value ->> 'handle', value ->> 'email', 'AE', 'Arabic, English',
    'Music', value ->> 'stage', 'A2', ?2, 20, value ->> 'tags', '{}', value ->> 'searchTerms', 'active', value ->> 'followers',
    value ->> 'at', value ->> 'at', ?2, value ->> 'at', ?2
  FROM json_each(?3)`;

const INSERT_CONNECTIONS = `
  INSERT INTO connections (tenant_id, id, creator_id, status, connected_at, open_id, scopes, username, display_name, bio, followers,
    following, likes, video_count, last_sync_at)
  SELECT ?1, value ->> 'connectionId', value ->> 'id', 'active', ?3, 'open-' || key, 'user.info.basic,user.info.stats,video.list',
    'creator.' || key, 'Creator ' || key, 'Sings on Thursdays', 120000 + key, 310, 4500000, 40, ?3
  FROM json_each(?2)`;

const INSERT_VIDEOS = `
  WITH RECURSIVE ago(days) AS (SELECT 1 UNION ALL SELECT days + 1 FROM ago WHERE days < ?3)
  INSERT INTO videos (tenant_id, creator_id, created_at, id, connection_id, title, cover_at, embed_url, duration_seconds, views, likes,
    comments, shares, seen_at)
  SELECT c.tenant_id, c.creator_id, ?2 - days * ?4, CAST(7300000000000000000 + days AS TEXT), c.id, 'Thursday song ' || days, ?2,
    'https://www.tiktok.com/player/v1/' || days, 30 + days, 10000 * days, 700 * days, 40 * days, 9 * days, ?2
  FROM connections c, ago WHERE c.tenant_id = ?1`;
