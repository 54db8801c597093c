import { compare, getRounds } from "bcryptjs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { BCRYPT_COST } from "../../domain/retention.ts";
import { hashPassword, passwordMatches } from "../../worker/features/auth/passwords.ts";

vi.mock("bcryptjs", { spy: true });
beforeEach(() => {
  vi.mocked(compare).mockClear();
});

const compared = (): string[] => vi.mocked(compare).mock.calls.map(([, hash]) => hash);

describe("comparing a password", () => {
  it("does the same work for an address that nobody has: one comparison, at the full cost", async () => {
    const hash = await hashPassword("correct horse, wrong battery");
    expect(await passwordMatches("wrong horse, wrong battery", hash)).toBe(false);
    expect(await passwordMatches("wrong horse, wrong battery", null)).toBe(false);
    const [known = "", nobodys = "", ...more] = compared();
    expect(more).toEqual([]);
    expect(known).toBe(hash);
    expect([getRounds(known), getRounds(nobodys)]).toEqual([BCRYPT_COST, BCRYPT_COST]);
  });

  it("does it for a password too long to be anybody's as well, which is never right", async () => {
    const password = "ab".repeat(36);
    const hash = await hashPassword(password);
    expect(await passwordMatches(password, hash)).toBe(true);
    expect(await passwordMatches(`${password}c`, hash)).toBe(false);
    expect(compared()).toEqual([hash, hash]);
  });
});
