import { beforeAll, describe, expect, test } from "vitest";
import { type Creator, creatorSchema } from "../../domain/records/creator.ts";
import { type Agency, addCreator, agency, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { changeMember, join, type Person } from "../helpers/workerd/members.ts";

/** Whose a creator is decides who sees it: who may give one to whom. */

let home: Agency;
let agent: Person;
let manager: Person;
/** Another of the manager's team, and somebody of another one. */
let mate: Person;
let stranger: Person;

beforeAll(async () => {
  home = await agency();
  agent = await join(home, "agent", "North");
  manager = await join(home, "manager", "North");
  mate = await join(home, "agent", "North");
  stranger = await join(home, "agent", "South");
});

const create = (by: Person, fields: Record<string, unknown>) =>
  by.browser.json("POST", "/creators", { displayName: "Mira Daneshkar", ...fields });
const created = async (by: Person, fields: Record<string, unknown> = {}): Promise<Creator> =>
  creatorSchema.parse(await (await create(by, fields)).json());
const change = (by: Person, { id, version }: Creator, patch: Record<string, unknown>) =>
  by.browser.json("PATCH", `/creators/${id}`, { ...patch, version });

describe("a new creator", () => {
  test("is its maker's and their team's, where they would not see it otherwise", async () => {
    for (const by of [agent, manager]) expect(await created(by)).toMatchObject({ ownerId: by.id, team: "North" });
    expect(await addCreator(home.browser)).toMatchObject({ ownerId: null, team: null });
  });

  test("of an agent's is nobody else's", async () => {
    expect(await created(agent, { ownerId: agent.id, team: "North" })).toMatchObject({ ownerId: agent.id });
    for (const [field, value] of [
      ["ownerId", mate.id],
      ["ownerId", null],
      ["team", "South"],
      ["team", null],
    ] as const)
      expect(await refusedFields(await create(agent, { [field]: value }))).toEqual([field]);
  });

  test("of a manager's stays in the team", async () => {
    expect(await created(manager, { ownerId: mate.id })).toMatchObject({ ownerId: mate.id, team: "North" });
    expect(await created(manager, { ownerId: null })).toMatchObject({ ownerId: null, team: "North" });
    expect(await refusedFields(await create(manager, { ownerId: stranger.id }))).toEqual(["ownerId"]);
    expect(await refusedFields(await create(manager, { team: "South" }))).toEqual(["team"]);
    expect(await refusedFields(await create(manager, { ownerId: stranger.id, team: null }))).toEqual([
      "ownerId",
      "team",
    ]);
  });
});

describe("a creator", () => {
  test("is not handed on by an agent, who may change everything else of theirs", async () => {
    const creator = await created(agent);
    expect(await refusedFields(await change(agent, creator, { ownerId: mate.id }))).toEqual(["ownerId"]);
    expect(await refusedFields(await change(agent, creator, { ownerId: null, team: null }))).toEqual([
      "ownerId",
      "team",
    ]);
    // What stays as it is may be said.
    const same = { ownerId: agent.id, team: "North", niche: "craft" };
    expect(creatorSchema.parse(await (await change(agent, creator, same)).json())).toMatchObject(same);
  });

  test("is handed on by a manager inside the team", async () => {
    const creator = await created(manager);
    const theirs = creatorSchema.parse(await (await change(manager, creator, { ownerId: mate.id })).json());
    expect((await mate.browser.json("GET", `/creators/${creator.id}`)).status).toBe(200);
    for (const patch of [{ ownerId: stranger.id }, { team: "South" }, { team: null }])
      expect(await refusedFields(await change(manager, theirs, patch))).toEqual(Object.keys(patch));
    const nobodys = creatorSchema.parse(await (await change(manager, theirs, { ownerId: null })).json());
    expect(nobodys).toMatchObject({ ownerId: null, team: "North" });
    expect((await mate.browser.json("GET", `/creators/${creator.id}`)).status).toBe(404);
  });

  test("of a manager's own in another team comes into theirs, and does not slip out of their sight", async () => {
    const creator = await addCreator(home.browser, { ownerId: manager.id, team: "South" });
    const refused = await problemOf(await change(manager, creator, { ownerId: mate.id }));
    expect(refused.errors).toEqual([{ path: "ownerId", message: expect.stringMatching(/would not see/) }]);
    expect((await change(manager, creator, { ownerId: mate.id, team: "North" })).status).toBe(200);
  });

  test("of a manager without a team stays theirs", async () => {
    const alone = await join(home, "manager");
    const creator = await created(alone);
    expect(creator).toMatchObject({ ownerId: alone.id, team: null });
    for (const ownerId of [null, agent.id])
      expect(await refusedFields(await change(alone, creator, { ownerId }))).toEqual(["ownerId"]);
    expect(await refusedFields(await change(alone, creator, { team: "North" }))).toEqual(["team"]);
  });

  test("is given to anybody by who sees all", async () => {
    const creator = await addCreator(home.browser);
    const patch = { ownerId: stranger.id, team: "South", version: 1 };
    expect(creatorSchema.parse(await home.browser.api("PATCH", `/creators/${creator.id}`, patch))).toMatchObject({
      ownerId: stranger.id,
      team: "South",
    });
  });

  test("whose handle is taken by one that the caller does not see is refused, and not said who has it", async () => {
    const handle = `h${unique()}`;
    const hidden = await addCreator(home.browser, { displayName: "Hidden Holder", handle });
    for (const answer of [
      await create(agent, { handle }),
      await create(agent, { handle: `@${handle.toUpperCase()}`, stage: "nowhere" }),
      await change(agent, await created(agent), { handle }),
    ]) {
      const problem = await problemOf(answer);
      expect(problem).toMatchObject({ status: 409, code: "handle_taken" });
      expect(JSON.stringify(problem)).not.toMatch(new RegExp(`Hidden|${hidden.id}`));
    }
  });

  test("goes out of sight with the team that somebody leaves", async () => {
    const mover = await join(home, "manager", "East");
    const creator = await addCreator(home.browser, { team: "East" });
    expect((await mover.browser.json("GET", `/creators/${creator.id}`)).status).toBe(200);
    expect((await changeMember(home.browser, mover.id, { team: "West" })).status).toBe(200);
    expect(await refusal(await mover.browser.json("GET", `/creators/${creator.id}`))).toBe("404 not_found");
  });
});
