import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { CREATOR_SORTS, type Creator, type CreatorSort, creatorSchema } from "../../domain/records/creator.ts";
import { fold } from "../../platform/db/search.ts";
import { type Agency, addCreator, agency, type Browser, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { fillRoster } from "../helpers/workerd/roster.ts";

interface Listed {
  items: Creator[];
  nextCursor: string | null;
  total?: number;
}

const listed = (browser: Browser, query = ""): Promise<Listed> => browser.api<Listed>("GET", `/creators?${query}`);
const names = async (browser: Browser, q: string): Promise<string[]> =>
  (await listed(browser, `q=${encodeURIComponent(q)}`)).items.map(({ displayName }) => displayName).sort();

/** Every page of a list, one after the other. */
async function walk(browser: Browser, query: string, limit: number): Promise<Creator[]> {
  const items: Creator[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Listed = await listed(browser, `${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (items.length > 10_000) throw new Error("This list never ends");
    cursor = page.nextCursor;
  }
  return items;
}

let home: Agency;
beforeAll(async () => {
  home = await agency();
});

const create = (fields: Record<string, unknown>) => home.browser.json("POST", "/creators", fields);
const change = (creator: { id: string; version: number }, patch: Record<string, unknown>) =>
  home.browser.json("PATCH", `/creators/${creator.id}`, { ...patch, version: creator.version });

describe("adding a creator", () => {
  test("needs a name and nothing else", async () => {
    expect(await refusedFields(await create({}))).toEqual(["displayName"]);
    expect(await refusedFields(await create({ displayName: "   " }))).toEqual(["displayName"]);
    const response = await create({ displayName: "  Vela Nightjar " });
    expect(response.status).toBe(201);
    const creator = creatorSchema.parse(await response.json());
    expect(creator).toMatchObject({
      displayName: "Vela Nightjar",
      handle: null,
      stage: "lead",
      tags: [],
      custom: {},
      version: 1,
      deletedAt: null,
    });
    expect(creator.figures).toMatchObject({ connection: "none", followers: null, liveTracking: false });
    expect(await home.browser.api("GET", `/creators/${creator.id}`)).toEqual(creator);
  });

  test("keeps every field that a person may write", async () => {
    const fields = {
      displayName: "Vela Nightjar",
      handle: `v${unique()}`,
      legalName: "Vela N.",
      email: "vela@creator.example",
      phone: "+971 50 000 0000",
      country: "AE",
      language: "Arabic",
      niche: "craft",
      stage: "left",
      stageReason: "moved on",
      tier: "A",
      ownerId: home.user.id,
      team: "Night",
      joinedOn: "2026-11-01",
      contractFrom: "2026-11-01",
      contractTo: "2027-10-31",
      sharePercent: 12.5,
      doNotPitch: "alcohol",
      tags: ["paper", "ورق"],
      custom: { shoe: 38, city: "Dubai", signed: true, note: null },
    };
    expect(creatorSchema.parse(await (await create(fields)).json())).toMatchObject(fields);
  });

  test("refuses what it does not know, and what is of the wrong kind, by name", async () => {
    const wrong = {
      displayName: "A",
      nickname: "B",
      figures: {},
      version: 3,
      sharePercent: 101,
      tags: "x",
      country: "Dubai",
    };
    expect((await refusedFields(await create(wrong))).sort()).toEqual(
      ["country", "figures", "nickname", "sharePercent", "tags", "version"].sort(),
    );
    for (const email of ["nobody", `${"x".repeat(250)}@creator.example`])
      expect(await refusedFields(await create({ displayName: "A", email }))).toEqual(["email"]);
    expect(await refusedFields(await create({ displayName: "A", joinedOn: "2026-02-30" }))).toEqual(["joinedOn"]);
    expect(await refusedFields(await create({ displayName: "A", custom: { deep: {} } }))).toEqual(["custom.deep"]);
    expect(await refusedFields(await create({ displayName: "x".repeat(121) }))).toEqual(["displayName"]);
    for (const body of [[], null, "text", 7]) expect((await create(body as never)).status).toBe(422);
  });

  test("wants an owner who is a member of this agency", async () => {
    const other = await agency();
    for (const ownerId of [other.user.id, newId("user"), "nonsense"])
      expect(await refusedFields(await create({ displayName: "A", ownerId }))).toEqual(["ownerId"]);
  });

  test("takes any text as a name without breaking", async () => {
    for (const displayName of ["O'Neill; DROP TABLE creators;--", "😀", "a\u0000b", "\ud800", "‮evil", "%_%", "\\"]) {
      const response = await create({ displayName });
      expect(response.status).toBe(201);
      const { id } = creatorSchema.parse(await response.json());
      expect((await home.browser.json("GET", `/creators/${id}`)).status).toBe(200);
    }
  });
});

describe("a handle", () => {
  test("is kept lower-case without @", async () => {
    const handle = `h${unique()}`;
    const creator = await addCreator(home.browser, { handle: ` @${handle.toUpperCase()} ` });
    expect(creator.handle).toBe(handle);
  });

  test.each(["a", "has space", "x".repeat(25), "emoji😀", "semi;colon", "@@twice"])(
    "is refused as %s",
    async (handle) => {
      expect(await refusedFields(await create({ displayName: "A", handle }))).toEqual(["handle"]);
    },
  );

  test("stands on the roster once, whoever asks and whatever else is wrong", async () => {
    const handle = `h${unique()}`;
    const holder = await addCreator(home.browser, { displayName: "The Holder", handle });
    for (const body of [
      { displayName: "A", handle },
      { handle: ` @${handle.toUpperCase()}`, stage: "nowhere" },
    ]) {
      const problem = await problemOf(await create(body));
      expect(problem).toMatchObject({
        status: 409,
        code: "handle_taken",
        existing: { id: holder.id, displayName: "The Holder" },
      });
      expect(problem.errors?.map(({ path }) => path)).toEqual(["handle"]);
    }
    const other = await addCreator(home.browser);
    expect(await refusal(await change(other, { handle }))).toBe("409 handle_taken");
    expect((await change(holder, { handle })).status).toBe(200);
    // Another agency's roster is its own.
    const elsewhere = await agency();
    expect((await addCreator(elsewhere.browser, { handle })).handle).toBe(handle);
  });

  test("of two writers at once goes to one", async () => {
    const handle = `h${unique()}`;
    const answers = await Promise.all([1, 2, 3].map(() => create({ displayName: "A", handle })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test("is free again once its creator is in the trash, and then cannot be taken back", async () => {
    const handle = `h${unique()}`;
    const first = await addCreator(home.browser, { handle });
    expect((await home.browser.json("DELETE", `/creators/${first.id}`)).status).toBe(204);
    const second = await addCreator(home.browser, { handle });
    const restore = () => home.browser.json("POST", `/creators/${first.id}/restore`);
    expect(await refusal(await restore())).toBe("409 handle_taken");
    expect((await home.browser.json("GET", `/creators/${first.id}`)).status).toBe(404);
    await home.browser.json("DELETE", `/creators/${second.id}`);
    expect((await restore()).status).toBe(200);
    expect(await refusal(await home.browser.json("POST", `/creators/${second.id}/restore`))).toBe("409 handle_taken");
  });

  test("of two that leave the trash at once goes to one", async () => {
    const handle = `h${unique()}`;
    const ids: string[] = [];
    for (let at = 0; at < 2; at++) {
      const { id } = await addCreator(home.browser, { handle });
      await home.browser.json("DELETE", `/creators/${id}`);
      ids.push(id);
    }
    const answers = await Promise.all(ids.map((id) => home.browser.json("POST", `/creators/${id}/restore`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe("changing a creator", () => {
  test("null and an empty text clear a field; what is not named stays", async () => {
    const full = {
      handle: `h${unique()}`,
      email: "vela@creator.example",
      phone: "1",
      country: "AE",
      niche: "craft",
      ownerId: home.user.id,
      joinedOn: "2026-11-01",
      doNotPitch: "alcohol",
      sharePercent: 10,
    };
    for (const empty of [null, ""]) {
      const before = await addCreator(home.browser, { ...full, handle: `h${unique()}`, tier: "A", tags: ["x"] });
      const { sharePercent, ...texts } = full;
      const cleared = Object.fromEntries(Object.keys(texts).map((field) => [field, empty]));
      const after = creatorSchema.parse(await (await change(before, { ...cleared, sharePercent: null })).json());
      expect(after).toMatchObject({
        ...Object.fromEntries(Object.keys(full).map((field) => [field, null])),
        displayName: before.displayName,
        tier: "A",
        tags: ["x"],
        version: 2,
      });
    }
    const { id, version } = await addCreator(home.browser);
    expect(await refusedFields(await change({ id, version }, { displayName: null }))).toEqual(["displayName"]);
    expect(await refusedFields(await change({ id, version }, { displayName: "" }))).toEqual(["displayName"]);
    expect(await refusedFields(await change({ id, version }, { stage: null }))).toEqual(["stage"]);
  });

  test("to the stage `left` says why, at every door", async () => {
    expect(await refusedFields(await create({ displayName: "A", stage: "left" }))).toEqual(["stageReason"]);
    const creator = await addCreator(home.browser);
    expect(await refusedFields(await change(creator, { stage: "left" }))).toEqual(["stageReason"]);
    expect(await refusedFields(await change(creator, { stage: "left", stageReason: "" }))).toEqual(["stageReason"]);
    const left = creatorSchema.parse(await (await change(creator, { stage: "left", stageReason: "moved on" })).json());
    expect(left).toMatchObject({ stage: "left", stageReason: "moved on" });
    expect(await refusedFields(await change(left, { stageReason: null }))).toEqual(["stageReason"]);
    expect((await change(left, { niche: "craft" })).status).toBe(200);
  });

  test("follows into the search and the sort", async () => {
    const creator = await addCreator(home.browser, { displayName: `Old${unique()}` });
    const renamed = `Aardvark${unique()}`;
    await change(creator, { displayName: renamed, handle: `h${unique()}` });
    expect(await names(home.browser, creator.displayName)).toEqual([]);
    expect(await names(home.browser, renamed)).toEqual([renamed]);
  });
});

describe("the trash", () => {
  test("hides a creator everywhere until it is restored, as it was", async () => {
    const name = `Bin${unique()}`;
    const creator = await addCreator(home.browser, { displayName: name, niche: "craft" });
    const path = `/creators/${creator.id}`;
    expect((await home.browser.json("DELETE", path)).status).toBe(204);
    expect(await names(home.browser, name)).toEqual([]);
    for (const [method, below] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["GET", "/tiktok"],
      ["POST", "/invites"],
    ] as const)
      expect(await refusal(await home.browser.json(method, path + below))).toBe("404 not_found");

    const restored = creatorSchema.parse(await home.browser.api("POST", `${path}/restore`));
    expect(restored).toMatchObject({ ...creator, version: 3, updatedAt: restored.updatedAt });
    expect(await names(home.browser, name)).toEqual([name]);
    // Restoring what is not in the trash changes nothing.
    expect(creatorSchema.parse(await home.browser.api("POST", `${path}/restore`)).version).toBe(3);
  });
});

const KEYS: Record<CreatorSort, (creator: Creator) => string | number> = {
  displayName: (creator) => fold(creator.displayName),
  handle: (creator) => creator.handle ?? "",
  createdAt: (creator) => creator.id,
  updatedAt: (creator) => creator.updatedAt,
  followers: (creator) => creator.figures.followers ?? -1,
};

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
        const found = await walk(crowd.browser, `${query}&sort=${sort}`, query === "" ? 17 : 7);
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

describe("a search", () => {
  let shelf: Agency;
  beforeAll(async () => {
    shelf = await agency("me");
    for (const [displayName, handle] of [
      ["أحمد الفاسي", "ahmad.fes"],
      ["فاطمة على", null],
      ["Zoë Ångström", "zoe_angstrom"],
      ["Mira Foldstrøm", "mira.folds"],
      ["MIRANDA OAK", null],
      ["100% Nora", "nora100"],
    ] as const)
      await addCreator(shelf.browser, { displayName, handle });
  });

  test.each([
    ["mir", ["MIRANDA OAK", "Mira Foldstrøm"]],
    ["MIRA fold", ["Mira Foldstrøm"]],
    ["fold mira", ["Mira Foldstrøm"]],
    ["@mira.folds", ["Mira Foldstrøm"]],
    ["mira.fo", ["Mira Foldstrøm"]],
    ["oldstr", []],
    ["zoe", ["Zoë Ångström"]],
    ["ZOË angstrom", ["Zoë Ångström"]],
    ["zoe_ang", ["Zoë Ångström"]],
    ["احمد", ["أحمد الفاسي"]],
    ["أحمد", ["أحمد الفاسي"]],
    ["أَحْمَد", ["أحمد الفاسي"]],
    ["الفاسى", ["أحمد الفاسي"]],
    ["فاطمه", ["فاطمة على"]],
    ["علي", ["فاطمة على"]],
    ["100", ["100% Nora"]],
    ["mira zoe", []],
  ])("for %s finds the words that begin so", async (q, expected) => {
    expect(await names(shelf.browser, q)).toEqual([...expected].sort());
  });

  test.each([
    '"',
    '"mira',
    "mira*",
    "*",
    "mira AND oak",
    "mira OR",
    "NOT mira",
    "NEAR(mira fold, 2)",
    "terms:mira",
    "mira^2",
    "(mira",
    "{mira}",
    "mira + fold",
    "-mira",
    "'; DROP TABLE creators;--",
    "%",
    "\\",
    "\u0000",
    "😀",
    "a b c d e f g h i j k l",
  ])("for %s is a search like any other", async (q) => {
    const response = await shelf.browser.json("GET", `/creators?q=${encodeURIComponent(q)}&count=true`);
    expect(response.status).toBe(200);
    const { items, total } = await response.json<Listed>();
    expect(total).toBe(items.length);
  });

  test("sees the own agency's creators alone, whoever else has such a name", async () => {
    const other = await agency("me");
    await addCreator(other.browser, { displayName: "Mira Elsewhere" });
    expect(await names(other.browser, "mira")).toEqual(["Mira Elsewhere"]);
    expect(await names(shelf.browser, "mira")).toEqual(["MIRANDA OAK", "Mira Foldstrøm"].sort());
  });
});
