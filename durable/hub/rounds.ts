import type { ConnectionId, CreatorId } from "../../domain/ids.ts";
import type { Tasks } from "../kit/tasks.ts";
import type { HubContext } from "./context.ts";
import type { Revokes } from "./revoke.ts";
import type { ConnectionRow } from "./tokens.ts";

const MINUTE_MS = 60_000;

interface Open {
  id: ConnectionId;
  creatorId: CreatorId;
  status: ConnectionRow["status"];
  endedAt: number | null;
  purgeDueAt: number | null;
}

/** Finds what a lost alarm left undone, and sets it down again. @returns how many purges were overdue */
export async function findLost(hub: HubContext, tasks: Tasks, revokes: Revokes): Promise<number> {
  const { results } = await hub
    .db()
    .sql(
      `SELECT id, creator_id AS creatorId, status, ended_at AS endedAt, purge_due_at AS purgeDueAt FROM connections
       WHERE tenant_id = ?1 AND (ended_at IS NULL OR purged_at IS NULL)`,
    )
    .all<Open>();
  const now = Date.now();
  let overdue = 0;
  for (const { id, creatorId, status, endedAt, purgeDueAt } of results) {
    if (endedAt !== null) {
      overdue++;
      await tasks.hasten("purge", id, now);
    } else if (status === "expired") {
      await tasks.hasten("expire", id, purgeDueAt ?? now);
    } else {
      await scheduleIfLost(tasks, "sync", id, 60 * MINUTE_MS);
      await scheduleIfLost(tasks, "live", creatorId, 5 * MINUTE_MS);
    }
  }
  for (const id of revokes.waiting()) await scheduleIfLost(tasks, "revoke", id, MINUTE_MS);
  return overdue;
}

/** Spread over `within` ms, since a cron wakes every tenant at once. */
async function scheduleIfLost(tasks: Tasks, kind: string, subject: string, within: number): Promise<void> {
  if (tasks.dueAt(kind, subject) === null) await tasks.schedule(kind, subject, Date.now() + Math.random() * within);
}
