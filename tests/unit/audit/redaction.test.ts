import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesBetween } from "../../../domain/audit.ts";
import { redacted, redactedAgent } from "../../../domain/audit-redaction.ts";
import { newId } from "../../../domain/ids.ts";
import { creatorCreateSchema } from "../../../domain/records/creator.ts";

const SECRETS = [
  "ek_eu.tn_01.ak_02.abc",
  "act.example12345Example12345Example",
  "rft.c1gdNkLmExampleExampleExample!",
  "$2b$12$C6UzMDM.H6dfI/f/IKcEeO9ZqPuLC2mHxQJqVJpxPAlbV5sx9g3yG",
  "v1.k1.AAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBB",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJabc",
  "Bearer something",
  "-----BEGIN PRIVATE KEY-----",
  "482913",
  "482 913",
  "k7pd-93xa-mm2q",
  "eu.01J8ZQ4T5V6W7X8Y9Z0A1B2C3D.01J8ZQ4T5V6W7X8Y9Z0A1B2C3E.q83vEjRWeJq83vEjRWeJqw",
];

describe("a value", () => {
  test.each(SECRETS)("of a secret's shape is refused in a field that is told in clear: %s", (secret) => {
    const text = JSON.stringify(redacted({ team: [secret, `North ${secret}`], tier: [null, secret] }));
    expect(text).not.toContain(secret);
    expect(redacted({ team: [null, secret] })).toEqual({ team: [null, { hidden: "secret" }] });
  });

  test("of a secret's name is refused whatever it is", () => {
    const names = [
      "password",
      "passwordHash",
      "refreshToken",
      "secret",
      "totp",
      "code",
      "authCode",
      "sessionKey",
      "otp",
    ];
    const changes = redacted(Object.fromEntries(names.map((name) => [name, ["a", "short one"]])));
    expect(Object.keys(changes).sort()).toEqual(names.toSorted());
    for (const pair of Object.values(changes)) expect(pair).toEqual([{ hidden: "secret" }, { hidden: "secret" }]);
  });

  test("that is long is judged beyond what is told of it, and not to its end", () => {
    const words = "north by north ";
    const cut = { team: [null, `${words.repeat(8).slice(0, 119)}…`] };
    expect(redacted({ team: [null, words.repeat(100_000)] })).toEqual(cut);
    // A secret over the edge of what would be told takes the whole with it.
    for (const secret of SECRETS)
      expect(redacted({ team: [null, words.repeat(7) + secret] })).toEqual({ team: [null, { hidden: "secret" }] });
  });

  test("that is a person's is told as changed, and whether there is one", () => {
    expect(redacted({ email: ["zelda@creator.example", null], displayName: ["Zelda", "Zoe"] })).toEqual({
      displayName: [{ hidden: "personal" }, { hidden: "personal" }],
      email: [{ hidden: "personal" }, null],
    });
    // Also where somebody writes it into a field of ours.
    expect(redacted({ team: [null, "ask zelda@creator.example"], tier: [null, "+971 50 123 4567"] })).toEqual({
      team: [null, { hidden: "personal" }],
      tier: [null, { hidden: "personal" }],
    });
  });

  test("that is a word of ours, an id, a day or a number stands as it is", () => {
    const owner = newId("user");
    const changes = {
      contractTo: ["2026-11-30", null],
      expiresAt: [null, "2026-11-30T10:00:00.000Z"],
      ownerId: [null, owner],
      role: ["agent", "manager"],
      sharePercent: [20, 17.5],
      stage: ["at_risk", "onboarding"],
      team: ["North", "Gulf and Levant"],
    } as const;
    expect(redacted(changes)).toEqual(changes);
  });

  test("of a field that nobody thought of is not told", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.uuid(), (fields, marker) => {
        const changes = Object.fromEntries(Object.keys(fields).map((name) => [name, [fields[name], marker]] as const));
        expect(JSON.stringify(redacted(changes))).not.toContain(marker);
      }),
    );
  });
});

test("no free text of a creator stands in the ledger, whichever field it is written to", () => {
  const free = [
    "displayName",
    "handle",
    "legalName",
    "email",
    "phone",
    "language",
    "niche",
    "stageReason",
    "doNotPitch",
  ];
  const marked = Object.fromEntries(Object.keys(creatorCreateSchema.shape).map((field) => [field, "Zelda Marker"]));
  const told = redacted(changesBetween({}, { ...marked, tags: ["Zelda Marker"], custom: { zelda: "Zelda Marker" } }));
  for (const field of [...free, "tags", "custom", "country"])
    expect([field, told[field]]).toEqual([field, [null, { hidden: "personal" }]]);
});

test("a change holds the fields that are another one, and a list by what is in it", () => {
  expect(changesBetween({ a: 1, b: ["x"], c: null }, { a: 1, b: ["x", "y"], c: undefined, d: 2 })).toEqual({
    b: [["x"], ["x", "y"]],
    d: [null, 2],
  });
});

describe("what a browser says of itself", () => {
  test.each([
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.6099.109 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "curl/8.5.0",
  ])("is kept: %s", (agent) => expect(redactedAgent(agent)).toBe(agent.slice(0, 160)));

  test.each(SECRETS.slice(0, 8))("has no secret smuggled in it: %s", (secret) => {
    expect(redactedAgent(`Reader/1.0 ${secret}`)).not.toContain(secret);
  });

  test("is short, printable, and null where nothing is said", () => {
    expect(redactedAgent(null)).toBeNull();
    expect(redactedAgent("\u0000\u0007")).toBeNull();
    expect(redactedAgent("a b ".repeat(200))).toHaveLength(160);
  });
});
