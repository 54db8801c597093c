import type { Member } from "../../../domain/records/member.ts";
import { grantable, isAbove, type Role } from "../../../domain/roles.ts";

/** What the signed-in person may do with a member, as the server has it; a text says why they may not. */
export interface MayChange {
  /** The roles that may be given; the member's own one alone where it stays. */
  roles: readonly Role[];
  roleRefusal: string | null;
  team: boolean;
  suspend: boolean;
  remove: boolean;
  removeRefusal: string | null;
  /** Makes the member an owner in one's own place. */
  transfer: boolean;
}

/** @param owners how many owners may sign in */
export function mayChange(by: { id: string; role: Role }, member: Member, owners: number): MayChange {
  const itself = by.id === member.id;
  const nothing = { roles: [member.role], team: false, suspend: false, remove: false, transfer: false } as const;
  if (isAbove(member.role, by.role))
    return { ...nothing, roleRefusal: "An owner changes owners", removeRefusal: "An owner removes owners" };
  if (!itself) {
    return {
      roles: grantable(by.role),
      roleRefusal: null,
      team: true,
      suspend: true,
      remove: true,
      removeRefusal: null,
      transfer: by.role === "owner" && member.state === "active" && member.role !== "owner",
    };
  }
  const last = by.role === "owner" && owners < 2;
  const only = "You are the only owner. Make somebody else an owner first";
  const stepsDown = by.role === "owner" && !last;
  return {
    ...nothing,
    roles: stepsDown ? grantable(by.role) : nothing.roles,
    roleRefusal: stepsDown ? null : last ? only : "Nobody changes their own role. Ask another owner or admin",
    team: true,
    remove: !last,
    removeRefusal: last ? only : null,
  };
}
