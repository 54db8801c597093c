import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { CREATOR_SORTS, type Creator, type CreatorSort } from "../../domain/records/creator.ts";
import { type Role, rightsOf, type Who } from "../../domain/roles.ts";
import { fold } from "../../platform/db/search.ts";
import { tenantDb } from "../../platform/db/tenant-db.ts";
import { type CreatorRow, creatorList } from "../../worker/features/creators/queries.ts";
import { type ListQuery, list } from "../../worker/records/list.ts";
import { type Agency, addCreator, agency, unique } from "../helpers/workerd/agency.ts";
import { refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { fillRoster, listed, walk } from "../helpers/workerd/roster.ts";
import { placeOf } from "../helpers/workerd/rows.ts";

const KEYS: Record<CreatorSort, (creator: Creator) => string | number> = {
  displayName: (creator) => fold(creator.displayName),
  handle: (creator) => creator.handle ?? "",
  createdAt: (creator) => creator.id,
  updatedAt: (creator) => creator.updatedAt,
  followers: (creator) => creator.figures.followers ?? -1,
};

/** By query, whom it asks for; some pages of each are walked. */
const FILTERS: Record<string, (creator: Creator) => boolean> = {
  "": () => true,
  "stage=active": (creator) => creator.stage === "active",
  "connection=active": (creator) => creator.figures.connection === "active",
  "q=row+c": (creator) => creator.displayName === "Row C",
  "stage=lead&connection=none&q=row": (creator) => creator.stage === "lead" && creator.figures.connection === "none",
};

const before = (one: string | number, other: string | number): number => (one < other ? -1 : one > other ? 1 : 0);

describe("a list", () => {
  let crowd: Agency;
  let everybody: Creator[];
  beforeAll(async () => {
    crowd = await agency("us");
    await fillRoster(crowd, 130);
    everybody = await walk(crowd.browser, "", 200);
    expect(everybody).toHaveLength(130);
  });

  test.each(CREATOR_SORTS.flatMap((sort) => [sort, `-${sort}`]))(
    "by %s shows every row once and in order, whatever the filter and the page",
    async (sort) => {
      const descending = sort.startsWith("-");
      const key = KEYS[CREATOR_SORTS.find((name) => sort.endsWith(name)) ?? "displayName"];
      for (const [query, matches] of Object.entries(FILTERS)) {
        const expected = everybody
          .filter(matches)
          .sort((one, other) => before(key(one), key(other)) || before(one.id, other.id));
        if (descending) expected.reverse();
        const found = await walk(crowd.browser, `${query}&sort=${sort}`, Math.ceil(expected.length / 3.5));
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      }
    },
  );

  test("shows 50 unless asked, 200 at most, and ends with a null cursor", async () => {
    const first = await listed(crowd.browser);
    expect(first.items).toHaveLength(50);
    expect(first.nextCursor).toBeTruthy();
    expect(first.total).toBeUndefined();
    expect((await listed(crowd.browser, "limit=130")).nextCursor).toBeNull();
    expect((await listed(crowd.browser, "limit=129")).nextCursor).toBeTruthy();
    for (const limit of ["201", "0", "-1", "1.5", "many", ""])
      expect(await refusedFields(await crowd.browser.json("GET", `/creators?limit=${limit}`))).toEqual(["limit"]);
  });

  test("counts when asked, after filters and search, without the trash", async () => {
    const count = async (query: string) => (await listed(crowd.browser, `limit=1&count=true&${query}`)).total;
    for (const [query, matches] of Object.entries(FILTERS))
      expect([query, await count(query)]).toEqual([query, everybody.filter(matches).length]);
    expect(await count("q=!!!")).toBe(0);
    const other = await agency();
    expect((await listed(other.browser, "count=true")).total).toBe(0);
    const { id } = await addCreator(other.browser);
    await addCreator(other.browser);
    expect((await listed(other.browser, "count=true")).total).toBe(2);
    await other.browser.json("DELETE", `/creators/${id}`);
    expect((await listed(other.browser, "count=true")).total).toBe(1);
    await other.browser.json("POST", `/creators/${id}/restore`);
    expect((await listed(other.browser, "count=true")).total).toBe(2);
  });

  test("refuses filters and sorts that do not exist", async () => {
    const asked = async (query: string) => refusal(await crowd.browser.json("GET", `/creators?${query}`));
    for (const query of ["colour=red", "stage=nowhere", "connection=maybe", "count=yes", `q=${"x".repeat(201)}`])
      expect([query, await asked(query)]).toEqual([query, "422 invalid_fields"]);
    for (const sort of ["colour", "-", "--handle", "name_key", "constructor", "-toString", "__proto__", "id;--"])
      expect([sort, await asked(`sort=${encodeURIComponent(sort)}`)]).toEqual([sort, "422 invalid_fields"]);
  });

  test("refuses a cursor that it did not give, or gave for another sort", async () => {
    const { nextCursor } = await listed(crowd.browser, "sort=followers&limit=5");
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const bad = [
      ["followers", "nonsense"],
      ["followers", ""],
      ["followers", made({})],
      ["followers", made(["followers", "text", "cr_1"])],
      ["followers", made(["followers", null, "cr_1"])],
      ["displayName", made(["displayName", 5, "cr_1"])],
      ["-followers", nextCursor],
      ["handle", nextCursor],
    ];
    for (const [sort, cursor] of bad)
      expect([
        cursor,
        await refusal(await crowd.browser.json("GET", `/creators?sort=${sort}&cursor=${cursor}`)),
      ]).toEqual([cursor, "400 bad_cursor"]);
  });

  test("goes on from where it was though rows come and go", async () => {
    const busy = await agency();
    const made: string[] = [];
    for (const letter of "abcdefgh") made.push((await addCreator(busy.browser, { displayName: letter })).id);
    const first = await listed(busy.browser, "limit=3");
    await busy.browser.json("DELETE", `/creators/${made[2]}`);
    await addCreator(busy.browser, { displayName: "aa" });
    const second = await listed(busy.browser, `limit=200&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ displayName }) => displayName).join("")).toBe("abcdefgh");
  });

  test("finds a handle by filter in any spelling", async () => {
    const { id, handle } = await addCreator(crowd.browser, { handle: `h${unique()}` });
    const found = await listed(crowd.browser, `handle=@${handle?.toUpperCase()}`);
    expect(found.items.map((item) => item.id)).toEqual([id]);
  });
});

describe("a list of who sees only some", () => {
  const ME = "us_00000000000000000000000000";
  let home: Agency;
  let everybody: Creator[];
  beforeAll(async () => {
    home = await agency("us");
    // Every third is mine; every fourth is the team's, and some of them both.
    await fillRoster(home, 120, (n) => ({
      ownerId: n % 3 === 0 ? ME : home.user.id,
      team: n % 4 === 0 ? "North" : n % 4 === 1 ? "South" : null,
    }));
    everybody = await walk(home.browser, "", 200);
  });

  const mine: Belongs = ({ ownerId }) => ownerId === ME;
  const teams: Belongs = ({ ownerId, team }) => ownerId === ME || team === "North";
  type Belongs = (creator: Creator) => boolean;

  test.each<[string, Role, string | null, Belongs]>([
    ["their own", "agent", "North", mine],
    ["their team's and their own", "manager", "North", teams],
    ["their own, being in no team", "manager", null, mine],
    ["all", "viewer", "North", () => true],
  ])("shows %s, once and in order, by every sort and filter, and counts them", async (_what, role, team, belongs) => {
    const db = tenantDb(env, placeOf(home)).seenBy({ userId: ME, team, rights: rightsOf(role) });
    const pages = async (query: ListQuery): Promise<{ ids: string[]; total: number | undefined }> => {
      const ids: string[] = [];
      let total: number | undefined;
      let cursor: string | undefined;
      do {
        const page = await list<CreatorRow>(db, creatorList(db.tenantId), {
          ...query,
          cursor,
          limit: "17",
          count: "true",
        });
        ids.push(...page.rows.map(({ id }) => id));
        total = page.total;
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return { ids, total };
    };
    for (const sort of CREATOR_SORTS.flatMap((name) => [name, `-${name}`])) {
      const key = KEYS[CREATOR_SORTS.find((name) => sort.endsWith(name)) ?? "displayName"];
      for (const [query, matches] of Object.entries(FILTERS)) {
        const expected = everybody
          .filter((creator) => belongs(creator) && matches(creator))
          .sort((one, other) => before(key(one), key(other)) || before(one.id, other.id))
          .map(({ id }) => id);
        if (sort.startsWith("-")) expected.reverse();
        const found = await pages({ ...Object.fromEntries(new URLSearchParams(query)), sort });
        expect([query, sort, found]).toEqual([query, sort, { ids: expected, total: expected.length }]);
      }
    }
  });

  test("takes a team as a filter", async () => {
    const north = await walk(home.browser, "team=North", 200);
    expect(north.map(({ id }) => id).sort()).toEqual(
      everybody.flatMap(({ id, team }) => (team === "North" ? [id] : [])).sort(),
    );
  });
});

/** Invariant 7: what a page reads depends on the page, not on the tenant. */
describe("what a page reads", () => {
  const PAGE = 20;
  /** One row beyond the page says whether there is a next; a seek may touch one or two more. */
  const FEW = 3;
  let agencies: Agency[];
  beforeAll(async () => {
    agencies = await Promise.all([agency(), agency("us")]);
    for (const [at, size] of [30, 600].entries()) {
      const home = agencies[at];
      if (!home) throw new Error("No agency");
      await fillRoster(home, size);
      await addCreator(home.browser, { displayName: "Quartz Halloran" });
    }
  });

  const read = async (home: Agency, query: ListQuery, who?: Who) => {
    const whole = tenantDb(env, placeOf(home));
    const db = who ? whole.seenBy(who) : whole;
    return list<CreatorRow>(db, creatorList(db.tenantId), { limit: String(PAGE), ...query });
  };

  test.each<[string, (home: Agency) => ListQuery]>([
    ...CREATOR_SORTS.flatMap((sort) => [sort, `-${sort}`]).map((sort): [string, () => ListQuery] => [
      `by ${sort}`,
      () => ({ sort }),
    ]),
    ["of a stage", () => ({ stage: "active" })],
    ["of a stage, the other way round", () => ({ stage: "active", sort: "-displayName" })],
    ["of a connection's state", () => ({ connection: "active" })],
    ["of an owner", (home) => ({ ownerId: home.user.id })],
    ["with a handle", () => ({ handle: "row.7" })],
    ["with a rare word", () => ({ q: "quartz" })],
    ["with a rare word, by followers", () => ({ q: "quartz", sort: "-followers" })],
  ])("%s is the page, at 30 creators and at 600, on the first page and the next", async (_what, queryOf) => {
    for (const home of agencies) {
      const query = queryOf(home);
      const first = await read(home, query);
      expect(first.rows.length).toBeGreaterThan(0);
      expect(first.rowsRead).toBeLessThanOrEqual(3 * first.rows.length + FEW);
      if (first.nextCursor === null) continue;
      const next = await read(home, { ...query, cursor: first.nextCursor });
      expect(next.rowsRead).toBeLessThanOrEqual(3 * next.rows.length + FEW);
    }
  });

  const ME = "us_00000000000000000000000000";
  const SIGHTS: Record<string, Who> = {
    "an agent": { userId: ME, team: "North", rights: rightsOf("agent") },
    "a manager": { userId: ME, team: "North", rights: rightsOf("manager") },
    "a manager without a team": { userId: ME, team: null, rights: rightsOf("manager") },
  };
  describe("by who sees only some", () => {
    const rosters: Agency[] = [];
    beforeAll(async () => {
      for (const size of [120, 1_200]) {
        const home = await agency("us");
        rosters.push(home);
        await fillRoster(home, size, (n) => ({
          ownerId: n % 3 === 0 ? ME : home.user.id,
          team: n % 4 === 0 ? "North" : "South",
        }));
        await addCreator(home.browser, { displayName: "Quartz Halloran", team: "North" });
      }
    });

    test.each<[string, ListQuery]>([
      ...CREATOR_SORTS.flatMap((sort) => [sort, `-${sort}`]).map((sort): [string, ListQuery] => [
        `by ${sort}`,
        { sort },
      ]),
      ["with a handle", { handle: "row.7" }],
      ["with a rare word", { q: "quartz" }],
      ["with a rare word, by followers", { q: "quartz", sort: "-followers" }],
    ])("%s is the page, at 120 creators and at 1,200, on the first page and the next", async (_what, query) => {
      for (const home of rosters)
        for (const [name, who] of Object.entries(SIGHTS)) {
          const first = await read(home, query, who);
          // Each range that is merged has read one row ahead, and a row that is not theirs is read before it is left out.
          const most = (rows: number) => 3 * rows + 2 * FEW;
          expect(first.rowsRead, name).toBeLessThanOrEqual(most(first.rows.length));
          if (first.nextCursor === null) continue;
          const next = await read(home, { ...query, cursor: first.nextCursor }, who);
          expect(next.rowsRead, name).toBeLessThanOrEqual(most(next.rows.length));
        }
    });
  });

  test("the whole roster is counted by reading a counter", async () => {
    for (const home of agencies) {
      const counted = await tenantDb(env, placeOf(home))
        .sql(creatorList(placeOf(home).tenantId).totalSql)
        .run();
      expect(counted.meta.rows_read).toBe(1);
    }
  });
});
