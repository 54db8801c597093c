import { env } from "cloudflare:test";
import { eq, getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, test } from "vitest";
import { REGIONS, type Region } from "../../domain/regions.ts";
import { OWN_COLUMNS, TIKTOK_COLUMNS, TIKTOK_ROWS } from "../../platform/db/derived.ts";
import * as schema from "../../platform/db/region/index.ts";
import { tenantDb } from "../../platform/db/tenant-db.ts";
import { Browser } from "../helpers/workerd/agency.ts";
import { problemOf, refusal } from "../helpers/workerd/answers.ts";
import { operations } from "../helpers/workerd/operations.ts";
import { idFor, type Peopled, peopled } from "../helpers/workerd/peopled.ts";
import { dump, dumpOf, placeOf, region, rows, run, tablesOf } from "../helpers/workerd/rows.ts";

const homes = new Map<Region, Peopled>();
const homeIn = (where: Region): Peopled => {
  const home = homes.get(where);
  if (!home) throw new Error(`No agency in ${where}`);
  return home;
};
let neighbour: Peopled;

beforeAll(async () => {
  for (const where of REGIONS) homes.set(where, await peopled(where));
  neighbour = await peopled("eu");
}, 60_000);

describe("every operation of the API", () => {
  /** What needs no session: it makes, renews or ends one, or comes with a link from a mail. */
  const OPEN = ["register", "login", "logout", "forgot", "reset", "confirm", "invitations/{token}"].map(
    (name) => `/api/v1/auth/${name}`,
  );

  test("is 401 without a session, whatever the body", async () => {
    const all = await operations();
    expect(all.length).toBeGreaterThan(15);
    for (const { method, path } of all.filter((operation) => !OPEN.includes(operation.path))) {
      for (const body of method === "GET" ? [undefined] : [undefined, "{}", "not JSON"]) {
        const filled = path.replace("{id}", idFor(path, homeIn("eu")));
        const answer = await new Browser().json(method, filled.replace("/api/v1", ""), body);
        expect([method, path, await refusal(answer)]).toEqual([method, path, "401 not_signed_in"]);
      }
    }
  });

  test.each<[string, () => Peopled]>([
    ["the same region", () => neighbour],
    ["another region", () => homeIn("us")],
    ["a third region", () => homeIn("me")],
  ])("is 404 with the ids of an agency in %s, whatever the body", async (_where, other) => {
    const { browser } = homeIn("eu");
    const theirs = other();
    const before = await dumpOf(theirs);
    let walked = 0;
    for (const { method, path } of (await operations()).filter((operation) => operation.path.includes("{"))) {
      const id = idFor(path, theirs);
      const bodies = ["{}", "not JSON", '{"enabled":true}', '{"version":1,"displayName":"Mine now"}'];
      for (const body of method === "GET" ? [undefined] : [undefined, ...bodies]) {
        const answer = await browser.json(method, path.replace("/api/v1", "").replace(/\{\w+\}/g, id), body, {
          "If-Match": '"1"',
        });
        expect([method, path, body, await refusal(answer)]).toEqual([method, path, body, "404 not_found"]);
        walked += 1;
      }
    }
    expect(walked).toBeGreaterThan(20);
    expect(await dumpOf(theirs)).toEqual(before);
  });

  test("says of another agency's creator what it says of one that never was", async () => {
    const { browser } = homeIn("eu");
    const said = async (id: string) => {
      const { requestId, ...problem } = await problemOf(await browser.json("GET", `/creators/${id}`));
      return problem;
    };
    expect(await said(neighbour.creatorId)).toEqual(await said(neighbour.creatorId.replace(/.$/, "0")));
  });
});

