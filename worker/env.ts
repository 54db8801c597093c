import type { ApiKeyId, SessionId } from "../domain/ids.ts";
import type { Belonging } from "../domain/roles.ts";
import type { DurableEnv } from "../durable/env.ts";
import type { Holder } from "../platform/db/credentials.ts";
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
export interface Session extends Holder {
  place: TenantPlace;
  /** The browser's session, or the program's key. What was opened with it closes when it ends. */
  credential: SessionId | ApiKeyId;
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
    /** Set once the browser's cookies are taken back: none is given to it after that. */
    signedOut?: true;
    /** The record that the path names, set by what loads it: rights are asked on it. */
    record?: Belonging;
  };
}
