import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blindIndex, normalizeEmail } from "../../../platform/blind-index.ts";
import { equalInConstantTime, hmacSha256, sha256Hex } from "../../../platform/hash.ts";
import { randomToken } from "../../../platform/random.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");

describe("hashes", () => {
  it("are SHA-256 (FIPS 180-4) and HMAC-SHA256 (RFC 4231, case 2)", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(Buffer.from(hmacSha256("Jefe", "what do ya want for nothing?")).toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("compare in constant time, whatever the lengths", () => {
    expect(equalInConstantTime("same", "same")).toBe(true);
    expect(equalInConstantTime("same", "samE")).toBe(false);
    expect(equalInConstantTime("same", "longer")).toBe(false);
    expect(equalInConstantTime("é", new Uint8Array([0xc3, 0xa9]))).toBe(true);
  });
});

describe("a random token", () => {
  it("has the asked entropy in base64url and does not repeat", () => {
    expect(randomToken(32)).toMatch(/^[\w-]{43}$/);
    expect(new Set(Array.from({ length: 100 }, () => randomToken(16))).size).toBe(100);
  });
});

describe("a blind index", () => {
  it("is the same for every spelling of an address", () => {
    const index = blindIndex(KEY, "email", "mara@example.com");
    expect(index).toMatch(/^[\w-]{43}$/);
    expect(blindIndex(KEY, "email", "  Mara@Example.COM\n")).toBe(index);
    expect(blindIndex(KEY, "email", "ｍａｒａ@example.com")).toBe(index);
  });

  it("tells values, kinds and keys apart, and the case of an open id", () => {
    const all = [
      blindIndex(KEY, "email", "a"),
      blindIndex(KEY, "email", "b"),
      blindIndex(KEY, "open_id", "a"),
      blindIndex(KEY, "open_id", "A"),
      blindIndex(Buffer.alloc(32, 8).toString("base64"), "email", "a"),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("normalises an address once and for all", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        (email) => normalizeEmail(normalizeEmail(email)) === normalizeEmail(email),
      ),
    );
  });

  it("refuses a key that is not 32 bytes", () => {
    expect(() => blindIndex("c2hvcnQ=", "email", "a")).toThrow("BLIND_INDEX_KEY");
  });
});
