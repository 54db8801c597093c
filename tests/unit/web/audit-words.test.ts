import { describe, expect, test } from "vitest";
import { AUDIT_ACTIONS, type AuditEntry } from "../../../domain/audit.ts";
import { newId } from "../../../domain/ids.ts";
import { ACTION_WORDS, actorName, deedOf, fieldName, spoken } from "../../../web/pages/settings/audit-words.ts";

const entry = (fields: Partial<AuditEntry>): AuditEntry => ({
  id: newId("auditEntry"),
  seq: 1,
  at: "2026-11-24T10:00:00.000Z",
  actor: { type: "person", id: newId("user"), forId: null, name: "Noura" },
  action: "auth.signed_in",
  target: { type: "user", id: newId("user"), name: "Leo" },
  changes: {},
  ip: null,
  agent: null,
  requestId: null,
  hash: "",
  ...fields,
});

const sentence = (fields: Partial<AuditEntry>): string => {
  const told = entry(fields);
  return `${actorName(told.actor)} ${deedOf(told)}`;
};

describe("an entry", () => {
  test("is a plain sentence", () => {
    const role = { role: ["agent", "manager"] } satisfies AuditEntry["changes"];
    expect(sentence({ action: "member.role_changed", changes: role })).toBe(
      "Noura changed Leo's role from Agent to Manager",
    );
    expect(sentence({ action: "member.team_changed", changes: { team: [null, "North"] } })).toBe(
      "Noura moved Leo from no team to team North",
    );
    expect(sentence({ action: "creator.changed", changes: { email: [null, { hidden: "personal" }] } })).toBe(
      "Noura changed Leo: e-mail",
    );
    expect(sentence({ action: "creator.changed", changes: { stage: ["at_risk", "active"], tier: [null, "A1"] } })).toBe(
      "Noura moved Leo from At risk to Active, and more",
    );
    const system = { type: "system", id: null, forId: null, name: null } as const;
    expect(sentence({ actor: system, action: "tiktok.disconnected", changes: { reason: [null, "expired"] } })).toBe(
      "The system disconnected Leo from TikTok: nobody renewed the connection",
    );
  });

  test("of any action has one, without its details and without names too", () => {
    for (const action of AUDIT_ACTIONS) {
      const told = sentence({
        action,
        actor: { type: "key", id: newId("apiKey"), forId: null, name: null },
        target: { type: "creator", id: newId("creator"), name: null },
      });
      expect([action, told]).toEqual([action, expect.stringMatching(/^A program \w/)]);
      expect(told).not.toMatch(/undefined|null|\[object/);
      expect(ACTION_WORDS[action].label).toMatch(/^[A-Z]/);
    }
  });
});

test("a value that is not kept says why", () => {
  expect(spoken("email", { hidden: "personal" })).toBe("not kept: personal");
  expect(spoken("team", { hidden: "secret" })).toBe("kept out: a secret");
  expect(spoken("team", null)).toBe("—");
  expect(spoken("contractTo", "2026-11-30")).toBe("30 Nov 2026");
  expect(fieldName("legalName")).toBe("Legal name");
});
