/** Roles inside a tenant, the highest first. The rights table (`product.md` §1) is read through `rightsOf` and `may`. */
export const ROLES = ["owner", "admin", "manager", "agent", "finance", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** How far a right reaches: nothing, own records, the team's, all of the tenant's. Each holds the ones before it. */
export const REACHES = ["none", "own", "team", "all"] as const;
export type Reach = (typeof REACHES)[number];

const RIGHTS = {
  "creators.see": ["all", "all", "team", "own", "all", "all"],
  "creators.edit": ["all", "all", "team", "own", "none", "none"],
  "creators.trash": ["all", "all", "team", "none", "none", "none"],
  "connect.invite": ["all", "all", "team", "own", "none", "none"],
  "connect.sync": ["all", "all", "team", "own", "none", "none"],
  "connect.live": ["all", "all", "team", "none", "none", "none"],
  "connect.disconnect": ["all", "all", "team", "none", "none", "none"],
  "live.see": ["all", "all", "team", "own", "all", "all"],
  "live.relay": ["all", "all", "team", "none", "none", "none"],
  "keys.manage": ["all", "all", "none", "none", "none", "none"],
  "webhooks.manage": ["all", "all", "none", "none", "none", "none"],
  "members.manage": ["all", "all", "none", "none", "none", "none"],
  "audit.see": ["all", "all", "none", "none", "none", "none"],
  "ownership.transfer": ["all", "none", "none", "none", "none", "none"],
  "settings.manage": ["all", "all", "none", "none", "none", "none"],
  "log.read": ["all", "none", "none", "none", "none", "none"],
} as const satisfies Record<string, readonly [Reach, Reach, Reach, Reach, Reach, Reach]>;

export type Right = keyof typeof RIGHTS;
/** Every right and how far somebody may use it. */
export type Rights = Readonly<Record<Right, Reach>>;

const reachOf = (role: Role, right: Right): Reach => RIGHTS[right][ROLES.indexOf(role)] ?? "none";

const narrower = (one: Reach, other: Reach): Reach => (REACHES.indexOf(one) < REACHES.indexOf(other) ? one : other);

/** Whom a record belongs to: what `own` and `team` ask. */
export interface Belonging {
  ownerId: string | null;
  team: string | null;
}

/** Somebody, and how far each right reaches for them. */
export interface Who {
  userId: string;
  team: string | null;
  rights: Rights;
}

/** Whether `reach` of a person extends to a record. Who may see a team's sees their own too. */
export function reaches(reach: Reach, who: Pick<Who, "userId" | "team">, record: Belonging): boolean {
  if (reach === "all") return true;
  if (reach === "none") return false;
  if (record.ownerId === who.userId) return true;
  return reach === "team" && record.team !== null && record.team === who.team;
}

/**
 * What `role` may do; for a role that was lent, no more than `lender` may do now. The two are
 * compared right by right: roles are no ladder (finance sees further than a manager and edits
 * nothing), so the lesser of two roles would be a guess, the lesser of two reaches is not.
 */
export const rightsOf = (role: Role, lender: Role = role): Rights =>
  Object.fromEntries(
    Object.keys(RIGHTS).map((right) => [
      right,
      narrower(reachOf(role, right as Right), reachOf(lender, right as Right)),
    ]),
  ) as Record<Right, Reach>;

/** Whether somebody may use a right on a record; without one, on any at all. */
export const may = (who: Who, right: Right, record?: Belonging): boolean =>
  record ? reaches(who.rights[right], who, record) : who.rights[right] !== "none";

/** The roles that `role` may give to somebody, or take from them: none above the own one. */
export const grantable = (role: Role): readonly Role[] =>
  reachOf(role, "members.manage") === "none" ? [] : ROLES.filter((other) => !isAbove(other, role));

/** Whether `role` stands above `other`: nobody lends a role that is above the own one. */
export const isAbove = (role: Role, other: Role): boolean => ROLES.indexOf(role) < ROLES.indexOf(other);
