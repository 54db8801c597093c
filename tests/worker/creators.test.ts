import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { creatorSchema } from "../../domain/records/creator.ts";
import { type Agency, addCreator, agency, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { namesOf } from "../helpers/workerd/roster.ts";

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
    for (const body of ["[]", "null", '"text"', "7"])
      expect((await home.browser.json("POST", "/creators", body)).status).toBe(422);
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
    expect(await namesOf(home.browser, creator.displayName)).toEqual([]);
    expect(await namesOf(home.browser, renamed)).toEqual([renamed]);
  });
});

describe("the trash", () => {
  test("hides a creator everywhere until it is restored, as it was", async () => {
    const name = `Bin${unique()}`;
    const creator = await addCreator(home.browser, { displayName: name, niche: "craft" });
    const path = `/creators/${creator.id}`;
    expect((await home.browser.json("DELETE", path)).status).toBe(204);
    expect(await namesOf(home.browser, name)).toEqual([]);
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
    expect(await namesOf(home.browser, name)).toEqual([name]);
    // Restoring what is not in the trash changes nothing.
    expect(creatorSchema.parse(await home.browser.api("POST", `${path}/restore`)).version).toBe(3);
  });
});