describe("lists and links", () => {
  test("show the own agency's people and LIVEs, and nobody else's", async () => {
    for (const home of [...homes.values(), neighbour]) {
      const answers = await Promise.all(
        [
          "/creators?limit=200",
          "/members",
          "/members/invitations",
          "/api-keys",
          "/webhooks",
          "/live",
          "/me",
          `/creators?ownerId=${neighbour.user.id}`,
        ].map(async (path) => JSON.stringify(await home.browser.api("GET", path))),
      );
      const said = answers.join();
      expect(said).toContain(home.creatorId);
      expect(said).toContain(home.keyId);
      expect(said).toContain(home.memberId);
      expect(said).toContain(home.invitationId);
      expect(said).toContain(home.webhookId);
      for (const other of [...homes.values(), neighbour].filter(({ tenant }) => tenant.id !== home.tenant.id)) {
        expect(said).not.toContain(other.creatorId);
        expect(said).not.toContain(other.keyId);
        expect(said).not.toContain(other.memberId);
        expect(said).not.toContain(other.invitationId);
        expect(said).not.toContain(other.webhookId);
        expect(said).not.toContain(other.email);
        expect(said).not.toContain(other.tenant.id);
      }
    }
  });

  test("open nothing once any part of their token is another's", async () => {
    for (const link of ["page", "invite"] as const) {
      const [mine, theirs] = [homeIn("eu")[link], homeIn("us")[link]];
      expect((await new Browser().fetch(mine)).status).toBe(200);
      const [prefix, token = "", other = ""] = [
        mine.slice(0, mine.lastIndexOf("/")),
        mine.split("/").at(-1),
        theirs.split("/").at(-1),
      ];
      const [parts, others] = [token.split("."), other.split(".")];
      for (const at of parts.keys()) {
        const forged = parts.with(at, others[at] ?? "").join(".");
        expect((await new Browser().fetch(`${prefix}/${forged}`)).status).toBe(404);
      }
    }
    // A link of one purpose is none of another.
    const page = homeIn("eu").page.split("/").at(-1);
    expect((await new Browser().fetch(`/connect/${page}`)).status).toBe(404);
  });
});

describe("the databases", () => {
  test("of the other regions hold no row of a tenant", async () => {
    for (const where of REGIONS) {
      const text = await dump(region(where));
      for (const home of [...homes.values(), neighbour]) {
        const own = home.tenant.region === where;
        for (const named of [home.tenant.id, home.user.id, home.email, home.creatorId])
          expect([where, named, text.includes(named)]).toEqual([where, named, own]);
      }
    }
  });

  test("of the directory holds nothing in clear", async () => {
    const text = await dump(env.DIRECTORY);
    for (const home of homes.values()) {
      expect(text).toContain(home.tenant.id);
      for (const secret of [home.email, "@agency.example", home.openId, "Olga", "Quincy", "quiet.drums", "Test Agency"])
        expect([secret, text.toLowerCase().includes(secret.toLowerCase())]).toEqual([secret, false]);
    }
  });

  test("have the same tables in every region, and those that the code knows", async () => {
    const known = Object.values(schema).flatMap((table) => (is(table, SQLiteTable) ? [getTableName(table)] : []));
    for (const where of REGIONS) expect((await tablesOf(region(where))).sort()).toEqual(known.sort());
  });

  test("key every tenant's table by its tenant first, and every foreign key too", async () => {
    const db = region("eu");
    for (const table of (await tablesOf(db)).filter((name) => name !== "tenants")) {
      const columns = await pragma(db, `table_info(${table})`);
      const first = columns.find(({ pk }) => pk === 1);
      expect([table, first?.name, first?.notnull]).toEqual([table, "tenant_id", 1]);
      for (const { id } of await pragma(db, `foreign_key_list(${table})`)) {
        const parts = (await pragma(db, `foreign_key_list(${table})`)).filter((part) => part.id === id);
        expect([table, parts.map(({ from }) => from)]).toEqual([table, expect.arrayContaining(["tenant_id"])]);
        for (const { on_delete } of parts) expect([table, on_delete]).toEqual([table, "NO ACTION"]);
      }
    }
  });

  test("refuse a child whose parent is another tenant's", async () => {
    const home = homeIn("eu");
    const stolen = run(
      home,
      "INSERT INTO invites (tenant_id, id, creator_id, created_at, created_by, expires_at) VALUES (?, 'iv_x', ?, 0, '', 0)",
      home.tenant.id,
      neighbour.creatorId,
    );
    await expect(stolen).rejects.toThrow(/FOREIGN KEY/);
  });
});

