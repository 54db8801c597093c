import { describe, expect, it } from "vitest";
import { newTotpSecret, otpauthUrl, stepAt, stepOfCode, totpAt } from "../../../platform/totp.ts";

/** The secret of both documents' vectors, "12345678901234567890", in base32. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("a one-time code", () => {
  it.each([
    [0, "755224"],
    [1, "287082"],
    [2, "359152"],
    [3, "969429"],
    [4, "338314"],
    [5, "254676"],
    [6, "287922"],
    [7, "162583"],
    [8, "399871"],
    [9, "520489"],
  ])("is RFC 4226's, appendix D, at count %i", (count, code) => {
    expect(totpAt(SECRET, count)).toBe(code);
  });

  // The document's codes have eight digits; six are the last six of them.
  it.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("is RFC 6238's, appendix B, %i seconds after the epoch", (seconds, code) => {
    expect(totpAt(SECRET, stepAt(seconds * 1000))).toBe(code.slice(2));
  });

  it("is good in its own half minute and the ones beside it, and says which it is of", () => {
    const now = 1_234_567_890_000;
    const step = stepAt(now);
    const found = [-2, -1, 0, 1, 2].map((away) => stepOfCode(SECRET, totpAt(SECRET, step + away), now));
    expect(found).toEqual([null, step - 1, step, step + 1, null]);
    for (const wrong of ["", "00592", "0059244", "abcdef"]) expect(stepOfCode(SECRET, wrong, now)).toBeNull();
  });
});

describe("a secret", () => {
  it("is 160 random bits in base32, which its codes are made of", () => {
    const [one, other] = [newTotpSecret(), newTotpSecret()];
    expect(one).toMatch(/^[A-Z2-7]{32}$/);
    expect(other).not.toBe(one);
    expect(totpAt(one, 1)).not.toBe(totpAt(other, 1));
  });

  it("is told to an app with who it is for, every letter safe in an address", () => {
    const url = otpauthUrl("Etica Pro CRM", "o'la+a@agency.example", SECRET);
    expect(url).toBe(
      `otpauth://totp/Etica%20Pro%20CRM:o'la%2Ba%40agency.example?secret=${SECRET}&issuer=Etica%20Pro%20CRM`,
    );
    expect(new URL(url).searchParams.get("issuer")).toBe("Etica Pro CRM");
  });
});
