import { AppError, type FieldError } from "../../../domain/app-error.ts";
import type { CreatorCreate, CreatorPatch } from "../../../domain/records/creator.ts";
import { type Belonging, reaches } from "../../../domain/roles.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { Session } from "../../env.ts";

/**
 * Whom a creator belongs to decides who sees it. Who may edit every creator gives them to anybody.
 * A manager gives those of their reach to their own team and its people; an agent gives none away:
 * handing on is a manager's to decide, and nobody takes a record out of their own sight.
 */

/** A new creator is its maker's, and their team's, where they would not see it otherwise. */
export const placed = (by: Session, wanted: CreatorCreate): CreatorCreate =>
  by.rights["creators.edit"] === "all" ? wanted : { ownerId: by.userId, team: by.team, ...wanted };

/** @throws AppError 422 for an owner or a team that is not the caller's to give */
export async function refuseHandingOn(
  db: TenantDb,
  by: Session,
  before: Belonging,
  { ownerId = before.ownerId, team = before.team }: CreatorPatch,
): Promise<void> {
  const reach = by.rights["creators.edit"];
  if (reach === "all") return;
  const errors: FieldError[] = [];
  const refuse = (path: string, message: string): unknown => errors.push({ path, message });
  if (ownerId !== before.ownerId) {
    if (reach === "own") refuse("ownerId", "Your role does not hand creators on. Ask a manager of your agency.");
    else if (ownerId !== null && ownerId !== by.userId && !(await isOfTeam(db, ownerId, by.team)))
      refuse("ownerId", "You can hand a creator to somebody of your own team only.");
  }
  if (team !== before.team) {
    if (reach === "own") refuse("team", "Your role does not move creators to another team. Ask a manager.");
    else if (team === null || team !== by.team) refuse("team", "You can place a creator in your own team only.");
  }
  if (errors.length === 0 && !reaches(reach, by, { ownerId, team }))
    refuse("ownerId", "You would not see this creator any more. Keep them in your team, or with you.");
  if (errors.length > 0)
    throw new AppError(422, "invalid_fields", errors.map(({ message }) => message).join(" "), { errors });
}

const isOfTeam = async (db: TenantDb, userId: string, team: string | null): Promise<boolean> =>
  team !== null &&
  (await db
    .sql("SELECT 1 AS known FROM users WHERE tenant_id = ?1 AND id = ?2 AND team = ?3", userId, team)
    .first()) !== null;