const pragma = async (db: D1Database, what: string): Promise<Record<string, unknown>[]> =>
  (await db.prepare(`PRAGMA ${what}`).all()).results;

describe("the only door", () => {
  test("refuses a statement that does not name its tenant", () => {
    const db = tenantDb(env, placeOf(homeIn("eu")));
    for (const text of ["SELECT * FROM creators", "DELETE FROM creators WHERE id = ?2", "SELECT ?10 FROM creators"])
      expect(() => db.sql(text)).toThrow(/without its tenant/);
  });

  test("adds the tenant to everything that it builds", async () => {
    const home = homeIn("eu");
    const db = tenantDb(env, placeOf(home));
    const users = await db.select(schema.users);
    expect(users.map(({ id }) => id).sort()).toEqual([home.user.id, home.memberId].sort());
    expect((await db.update(schema.users, { name: "Olga Owner" }, idIs(neighbour.user.id)).run()).meta.changes).toBe(0);
    expect((await db.remove(schema.users, idIs(neighbour.user.id)).run()).meta.changes).toBe(0);
    expect(await db.first(schema.users, idIs(neighbour.user.id))).toBeNull();
    expect(await rows(home, "SELECT id FROM users WHERE id = ?", neighbour.user.id)).toHaveLength(1);
  });
});

const idIs = (id: string) => eq(schema.users.id, id);

describe("the registry of what came from TikTok", () => {
  const listOf = (registry: object, table: string): readonly string[] | "*" | null =>
    (Object.hasOwn(registry, table) ? Reflect.get(registry, table) : null) ?? null;

  test("puts every column of every table into one class, and names none that there is not", async () => {
    const db = region("eu");
    const tables = await tablesOf(db);
    for (const table of tables) {
      // `table_xinfo` has the generated columns too.
      const columns = (await pragma(db, `table_xinfo(${table})`)).map(({ name }) => String(name));
      const wholly = listOf(OWN_COLUMNS, table) === "*" || Object.hasOwn(TIKTOK_ROWS, table);
      if (wholly) {
        expect([table, listOf(TIKTOK_COLUMNS, table)]).toEqual([table, null]);
        expect([table, Object.hasOwn(TIKTOK_ROWS, table) && Object.hasOwn(OWN_COLUMNS, table)]).toEqual([table, false]);
        continue;
      }
      const classed = [listOf(TIKTOK_COLUMNS, table) ?? [], listOf(OWN_COLUMNS, table) ?? []].flat();
      expect([table, classed.sort()]).toEqual([table, columns.sort()]);
    }
    const named = [OWN_COLUMNS, TIKTOK_COLUMNS, TIKTOK_ROWS].flatMap((registry) => Object.keys(registry));
    expect([...new Set(named)].sort()).toEqual(tables.sort());
  });

  test("lets a purge set every column of TikTok's to null, and find every row of TikTok's", async () => {
    const db = region("eu");
    for (const [table, columns] of Object.entries(TIKTOK_COLUMNS)) {
      const nullable = (await pragma(db, `table_info(${table})`)).filter(({ notnull }) => notnull === 0);
      expect(nullable.map(({ name }) => name)).toEqual(expect.arrayContaining([...columns]));
    }
    for (const table of Object.values(TIKTOK_ROWS))
      expect(Object.keys(getTableColumns(table))).toEqual(expect.arrayContaining(["creatorId", "connectionId"]));
  });
});
