import { type CreatorId, isId, newId, type TenantId } from "../../domain/ids.ts";
import type { Account } from "../../domain/records/account.ts";
import { Agent } from "../../scripts/agent.ts";
import type { Started } from "./runtime.ts";

/** An agency all of whose creators are connected and agreed to LIVE tracking. */
export interface LiveAgency {
  tenantId: TenantId;
  /** The owner's cookies, as one header. */
  cookie: string;
  creators: { id: CreatorId; handle: string }[];
}

/** Registers through the product's own door; the creators come as their own ways would have left them. */
export async function makeLiveAgency({ origins, database }: Started<"default">, creators: number): Promise<LiveAgency> {
  const owner = new Agent(origins.default);
  const account = await owner.api<Account>("POST", "/auth/register", {
    agency: "LIVE Bench Agency",
    region: "eu",
    name: "Bo Bencher",
    email: "owner@live-bench.example",
    password: "a thousand of them on air",
  });
  const tenantId = account.tenant.id;
  if (!isId("tenant", tenantId)) throw new Error(`${tenantId} is no tenant's id`);
  const roster = Array.from({ length: creators }, (_, number) => ({
    id: newId("creator"),
    connectionId: newId("connection"),
    consentId: newId("consent"),
    // Hosts of the simulator's crowd.
    handle: `crowd.${number}`,
  }));
  await database.batch(
    [INSERT_CREATORS, INSERT_CONNECTIONS, INSERT_CONSENTS].map((sql) =>
      database.prepare(sql).bind(tenantId, account.user.id, JSON.stringify(roster), Date.now()),
    ),
  );
  return {
    tenantId,
    cookie: [...owner.jar()].map(([name, value]) => `${name}=${value}`).join("; "),
    creators: roster,
  };
}

const INSERT_CREATORS = `
  INSERT INTO creators (tenant_id, id, display_name, name_key, handle, stage, tags, custom, search_terms, connection_status, live_enabled,
    created_at, created_by, updated_at, updated_by)
  SELECT ?1, value ->> 'id', value ->> 'handle', value ->> 'handle', value ->> 'handle', 'active', '[]', '{}', '', 'active', 1, ?4, ?2, ?4, ?2
  FROM json_each(?3)`;

const INSERT_CONNECTIONS = `
  INSERT INTO connections (tenant_id, id, creator_id, status, connected_at, open_id, scopes, username, last_sync_at)
  SELECT ?1, value ->> 'connectionId', value ->> 'id', 'active', ?4, 'open-' || key, 'user.info.basic', value ->> 'handle', ?4
  FROM json_each(?3)`;

const INSERT_CONSENTS = `
  INSERT INTO consents (tenant_id, id, creator_id, connection_id, kind, wording, granted_at)
  SELECT ?1, value ->> 'consentId', value ->> 'id', value ->> 'connectionId', 'live', 'bench', ?4
  FROM json_each(?3)`;
