/** Roles inside a tenant. The rights table (`product.md` §1) is read through `may` alone. */
export const ROLES = ["owner", "admin", "manager", "agent", "finance", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** How far a right reaches: nothing, own records, the team's, all of the tenant's. */
export type Reach = "none" | "own" | "team" | "all";

const RIGHTS = {
  "creators.see": ["all", "all", "team", "own", "all", "all"],
  "creators.edit": ["all", "all", "team", "own", "none", "none"],
  "creators.trash": ["all", "all", "team", "none", "none", "none"],
  "connect.invite": ["all", "all", "team", "own", "none", "none"],
  "connect.sync": ["all", "all", "team", "own", "none", "none"],
  "connect.live": ["all", "all", "team", "none", "none", "none"],
  "connect.disconnect": ["all", "all", "team", "none", "none", "none"],
  "live.see": ["all", "all", "team", "own", "all", "all"],
} as const satisfies Record<string, readonly [Reach, Reach, Reach, Reach, Reach, Reach]>;

export type Right = keyof typeof RIGHTS;

/** How far `role` may use `right`. */
export const reachOf = (role: Role, right: Right): Reach => RIGHTS[right][ROLES.indexOf(role)] ?? "none";

/** Whether `role` may use `right` on some record at all. */
export const may = (role: Role, right: Right): boolean => reachOf(role, right) !== "none";

/** Whom a record belongs to: what `own` and `team` ask. */
export interface Belonging {
  ownerId: string | null;
  team: string | null;
}

/** Whether `reach` of a person extends to a record. Who may see a team's sees their own too. */
export function reaches(reach: Reach, who: { userId: string; team: string | null }, record: Belonging): boolean {
  if (reach === "all") return true;
  if (reach === "none") return false;
  if (record.ownerId === who.userId) return true;
  return reach === "team" && record.team !== null && record.team === who.team;
}

/** Every right and how far `role` may use it. */
export const rightsOf = (role: Role): Record<Right, Reach> =>
  Object.fromEntries(Object.keys(RIGHTS).map((right) => [right, reachOf(role, right as Right)])) as Record<
    Right,
    Reach
  >;
