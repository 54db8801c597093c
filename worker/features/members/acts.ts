import { changesBetween } from "../../../domain/audit.ts";
import type { Act } from "../../http/audit.ts";
import type { MemberRow } from "./queries.ts";

/** What a change of a member comes to in the audit ledger: an act each for role, team and state. */
export function memberActs(before: MemberRow, after: MemberRow): Act[] {
  const actions = {
    role: "member.role_changed",
    team: "member.team_changed",
    state: after.state === "suspended" ? "member.suspended" : "member.let_in",
  } as const;
  return Object.entries(actions).flatMap(([field, action]): Act[] => {
    const changes = changesBetween(before, after, [field]);
    return field in changes ? [{ action, target: { type: "user", id: after.id }, changes }] : [];
  });
}
