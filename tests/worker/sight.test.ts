import { env } from "cloudflare:test";
import { eq, getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type Rights, rightsOf } from "../../domain/roles.ts";
import * as schema from "../../platform/db/region/index.ts";
import { narrow, SEEN_BY } from "../../platform/db/sight.ts";
import { type TenantDb, tenantDb } from "../../platform/db/tenant-db.ts";
import { type Agency, addCreator, agency } from "../helpers/workerd/agency.ts";
import { pastLive } from "../helpers/workerd/live-session.ts";
import { placeOf, run } from "../helpers/workerd/rows.ts";

const ME = "us_00000000000000000000000000";
const MINE = "Quotes ' and ?1";

let home: Agency;
let whole: TenantDb;
/** By whose they are: mine, my team's, another's. */
const ids: Record<"own" | "team" | "other", string> = { own: "", team: "", other: "" };

beforeAll(async () => {
  home = await agency();
  whole = tenantDb(env, placeOf(home), "first-primary");
  ids.own = (await addCreator(home.browser, { displayName: "Own" })).id;
  await run(home, "UPDATE creators SET owner_id = ? WHERE id = ?", ME, ids.own);
  ids.team = (await addCreator(home.browser, { displayName: "Team", team: MINE })).id;
  ids.other = (await addCreator(home.browser, { displayName: "Other", team: "South" })).id;
  for (const id of Object.values(ids)) {
    await run(
      home,
      "INSERT INTO connections (tenant_id, id, creator_id, status, connected_at) VALUES (?, ?, ?, 'active', 0)",
      home.tenant.id,
      `cn_${id}`,
      id,
    );
    await pastLive(home, id, `cn_${id}`);
  }
});

const seen = (rights: Rights, team: string | null = MINE): TenantDb => whole.seenBy({ userId: ME, team, rights });
const nothing: Rights = { ...rightsOf("viewer"), "creators.see": "none" };

const SIGHTS: [string, () => TenantDb, (keyof typeof ids)[]][] = [
  ["an agent", () => seen(rightsOf("agent")), ["own"]],
  ["a manager", () => seen(rightsOf("manager")), ["own", "team"]],
  ["a manager without a team", () => seen(rightsOf("manager"), null), ["own"]],
  ["a viewer", () => seen(rightsOf("viewer")), ["own", "team", "other"]],
  ["nobody", () => seen(nothing), []],
];

describe.each(SIGHTS)("what %s sees", (_who, open, expected) => {
  const wanted = () => expected.map((name) => ids[name]).sort();

  test("is the same in plain SQL, joins, subqueries and counts", async () => {
    const db = open();
    for (const text of [
      "SELECT id FROM creators WHERE tenant_id = ?1 ORDER BY id",
      "SELECT c.id FROM creators c WHERE c.tenant_id = ?1 AND c.id <> ?2 ORDER BY c.id",
      "SELECT c.id FROM tenants t JOIN creators c ON c.tenant_id = t.id WHERE t.id = ?1 ORDER BY c.id",
      "SELECT k.creator_id AS id FROM connections k, tenants t WHERE k.tenant_id = ?1 AND t.id = ?1 ORDER BY 1",
      "SELECT creator_id AS id FROM live_sessions WHERE tenant_id = ?1 ORDER BY 1",
      "SELECT id FROM (SELECT id FROM creators WHERE tenant_id = ?1) ORDER BY id",
    ]) {
      const { results } = await db.sql(text, ...(text.includes("?2") ? ["x"] : [])).all<{ id: string }>();
      expect([text, results.map(({ id }) => id)]).toEqual([text, wanted()]);
    }
    const count = await db.sql("SELECT count(*) AS many FROM creators WHERE tenant_id = ?1").first<{ many: number }>();
    expect(count?.many).toBe(expected.length);
  });

  test("is the same by the query builder, reading and writing", async () => {
    const db = open();
    expect((await db.select(schema.creators)).map(({ id }) => id).sort()).toEqual(wanted());
    expect((await db.select(schema.connections)).map(({ creatorId }) => creatorId).sort()).toEqual(wanted());
    for (const [name, id] of Object.entries(ids)) {
      const { meta } = await db.update(schema.creators, { niche: "craft" }, eq(schema.creators.id, id)).run();
      expect([name, meta.changes > 0]).toEqual([name, wanted().includes(id)]);
    }
  });

  test("is everything again where a rule holds for the whole agency", async () => {
    expect((await open().whole().select(schema.creators)).length).toBe(3);
    expect(open().whole().seesAll("creators")).toBe(true);
    expect(open().seesAll("creators")).toBe(expected.length === 3);
  });
});

test("a statement that could reach past what its caller sees is refused", () => {
  const who = { userId: ME, team: MINE, rights: rightsOf("agent") };
  for (const text of [
    "UPDATE creators SET niche = ?2 WHERE tenant_id = ?1",
    "DELETE FROM videos WHERE tenant_id = ?1",
    "SELECT id FROM main.creators WHERE tenant_id = ?1",
    "WITH x AS (SELECT 1) SELECT id FROM creators WHERE tenant_id = ?1",
  ])
    expect(() => narrow(who, text, 2)).toThrow(/reach past/);
  expect(narrow(who, "UPDATE users SET name = ?2 WHERE tenant_id = ?1", 2).params).toEqual([]);
  expect(() =>
    narrow({ ...who, rights: rightsOf("owner") }, "DELETE FROM videos WHERE tenant_id = ?1", 1),
  ).not.toThrow();
});

test("every record that somebody owns says by which right it is seen", () => {
  const owned = Object.values(schema).flatMap((table) =>
    is(table, SQLiteTable) && "ownerId" in getTableColumns(table) ? [getTableName(table)] : [],
  );
  expect(Object.keys(SEEN_BY).sort()).toEqual(owned.sort());
});
