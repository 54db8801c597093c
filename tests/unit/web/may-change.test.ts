import { describe, expect, test } from "vitest";
import type { Member } from "../../../domain/records/member.ts";
import { ROLES, type Role } from "../../../domain/roles.ts";
import { mayChange } from "../../../web/pages/settings/may-change.ts";

const member = (role: Role, more: Partial<Member> = {}): Member => ({
  id: "us_other",
  name: "Nia",
  email: "nia@agency.example",
  role,
  team: null,
  state: "active",
  createdAt: "2026-11-01T00:00:00.000Z",
  version: 1,
  ...more,
});

describe("what the members' page offers", () => {
  test("an owner gives every role, an admin none above their own, and neither turns to who stands above", () => {
    expect(mayChange({ id: "me", role: "owner" }, member("viewer"), 1).roles).toEqual(ROLES);
    expect(mayChange({ id: "me", role: "admin" }, member("viewer"), 1).roles).toEqual(ROLES.slice(1));
    const above = mayChange({ id: "me", role: "admin" }, member("owner"), 2);
    expect(above).toMatchObject({ roles: ["owner"], team: false, suspend: false, remove: false, transfer: false });
    expect(above.roleRefusal).toBe("An owner changes owners");
  });

  test("nobody changes their own role or suspends themselves, and anybody may leave", () => {
    const admin = mayChange({ id: "me", role: "admin" }, member("admin", { id: "me" }), 1);
    expect(admin).toMatchObject({ roles: ["admin"], team: true, suspend: false, remove: true });
    expect(admin.roleRefusal).toMatch(/Nobody changes their own role/);
  });

  test("an owner steps down or leaves while another one stands, and only then", () => {
    const self = member("owner", { id: "me" });
    expect(mayChange({ id: "me", role: "owner" }, self, 2)).toMatchObject({ roles: ROLES, remove: true });
    const last = mayChange({ id: "me", role: "owner" }, self, 1);
    expect(last).toMatchObject({ roles: ["owner"], remove: false });
    expect(last.removeRefusal).toMatch(/only owner/);
  });

  test("ownership is handed over by an owner, to a member who may sign in and has none", () => {
    const offered = (role: Role, to: Member): boolean => mayChange({ id: "me", role }, to, 2).transfer;
    expect(offered("owner", member("viewer"))).toBe(true);
    expect(offered("owner", member("owner"))).toBe(false);
    expect(offered("owner", member("viewer", { state: "suspended" }))).toBe(false);
    expect(offered("admin", member("viewer"))).toBe(false);
  });
});
