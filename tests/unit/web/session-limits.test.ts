import { describe, expect, test } from "vitest";
import { SESSION_HOURS, tenantSecuritySchema } from "../../../domain/records/tenant-security.ts";
import { limitOptions, limitWords } from "../../../web/pages/settings/session-limits.ts";

const USUAL = {
  idleHours: SESSION_HOURS.idle.usual,
  absoluteHours: SESSION_HOURS.absolute.usual,
  requireTotp: false,
};

describe("how long a session may live", () => {
  test("is offered in hours and days, the shortest first, and each is one that the server takes", () => {
    for (const limit of ["idleHours", "absoluteHours"] as const) {
      const offered = limitOptions(limit, USUAL);
      expect(offered.map(({ value }) => Number(value))).toEqual(
        offered.map(({ value }) => Number(value)).toSorted((one, other) => one - other),
      );
      for (const { value } of offered)
        expect(tenantSecuritySchema.safeParse({ ...USUAL, [limit]: Number(value) }).success).toBe(true);
    }
    expect([1, 8, 24, 36, 48, 336].map(limitWords)).toEqual([
      "1 hour",
      "8 hours",
      "24 hours",
      "36 hours",
      "2 days",
      "14 days",
    ]);
  });

  test("shows what it is now, whatever that is, once", () => {
    expect(limitOptions("idleHours", USUAL).filter(({ value }) => value === "336")).toHaveLength(1);
    expect(limitOptions("idleHours", { ...USUAL, idleHours: 100 }).map(({ label }) => label)).toContain("100 hours");
  });
});
