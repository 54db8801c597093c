import type { SessionId } from "../../../domain/ids.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { WorkerEnv } from "../../env.ts";
import { endSessionsOf } from "./queries.ts";

/** Closes what ended sessions have open. */
export async function closeSockets(env: WorkerEnv, db: TenantDb, ended: readonly { id: SessionId }[]): Promise<void> {
  const hub = tenantHub(env, db);
  await Promise.all(ended.map(({ id }) => hub.signedOut(id)));
}

/** Ends a person's sessions but one, and what they have open. @param except the one that stays */
export async function endOtherSessions(env: WorkerEnv, db: TenantDb, userId: string, except: string): Promise<void> {
  const { results } = await endSessionsOf(db, userId, except, Date.now()).all<{ id: SessionId }>();
  await closeSockets(env, db, results);
}
