import { AppError } from "../../../domain/app-error.ts";
import { newId } from "../../../domain/ids.ts";
import {
  CREATOR_FIELDS,
  type Creator,
  type CreatorCreate,
  type CreatorPatch,
} from "../../../domain/records/creator.ts";
import { constraintOf } from "../../../platform/db/errors.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { Session } from "../../env.ts";
import { versionConflict } from "../../records/version.ts";
import { placed, refuseHandingOn } from "./belonging.ts";
import { creatorWithHandle, findCreator, insertCreator, restoreCreator, updateCreator } from "./queries.ts";

/** @param by who has it, as far as the caller may see them */
const handleTaken = (handle: string, by: { id: string; displayName: string } | null): AppError =>
  new AppError(409, "handle_taken", `@${handle} is already on your roster${by ? `, as ${by.displayName}` : ""}.`, {
    errors: [{ path: "handle", message: `@${handle} is already on your roster.` }],
    members: by ? { existing: by } : {},
  });

/** 409 comes before 422 in the contract: a taken handle is said even when other fields are wrong. */
export async function refuseTakenHandle(db: TenantDb, body: unknown, self?: string): Promise<void> {
  const asked = typeof body === "object" && body !== null && "handle" in body ? body.handle : null;
  const handle = typeof asked === "string" ? asked.trim().toLowerCase().replace(/^@/, "") : "";
  if (handle === "") return;
  // A handle stands on the agency's roster once, also where another's creator has it.
  const holder = await creatorWithHandle(db.whole(), handle);
  if (holder && holder.id !== self) throw handleTaken(handle, await creatorWithHandle(db, handle));
}

/** @throws AppError 422 for an owner who is not a member */
async function refuseStranger(db: TenantDb, ownerId: string | null | undefined): Promise<void> {
  if (!ownerId) return;
  const known = await db
    .sql("SELECT 1 AS known FROM users WHERE tenant_id = ?1 AND id = ?2 AND state = 'active'", ownerId)
    .first();
  if (!known) {
    throw new AppError(422, "invalid_fields", "The owner must be a member of your agency.", {
      errors: [{ path: "ownerId", message: "Choose a member of your agency." }],
    });
  }
}

/** @throws AppError 422 when the stage becomes `left`, or stays it, without a reason */
function refuseLeftUnsaid(patch: CreatorPatch, before?: Creator): void {
  if (patch.stage === undefined && patch.stageReason === undefined) return;
  const stage = patch.stage ?? before?.stage;
  const reason = patch.stageReason === undefined ? before?.stageReason : patch.stageReason;
  if (stage !== "left" || reason) return;
  throw new AppError(422, "invalid_fields", "Say why the creator left.", {
    errors: [{ path: "stageReason", message: "Say why the creator left." }],
  });
}

export async function createCreator(db: TenantDb, wanted: CreatorCreate, by: Session): Promise<Creator> {
  const creator = placed(by, wanted);
  refuseLeftUnsaid(creator);
  await refuseStranger(db, creator.ownerId);
  await refuseHandingOn(db, by, { ownerId: by.userId, team: by.team }, creator);
  const id = newId("creator");
  await writing(db, creator.handle, () => insertCreator(db, creator, id, by.userId, Date.now()).run());
  return found(db, id);
}

export async function patchCreator(db: TenantDb, before: Creator, patch: CreatorPatch, by: Session): Promise<Creator> {
  refuseLeftUnsaid(patch, before);
  await refuseStranger(db, patch.ownerId);
  await refuseHandingOn(db, by, before, patch);
  const { meta } = await writing(db, patch.handle, () => updateCreator(db, before, patch, by.userId, Date.now()).run());
  const now = await found(db, before.id);
  if (meta.changes === 0) throw versionConflict(now);
  return now;
}

/** The fields that a change gave another value, by name. */
export const changedFields = (before: Creator, after: Creator): string[] =>
  CREATOR_FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));

/** Out of the trash again, unless another creator has the handle by now. */
export async function restoreTrashed(db: TenantDb, trashed: Creator, by: Session): Promise<Creator> {
  if (trashed.deletedAt !== null) await refuseTakenHandle(db, trashed, trashed.id);
  await writing(db, trashed.handle, () => restoreCreator(db, trashed.id, by.userId, Date.now()).run());
  return found(db, trashed.id);
}

async function found(db: TenantDb, id: string): Promise<Creator> {
  const creator = await findCreator(db, id);
  if (!creator) throw new AppError(404, "not_found", "This creator was deleted meanwhile.");
  return creator;
}

/** Two writers may both have found a handle free; the index decides. */
async function writing<T>(db: TenantDb, handle: string | null | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (handle && constraintOf(error)?.includes("handle"))
      throw handleTaken(handle, await creatorWithHandle(db, handle));
    throw error;
  }
}
