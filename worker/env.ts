import type { ApiKeyId, SessionId, UserId } from "../domain/ids.ts";
import type { Rights, Role } from "../domain/roles.ts";
import type { DurableEnv } from "../durable/env.ts";
import type { TenantDb, TenantPlace } from "../platform/db/tenant-db.ts";

/** The Worker's bindings, as `wrangler.toml` gives them. */
export interface WorkerEnv extends DurableEnv {
  ASSETS: Fetcher;
  /** First gates by address: approximate and per location; the exact limits are objects. */
  REGISTER_LIMIT: RateLimit;
  LOGIN_LIMIT: RateLimit;
  CONNECT_LIMIT: RateLimit;
}

/** Who is asking: a person, or a program that acts for one. */
export interface Session {
  place: TenantPlace;
  /** The browser's session, or the program's key. What was opened with it closes when it ends. */
  credential: SessionId | ApiKeyId;
  userId: UserId;
  role: Role;
  /** What they may do; a key's are no more than its maker's. */
  rights: Rights;
  team: string | null;
  /** When the person last proved who they are, ms since epoch; null for a program. */
  steppedUpAt: number | null;
  /** The agency asks for a second factor and this person has none. */
  needsTotp: boolean;
}

/** What Hono carries through a request. */
export interface AppEnv {
  Bindings: WorkerEnv;
  Variables: {
    requestId: string;
    /** Set by `signedIn`. */
    session: Session;
    /** Set by `signedIn`: the caller's own tenant, and no other. */
    db: TenantDb;
  };
}
