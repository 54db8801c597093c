import { beforeAll, describe, expect, test } from "vitest";
import { type Agency, addCreator, agency } from "../../helpers/workerd/agency.ts";
import { problemOf, refusedFields } from "../../helpers/workerd/answers.ts";
import { join, type Person } from "../../helpers/workerd/members.ts";
import { operations } from "../../helpers/workerd/operations.ts";
import { dumpOf, rows } from "../../helpers/workerd/rows.ts";

let home: Agency;
let person: Person;
beforeAll(async () => {
  home = await agency();
  person = await join(home, "agent");
});

/** What only the server says of a record, and what no form has. */
const OWN = {
  id: "cr_00000000000000000000000000",
  tenantId: "tn_00000000000000000000000000",
  tenant_id: "tn_00000000000000000000000000",
  createdAt: "2000-01-01T00:00:00Z",
  createdBy: "us_00000000000000000000000000",
  updatedAt: "2000-01-01T00:00:00Z",
  deletedAt: "2000-01-01T00:00:00Z",
  figures: { followers: 1_000_000 },
  rights: { "members.manage": "all" },
  isAdmin: true,
  passwordHash: "x",
  emailVerifiedAt: 1,
  steppedUpAt: 9e15,
  revokedAt: null,
  generation: 9,
};

describe("members of a record that nobody may set", () => {
  /** Whether a schema of `openapi.json` lets members through that it does not name. */
  function open(schema: unknown): boolean {
    if (typeof schema !== "object" || schema === null) return true;
    if ("anyOf" in schema && Array.isArray(schema.anyOf)) return schema.anyOf.some(open);
    return !("additionalProperties" in schema) || schema.additionalProperties !== false;
  }

  test("are let through by no body's schema", async () => {
    const taking = (await operations()).filter(({ described }) => described.requestBody);
    expect(taking.length).toBeGreaterThan(12);
    const loose = taking.filter(({ described }) => {
      const body = described.requestBody as { content: Record<string, { schema: unknown }> };
      return Object.values(body.content).some(({ schema }) => open(schema));
    });
    expect(loose.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test("are refused by name at a creator, a member, a person and an agency, and nothing of the rest is stored", async () => {
    const { id } = await addCreator(home.browser);
    const before = await dumpOf(home);
    const doors: [method: string, path: string, good: Record<string, unknown>][] = [
      ["POST", "/creators", { displayName: "Good otherwise" }],
      ["PATCH", `/creators/${id}`, { displayName: "Good otherwise", version: 1 }],
      ["PATCH", `/members/${person.id}`, { team: "North", version: 1 }],
      ["PATCH", "/me", { name: "Good otherwise" }],
      ["PATCH", "/tenant/security", { idleHours: 100 }],
      ["POST", "/api-keys", { name: "Good otherwise", role: "viewer" }],
      ["POST", "/members/invitations", { email: "good.otherwise@agency.example", role: "viewer" }],
    ];
    for (const [method, path, good] of doors)
      for (const [name, value] of Object.entries(OWN)) {
        const answer = await home.browser.json(method, path, { ...good, [name]: value });
        expect([method, path, await refusedFields(answer)]).toEqual([method, path, [name]]);
      }
    expect(await dumpOf(home)).toEqual(before);
  });

  test("do not raise whoever sends them: role, owner and state are their own doors'", async () => {
    const { browser } = person;
    for (const [method, path, body] of [
      ["PATCH", "/me", { name: "A", role: "owner" }],
      ["PATCH", "/me", { name: "A", state: "active", team: "North" }],
      ["PATCH", `/members/${person.id}`, { role: "owner", version: 1 }],
      ["POST", "/creators", { displayName: "Another's", ownerId: home.user.id }],
    ] as const)
      expect([path, (await browser.json(method, path, body)).status]).toEqual([path, expect.toBeOneOf([403, 422])]);
    expect(await browser.api("GET", "/me")).toMatchObject({ role: "agent", team: null });
  });

  test("of a registration are refused before there is an account", async () => {
    const email = `raised.${Date.now()}@agency.example`;
    const wanted = { agency: "A", region: "eu", name: "N", email, password: "correct horse, wrong battery" };
    for (const more of [{ role: "owner" }, { tenantId: home.tenant.id }, { state: "active" }, { emailVerifiedAt: 1 }])
      expect(await refusedFields(await home.browser.json("POST", "/auth/register", { ...wanted, ...more }))).toEqual(
        Object.keys(more),
      );
    const stored = await rows(home, "SELECT 1 FROM users WHERE email = ?", email);
    expect(stored).toEqual([]);
  });
});

describe("members that would change every object", () => {
  const NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
  const clean = (): unknown[] => [Reflect.get({}, "polluted"), typeof {}.toString, Object.keys(Object.prototype)];

  test("change none, wherever they stand in a body, and are not stored", async () => {
    const untouched = clean();
    for (const name of NAMES) {
      const bodies = [
        `{"displayName":"P","${name}":{"polluted":true}}`,
        `{"displayName":"P","custom":{"${name}":{"polluted":true}}}`,
        `{"displayName":"P","tags":[{"${name}":{"polluted":true}}]}`,
        `{"${name}":{"displayName":"P","polluted":true}}`,
      ];
      for (const body of bodies) {
        const { id } = await addCreator(home.browser);
        for (const [method, path] of [
          ["POST", "/creators"],
          ["PATCH", `/creators/${id}`],
        ] as const) {
          const answer = await home.browser.json(method, path, body, { "If-Match": '"1"' });
          expect([body, answer.status]).toEqual([body, expect.toBeOneOf([201, 200, 422])]);
          // A refusal repeats names of fields, never what stood in them.
          expect(await answer.text()).not.toContain('"polluted":true');
        }
      }
    }
    expect(clean()).toEqual(untouched);
    expect((await dumpOf(home)).join("\n")).not.toContain("polluted");
  });

  test("are no filters, sorts or parameters of ours", async () => {
    for (const name of NAMES) {
      expect((await problemOf(await home.browser.json("GET", `/creators?${name}=1`))).status).toBe(422);
      expect((await problemOf(await home.browser.json("GET", `/creators?sort=${name}`))).status).toBe(422);
      expect((await home.browser.json("GET", `/creators/${name}`)).status).toBe(404);
    }
  });

  test("said twice are said once to the check and to the query alike: no second value slips past the first", async () => {
    for (let count = 0; count < 2; count++) await addCreator(home.browser);
    const twice = await home.browser.api<{ items: unknown[] }>("GET", "/creators?limit=1&limit=9999");
    expect(twice.items).toHaveLength(1);
    const body = `{"displayName":"First","displayName":"Last","sharePercent":10,"sharePercent":900}`;
    expect(await refusedFields(await home.browser.json("POST", "/creators", body))).toEqual(["sharePercent"]);
  });
});
