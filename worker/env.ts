import type { ApiKeyId, SessionId, UserId } from "../domain/ids.ts";
import type { Belonging, Rights, Role } from "../domain/roles.ts";
import type { DurableEnv } from "../durable/env.ts";
import type { TenantDb, TenantPlace } from "../platform/db/tenant-db.ts";

/** The Worker's bindings, as `wrangler.toml` gives them. */
export interface WorkerEnv extends DurableEnv {
  ASSETS: Fetcher;
  /** First gates: approximate and per location; the exact limits are objects (`domain/doors.ts`). */
  REGISTER_LIMIT: RateLimit;
  LOGIN_LIMIT: RateLimit;
  RESET_LIMIT: RateLimit;
  CONNECT_LIMIT: RateLimit;
  INVITE_LIMIT: RateLimit;
  SEARCH_LIMIT: RateLimit;
  REPORT_LIMIT: RateLimit;
  KEY_LIMIT: RateLimit;
}

export type FirstGate = {
  [Binding in keyof WorkerEnv]-?: WorkerEnv[Binding] extends RateLimit ? Binding : never;
}[keyof WorkerEnv];

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
}

/** What Hono carries through a request. */
export interface AppEnv {
  Bindings: WorkerEnv;
  Variables: {
    requestId: string;
    /** Set by `signedIn`. */
    session: Session;
    /** Set by `signedIn`: the caller's own tenant, and of it what they may see. */
    db: TenantDb;
    /** The record that the path names, set by what loads it: rights are asked on it. */
    record?: Belonging;
  };
}
