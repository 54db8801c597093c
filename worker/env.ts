import type { DurableEnv } from "../durable/env.ts";
import type { TenantDb } from "../platform/db/tenant-db.ts";
import type { Session } from "./http/session.ts";

/** The Worker's bindings, as `wrangler.toml` gives them. */
export interface WorkerEnv extends DurableEnv {
  ASSETS: Fetcher;
  /** First gates by address: approximate and per location; the exact limits are objects. */
  REGISTER_LIMIT: RateLimit;
  LOGIN_LIMIT: RateLimit;
  CONNECT_LIMIT: RateLimit;
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
