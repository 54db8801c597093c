import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DOORS, type DoorName, rateInWords } from "../../../domain/doors.ts";
import { FIRST_GATES, networkOf } from "../../../worker/http/rate-limit.ts";

const bindings = new Map(
  [
    ...readFileSync("wrangler.toml", "utf8").matchAll(
      /\[\[ratelimits\]\]\nname = "(\w+)"\nnamespace_id = "\d+"\nsimple = \{ limit = (\d+), period = (\d+) \}/g,
    ),
  ].map(([, name = "", limit, period]): [string, { limit: number; period: number }] => [
    name,
    { limit: Number(limit), period: Number(period) },
  ]),
);

describe("the table of doors", () => {
  it("holds what the contract promises", () => {
    expect(DOORS.register).toMatchObject({ by: "address", most: 30, seconds: 60 });
    expect(DOORS.signIn).toMatchObject({ by: "address", most: 30, seconds: 60 });
    expect(DOORS.signInAccount).toMatchObject({ by: "account", most: 10, seconds: 900 });
  });

  it.each(Object.keys(DOORS) as DoorName[])(
    "has a first gate before %s that refuses nobody whom the object would let in",
    (name) => {
      const { most, seconds, by } = DOORS[name];
      const first = FIRST_GATES[name];
      // An account's door stands behind one by address.
      if (first === null) return expect(by).toBe("account");
      const gate = bindings.get(first);
      expect(gate?.period).toBe(60);
      expect(gate?.limit).toBeGreaterThanOrEqual(most);
      if (seconds === 60) expect(gate?.limit).toBe(most);
    },
  );

  it("has no gate that stands before nothing", () => {
    expect([...bindings.keys()].sort()).toEqual(
      [...new Set(Object.values(FIRST_GATES).filter((gate) => gate !== null))].sort(),
    );
  });

  it("is said in words", () => {
    expect(rateInWords(DOORS.signIn)).toBe("30 a minute");
    expect(rateInWords(DOORS.signInAccount)).toBe("10 in 15 minutes");
    expect(rateInWords(DOORS.inviteCreator)).toBe("1,000 an hour");
  });
});

describe("whose address it is", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:192.0.2.7", "::ffff:192.0.2.7"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
