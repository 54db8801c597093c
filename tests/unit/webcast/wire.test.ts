import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uint64, WireError, WireReader } from "../../../durable/webcast/wire.ts";
import { unzigzag, WireWriter, zigzag } from "../../../durable/webcast/wire-writer.ts";

const reader = (bytes: Uint8Array | readonly number[]): WireReader => {
  const wire = new WireReader(Uint8Array.from(bytes));
  wire.next();
  return wire;
};

describe("reading", () => {
  test("numbers are exact up to 2⁵³, ids up to 2⁶⁴", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const written = new WireWriter().uint(7, value).finish();
        expect(reader(written).id()).toBe(value);
        if (value <= BigInt(Number.MAX_SAFE_INTEGER)) {
          expect(reader(written).uint()).toBe(Number(value));
          expect(new WireWriter().uint(7, Number(value)).finish()).toEqual(written);
        }
      }),
    );
    expect(uint64(0xffff_ffff, 0xffff_ffff)).toBe(18446744073709551615n);
    expect(uint64(0x1f_ffff, 0xffff_ffff)).toBe(9007199254740991n);
  });

  test("a sub-message is a range of the same bytes", () => {
    const inner = new WireWriter().uint(1, 5).text(2, "rose").finish();
    const wire = new WireReader(new WireWriter().bytes(3, inner).uint(4, 9).finish());
    const read: unknown[] = [];
    while (wire.next()) {
      if (wire.field === 4) read.push(wire.uint());
      else readInner(wire, read);
    }
    expect(read).toEqual([5, "rose", 9]);
  });

  test("a sub-message may be left before its end", () => {
    const inner = new WireWriter().uint(1, 5).text(2, "rose").finish();
    const wire = new WireReader(new WireWriter().bytes(3, inner).uint(4, 9).finish());
    wire.next();
    wire.close(wire.open());
    expect(wire.next()).toBe(true);
    expect(wire.uint()).toBe(9);
  });

  test("fixed fields, which nothing here uses, are stepped over", () => {
    const wire = reader([0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4, 0x18, 42]);
    wire.skip();
    wire.next();
    wire.skip();
    wire.next();
    expect([wire.field, wire.uint()]).toEqual([3, 42]);
  });
});

function readInner(wire: WireReader, read: unknown[]): void {
  const outer = wire.open();
  while (wire.next()) read.push(wire.field === 1 ? wire.uint() : wire.text());
  wire.close(outer);
}

describe("what is broken throws WireError", () => {
  test.each([
    ["a varint cut short", [0x08, 0x80]],
    ["a varint of eleven bytes", [0x08, ...Array<number>(10).fill(0x80), 1]],
    ["a length past the end", [0x12, 5, 1, 2]],
    ["a length of 2⁶³", [0x12, ...Array<number>(8).fill(0xff), 0x7f]],
    ["a fixed64 cut short", [0x09, 1, 2]],
    ["a group", [0x0b]],
  ])("%s", (_, bytes) => {
    expect(() => reader(bytes).skip()).toThrow(WireError);
  });

  test("field number 0", () => {
    expect(() => reader([0x00, 0x01])).toThrow(WireError);
  });

  test("a field of another wire type than was asked for", () => {
    expect(() => reader([0x08, 1]).text()).toThrow(WireError);
    expect(() => reader([0x12, 0]).uint()).toThrow(WireError);
  });

  test("a sub-message whose field reaches into what follows it", () => {
    const wire = reader([0x1a, 2, 0x12, 5, 0x20, 9, 9, 9, 9]);
    wire.open();
    wire.next();
    expect(() => wire.skip()).toThrow(WireError);
  });
});

test("zigzag turns round", () => {
  expect([0, -1, 1, -2].map(zigzag)).toEqual([0, 1, 2, 3]);
  fc.assert(fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (value) => unzigzag(zigzag(value)) === value));
});
