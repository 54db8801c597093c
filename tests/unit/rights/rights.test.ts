import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { newId } from "../../../domain/ids.ts";
import {
  type Belonging,
  grantable,
  may,
  type Rights,
  ROLES,
  reaches,
  rightsOf,
  type Who,
} from "../../../domain/roles.ts";
import type { AppEnv, Session } from "../../../worker/env.ts";
import { problem } from "../../../worker/http/problem.ts";
import { right } from "../../../worker/http/rights.ts";

const ME = newId("user");
const mine: Belonging = { ownerId: ME, team: "South" };
const teams: Belonging = { ownerId: "us_mate", team: "North" };
const anothers: Belonging = { ownerId: null, team: null };
const RECORDS = [mine, teams, anothers];

describe("a reach", () => {
  test.each([
    ["none", [false, false, false]],
    ["own", [true, false, false]],
    ["team", [true, true, false]],
    ["all", [true, true, true]],
  ] as const)("of %s holds the ones before it", (reach, expected) => {
    const who = { userId: ME, team: "North" };
    expect(RECORDS.map((record) => reaches(reach, who, record))).toEqual(expected);
  });

  test("of a team is one's own records while one is in none: nobody's team is no team", () => {
    const who = { userId: ME, team: null };
    expect(RECORDS.map((record) => reaches("team", who, record))).toEqual([true, false, false]);
  });
});

describe("a right", () => {
  /** Sees all, edits the team's: no role of today does, and one of tomorrow may. */
  const rights: Rights = { ...rightsOf("owner"), "creators.edit": "team", "creators.trash": "none" };
  const who: Who = { userId: ME, team: "North", rights };

  const session: Session = {
    place: { region: "eu", tenantId: newId("tenant") },
    credential: newId("session"),
    role: "owner",
    ...who,
    userId: ME,
    steppedUpAt: null,
    needsTotp: false,
  };

  test("is asked on the record where there is one, else whether it reaches anything", () => {
    expect(RECORDS.map((record) => may(who, "creators.edit", record))).toEqual([true, true, false]);
    expect(may(who, "creators.edit")).toBe(true);
    expect([may(who, "creators.trash"), may(who, "creators.trash", mine)]).toEqual([false, false]);
  });

  test("that does not reach the record that was found is 403 at the door", async () => {
    for (const [record, status] of [
      [undefined, 200],
      [mine, 200],
      [teams, 200],
      [anothers, 403],
    ] as const) {
      const app = new Hono<AppEnv>().onError(problem).get(
        "/",
        (c, next) => {
          c.set("session", session);
          if (record) c.set("record", record);
          return next();
        },
        right("creators.edit"),
        (c) => c.text("done"),
      );
      expect((await app.request("/")).status).toBe(status);
    }
  });
});

test("who gives roles gives none above their own, and who may not manage members gives none", () => {
  expect(ROLES.map((role) => grantable(role).length)).toEqual([6, 5, 0, 0, 0, 0]);
  expect(grantable("admin")).not.toContain("owner");
});
