import { describe, expect, it } from "vitest";
import { codewordsFor, correctionOf } from "../../../platform/qr/codewords.ts";
import { type QrCode, qrCode } from "../../../platform/qr/symbol.ts";
import drawn from "../../fixtures/qr-codes.json" with { type: "json" };

/** What a path draws: a row of zeros and ones a line. */
function rowsOf({ size, path }: QrCode): string[] {
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => "0"));
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    rows[Number(y)]?.fill("1", Number(x), Number(x) + Number(run));
  return rows.map((row) => row.join(""));
}

describe("a QR code", () => {
  it.each(drawn.symbols)("is, module by module, what another encoder draws of $text", ({ text, rows }) => {
    expect(rowsOf(qrCode(text))).toEqual(rows);
  });

  it("corrects errors as the standard's own division does", () => {
    // HELLO WORLD, alphanumeric, version 1-M: the example that tutorials walk through.
    const block = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17];
    expect([...correctionOf(Uint8Array.from(block), 10)]).toEqual([196, 35, 39, 119, 235, 215, 231, 226, 93, 23]);
  });

  it("is as large as its text needs, as the standard's table of capacities has it", () => {
    const versions: [bytes: number, version: number][] = [
      [14, 1],
      [15, 2],
      [84, 5],
      [85, 6],
      [180, 9],
      [181, 10],
      [666, 20],
      [667, 21],
      [2331, 40],
    ];
    for (const [bytes, version] of versions)
      expect([bytes, codewordsFor("x".repeat(bytes)).version]).toEqual([bytes, version]);
    expect(() => qrCode("x".repeat(2332))).toThrow(/2332 bytes/);
  });

  it("counts bytes, not letters", () => {
    expect(codewordsFor("ü".repeat(7)).version).toBe(1);
    expect(codewordsFor("ü".repeat(8)).version).toBe(2);
  });
});
