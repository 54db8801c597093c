import { beforeAll, describe, expect, test } from "vitest";
import { type Agency, addCreator, agency, Browser, connect, consent, invite } from "../../helpers/workerd/agency.ts";
import { pageCode } from "../../helpers/workerd/answers.ts";
import { pastLive } from "../../helpers/workerd/live-session.ts";
import { inviteMember, join, type Person } from "../../helpers/workerd/members.ts";
import { operations } from "../../helpers/workerd/operations.ts";
import { connectionRow, dumpOf, rows } from "../../helpers/workerd/rows.ts";

let home: Agency;
let agent: Person;
let colleague: Person;
/** Of the colleague: an id for every kind that a path takes. */
let ids: Record<"creator" | "liveSession" | "session" | "key" | "invitation" | "member", string>;

beforeAll(async () => {
  home = await agency();
  [agent, colleague] = [await join(home, "agent"), await join(home, "admin")];
  const { id } = await addCreator(colleague.browser, { ownerId: colleague.id, handle: "quiet.drums" });
  await connect(colleague.browser, id, { account: "quiet.drums", live: true });
  const liveSession = await pastLive(home, id, String((await connectionRow(home, id)).id));
  const key = await colleague.browser.api<{ id: string }>("POST", "/api-keys", { name: "A program", role: "viewer" });
  const invitation = await inviteMember(colleague.browser, { email: "waiting@agency.example", role: "viewer" });
  ids = {
    creator: id,
    liveSession,
    session: colleague.browser.jar().get("__Host-session")?.split(".")[2] ?? "",
    key: key.id,
    invitation: invitation.id,
    member: colleague.id,
  };
}, 60_000);

const idFor = (path: string): string => {
  if (path.includes("live-sessions/")) return ids.liveSession;
  if (path.includes("me/sessions/")) return ids.session;
  if (path.includes("api-keys/")) return ids.key;
  if (path.includes("invitations/")) return ids.invitation;
  return path.includes("members/") ? ids.member : ids.creator;
};

/** What is not there for whoever does not see it. The rest is refused by the role. */
const HIDDEN = /^\/api\/v1\/(creators|live-sessions|me\/sessions)\//;

describe("an agent, who sees their own creators alone, with the ids of a colleague's", () => {
  test("gets nothing and changes nothing at any operation, whatever the body", async () => {
    const before = await dumpOf(home);
    let walked = 0;
    for (const { method, path } of (await operations()).filter((operation) => operation.path.includes("{"))) {
      const filled = path.replace("/api/v1", "").replace(/\{\w+\}/g, idFor(path));
      for (const body of method === "GET" ? [undefined] : ["{}", '{"version":1,"displayName":"Mine","role":"owner"}']) {
        const answer = await agent.browser.json(method, filled, body, { "If-Match": '"1"' });
        await answer.body?.cancel();
        const expected = HIDDEN.test(path) ? [404] : [403, 404];
        expect([method, path, answer.status]).toEqual([method, path, expect.toBeOneOf(expected)]);
        walked += 1;
      }
    }
    expect(walked).toBeGreaterThan(30);
    expect(await dumpOf(home)).toEqual(before);
  });

  test("finds them in no list, search, filter or count", async () => {
    for (const query of ["", "count=true", "q=quiet", "handle=quiet.drums", `ownerId=${colleague.id}`]) {
      const text = JSON.stringify(await agent.browser.api("GET", `/creators?${query}`));
      expect([query, text.includes(ids.creator)]).toEqual([query, false]);
    }
    expect(await agent.browser.api("GET", "/creators?count=true")).toMatchObject({ items: [], total: 0 });
    expect(await agent.browser.api("GET", "/live")).toMatchObject({ items: [], tracking: [] });
  });
});

describe("a creator with a link of their own", () => {
  test("opens no other creator's page with any part of another's, and none of another kind", async () => {
    const [one, two] = [await addCreator(home.browser), await addCreator(home.browser)];
    const mine = (await connect(home.browser, one.id, { account: "host_a", live: true })).page;
    const theirs = (await connect(home.browser, two.id, { account: "host_b", live: true })).page;
    const [parts, others] = [mine.slice(3).split("."), theirs.slice(3).split(".")];
    const before = await dumpOf(home);
    for (const at of [2, 3]) {
      const forged = `/c/${parts.with(at, others[at] ?? "").join(".")}`;
      expect((await new Browser().fetch(forged)).status).toBe(404);
      for (const door of ["live", "disconnect"])
        expect((await new Browser().form(`${forged}/${door}`, [["value", "off"]])).status).toBe(404);
    }
    expect(await dumpOf(home)).toEqual(before);
  });

  test("cannot finish with their invite what was begun with another's", async () => {
    const [one, two] = [await addCreator(home.browser, { handle: "one.of.two" }), await addCreator(home.browser)];
    const creator = new Browser();
    const mine = new URL(await invite(home.browser, two.id)).pathname;
    const asked = await creator.fetch(
      await consent(creator, await invite(home.browser, one.id), { account: "host_c" }),
    );
    const state = /name="confirm" value="([^"]*)"/.exec(await asked.text())?.[1] ?? "";
    expect(state).not.toBe("");
    const answer = await creator.form(`${mine}/confirm`, [["confirm", state]]);
    expect(pageCode(answer, await answer.text())).toBe("400 state_invalid");
    for (const { id } of [one, two])
      expect(
        await rows(home, "SELECT 1 FROM connections WHERE tenant_id = ? AND creator_id = ?", home.tenant.id, id),
      ).toEqual([]);
  });
});
