import { AppError, notFound } from "../../../domain/app-error.ts";
import { isId, type UserId } from "../../../domain/ids.ts";
import type { MemberPatch } from "../../../domain/records/member.ts";
import { isAbove, type Role } from "../../../domain/roles.ts";
import { again, tenantHub } from "../../../durable/kit/stubs.ts";
import { announce } from "../../../durable/webhooks/announce.ts";
import { activateEmail, forgetEmails, holdEmail } from "../../../platform/db/directory-db.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import type { Session, WorkerEnv } from "../../env.ts";
import { requireStepUp } from "../../http/step-up.ts";
import { versionConflict } from "../../records/version.ts";
import { addressHash } from "../auth/address.ts";
import {
  changeMember,
  findMember,
  handOver,
  isLastOwner,
  type MemberRow,
  ownedBy,
  release,
  toMember,
} from "./queries.ts";

const refusedField = (path: string, message: string): AppError =>
  new AppError(422, "invalid_fields", message, { errors: [{ path, message }] });

const lastOwner = (): AppError =>
  new AppError(409, "last_owner", "An agency always has an owner who can sign in. Make somebody else an owner first.");

/** @throws AppError 409 `last_owner` for who may not go, whatever else they send */
export async function refuseLastOwner(db: TenantDb, userId: UserId): Promise<void> {
  if (await isLastOwner(db, userId)) throw lastOwner();
}

/** @throws AppError 403 for somebody whose role stands above the caller's */
export function refuseAbove(by: Session, role: Role): void {
  if (!isAbove(role, by.role)) return;
  throw new AppError(403, "above_your_role", `Your own role is ${by.role}: ask an owner to do this.`);
}

/** @throws AppError 422 for a role that the caller may not give */
export function refuseRoleAbove(by: Session, role: Role): void {
  if (isAbove(role, by.role))
    throw refusedField("role", `Your own role is ${by.role}: you cannot make anybody ${role}.`);
}

/**
 * Changes role, team or state. Nobody changes their own role or state, but an owner may step down
 * while another one stands. What the member may not see any more leaves their screens before this ends.
 */
export async function patchMember(
  env: WorkerEnv,
  db: TenantDb,
  by: Session,
  before: MemberRow,
  patch: MemberPatch,
): Promise<MemberRow> {
  const after: MemberRow = {
    ...before,
    role: patch.role ?? before.role,
    team: patch.team === undefined ? before.team : patch.team,
    state: patch.state ?? before.state,
  };
  refuseRoleAbove(by, after.role);
  refuseOwnRole(by, before, after);
  if (after.role === "owner" && before.role !== "owner") requireStepUp(by);
  if (!(await changeMember(db, before, after, Date.now()))) {
    const now = await memberNow(db, before.id);
    throw now.version === before.version ? lastOwner() : versionConflict(toMember(now, true));
  }
  if (after.role !== before.role) announce(env, db, "member.role_changed", { ...after, previousRole: before.role });
  await rightsChanged(env, db, before.id);
  return memberNow(db, before.id);
}

function refuseOwnRole(by: Session, before: MemberRow, after: MemberRow): void {
  if (before.id !== by.userId) return;
  const stepsDown = before.role === "owner" && after.state === "active";
  if (stepsDown || (after.role === before.role && after.state === before.state)) return;
  throw new AppError(403, "own_role", "Nobody changes their own role. Ask another owner or admin of your agency.");
}

/** Makes a member an owner in the caller's place, who is an admin from then on. */
export async function transferOwnership(
  env: WorkerEnv,
  db: TenantDb,
  by: Session,
  heir: MemberRow,
): Promise<{ owner: MemberRow; admin: MemberRow }> {
  if (heir.id === by.userId)
    throw new AppError(409, "already_owner", "You are an owner. Choose the member who takes your place.");
  if (heir.state !== "active")
    throw new AppError(
      409,
      "not_active",
      `${heir.name} is suspended and could not act as owner. Reactivate them first.`,
    );
  const giver = await memberNow(db, by.userId);
  if (!(await handOver(db, giver, heir, Date.now())))
    throw new AppError(
      409,
      "not_handed_over",
      "Somebody changed one of your roles meanwhile. Look again, then try anew.",
    );
  announce(env, db, "member.role_changed", { ...giver, role: "admin", previousRole: "owner" });
  announce(env, db, "member.role_changed", { ...heir, role: "owner", previousRole: heir.role });
  await Promise.all([by.userId, heir.id].map((id) => rightsChanged(env, db, id)));
  return { owner: await memberNow(db, heir.id), admin: await memberNow(db, by.userId) };
}

/**
 * Lets a member go, and hands what they own to `reassignTo`. Three steps, as registering has: the
 * directory holds the address, the region lets the person go, the directory frees the address; the
 * cron finishes what is cut between.
 */
export async function removeMember(
  env: WorkerEnv,
  db: TenantDb,
  by: Session,
  leaver: MemberRow,
  reassignTo: string | undefined,
): Promise<void> {
  const whole = db.whole();
  const heir = reassignTo === undefined ? null : await heirOf(whole, leaver, reassignTo);
  const owned = await ownedBy(whole, leaver.id);
  if (heir === null && owned > 0) throw unassigned(leaver, owned);
  const now = Date.now();
  const entry = { emailHash: addressHash(env, leaver.email), userId: leaver.id, tenantId: db.tenantId };
  await holdEmail(env, entry, now);
  if (!(await release(whole, leaver, heir, by.userId, now))) {
    // Whoever let them go at the same moment frees the address.
    if (await findMember(whole, leaver.id)) await activateEmail(env, entry);
    throw await whyNot(whole, leaver, reassignTo);
  }
  announce(env, db, "member.left", { id: leaver.id, reassignedTo: owned > 0 ? heir : null });
  await forgetEmails(env, entry);
  await rightsChanged(env, db, leaver.id);
  if (owned > 0) await again(() => tenantHub(env, db).rosterReassigned());
}

async function heirOf(db: TenantDb, leaver: MemberRow, id: string): Promise<UserId> {
  const heir = isId("user", id) && id !== leaver.id ? await findMember(db, id) : null;
  if (heir?.state === "active") return heir.id;
  throw refusedField("reassignTo", "Choose an active member of your agency, other than the one who leaves.");
}

const unassigned = ({ name }: MemberRow, owned: number): AppError =>
  refusedField("reassignTo", `${name} owns ${owned} ${owned === 1 ? "record" : "records"}. Say who takes over.`);

/** What came between looking and letting go. */
async function whyNot(db: TenantDb, leaver: MemberRow, reassignTo: string | undefined): Promise<AppError> {
  const now = await findMember(db, leaver.id);
  if (!now) return notFound("member");
  if (reassignTo !== undefined) await heirOf(db, leaver, reassignTo);
  const owned = reassignTo === undefined ? await ownedBy(db, leaver.id) : 0;
  return owned > 0 ? unassigned(leaver, owned) : lastOwner();
}

/** Screens that they have open, a program's of theirs too, show what they may see now, or close. */
const rightsChanged = (env: WorkerEnv, db: TenantDb, userId: UserId): Promise<void> =>
  again(() => tenantHub(env, db).rightsChanged(userId));

async function memberNow(db: TenantDb, id: UserId): Promise<MemberRow> {
  const member = await findMember(db, id);
  if (!member) throw notFound("member");
  return member;
}
