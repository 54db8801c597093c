import { beforeAll, describe, expect, test } from "vitest";
import { meSchema } from "../../domain/records/account.ts";
import { type Creator, creatorSchema } from "../../domain/records/creator.ts";
import { type Belonging, type Reach, type Right, ROLES, type Role, reaches, rightsOf } from "../../domain/roles.ts";
import { type Agency, addCreator, agency, type Browser, unique } from "../helpers/workerd/agency.ts";
import { pastLive } from "../helpers/workerd/live-session.ts";
import { join, type Person } from "../helpers/workerd/members.ts";
import { listed } from "../helpers/workerd/roster.ts";
import { run } from "../helpers/workerd/rows.ts";

/** The product's table of rights, as far as there is a door: by right, a cell a role. */
const TABLE = `
                    | owner | admin | manager | agent | finance | viewer
creators.see        | all   | all   | team    | own   | all     | all
creators.edit       | all   | all   | team    | own   | –       | –
creators.trash      | ✔     | ✔     | team    | –     | –       | –
connect.invite      | ✔     | ✔     | team    | own   | –       | –
connect.sync        | ✔     | ✔     | team    | own   | –       | –
connect.live        | ✔     | ✔     | team    | –     | –       | –
connect.disconnect  | ✔     | ✔     | team    | –     | –       | –
live.see            | all   | all   | team    | own   | all     | all
live.relay          | ✔     | ✔     | team    | –     | –       | –
keys.manage         | ✔     | ✔     | –       | –     | –       | –
settings.manage     | ✔     | ✔     | –       | –     | –       | –
webhooks.manage     | ✔     | ✔     | –       | –     | –       | –
members.manage      | ✔     | ✔     | –       | –     | –       | –
audit.see           | ✔     | ✔     | –       | –     | –       | –
ownership.transfer  | ✔     | –     | –       | –     | –       | –
log.read            | ✔     | –     | –       | –     | –       | –
`;

const CELLS: Record<string, Reach> = { all: "all", "✔": "all", team: "team", own: "own", "–": "none" };

const table = new Map(
  TABLE.trim()
    .split("\n")
    .slice(1)
    .map((line): [string, Map<string, Reach>] => {
      const [right = "", ...cells] = line.split("|").map((cell) => cell.trim());
      return [right, new Map(ROLES.map((role, at) => [role, CELLS[cells[at] ?? ""] ?? "none"]))];
    }),
);

const cellOf = (right: Right, role: Role): Reach => table.get(right)?.get(role) ?? "none";

const TEAM = "North";
/** Whose a record is, for the one who asks. */
const PLACES = ["own", "team", "another's"] as const;
type Place = (typeof PLACES)[number];

interface Target {
  belonging: Belonging;
  /** Nothing hangs on it. */
  bare: Creator;
  /** It has a connection and a LIVE that is over. */
  connected: Creator;
  sessionId: string;
}

type Asked = (by: Browser, target: Target) => Promise<Response>;

/** Every door that a right on records opens. */
const ON_RECORDS: Partial<Record<Right, readonly Asked[]>> = {
  "creators.see": [
    (by, { bare }) => by.json("GET", `/creators/${bare.id}`),
    (by, { connected }) => by.json("GET", `/creators/${connected.id}/tiktok`),
    (by, { connected }) => by.json("GET", `/creators/${connected.id}/videos`),
    (by, { connected }) => by.json("GET", `/creators/${connected.id}/followers`),
  ],
  "creators.edit": [(by, { bare }) => by.json("PATCH", `/creators/${bare.id}`, { niche: "craft", version: 1 })],
  "creators.trash": [
    (by, { bare }) => by.json("DELETE", `/creators/${bare.id}`),
    (by, { bare }) => by.json("POST", `/creators/${bare.id}/restore`),
  ],
  "connect.invite": [(by, { bare }) => by.json("POST", `/creators/${bare.id}/invites`)],
  "connect.sync": [(by, { bare }) => by.json("POST", `/creators/${bare.id}/tiktok/sync`)],
  "connect.live": [(by, { bare }) => by.json("PUT", `/creators/${bare.id}/live-tracking`, { enabled: false })],
  "connect.disconnect": [(by, { bare }) => by.json("DELETE", `/creators/${bare.id}/tiktok`)],
  "live.see": [
    (by, { connected }) => by.json("GET", `/creators/${connected.id}/live-sessions`),
    (by, { sessionId }) => by.json("GET", `/live-sessions/${sessionId}`),
  ],
  "live.relay": [(by, { bare }) => by.json("GET", `/creators/${bare.id}/live-relay?room=1`)],
};

/** Doors to the agency itself. What is asked would change nothing, or be refused for another reason. */
const ON_THE_AGENCY: Partial<Record<Right, readonly ((by: Person) => Promise<Response>)[]>> = {
  "creators.see": [({ browser }) => browser.json("GET", "/creators")],
  "creators.edit": [({ browser }) => browser.json("POST", "/creators", { displayName: "By a role" })],
  "live.see": [({ browser }) => browser.json("GET", "/live")],
  "keys.manage": [
    ({ browser }) => browser.json("GET", "/api-keys"),
    ({ browser }) => browser.json("POST", "/api-keys", {}),
  ],
  "webhooks.manage": [
    ({ browser }) => browser.json("GET", "/webhooks"),
    ({ browser }) => browser.json("POST", "/webhooks", {}),
    ({ browser }) => browser.json("GET", `/webhooks/${webhookId}`),
    ({ browser }) => browser.json("PATCH", `/webhooks/${webhookId}`, {}),
    ({ browser }) => browser.json("POST", `/webhooks/${webhookId}/rotate`),
    ({ browser }) => browser.json("POST", `/webhooks/${webhookId}/test`),
    ({ browser }) => browser.json("GET", `/webhooks/${webhookId}/deliveries`),
    ({ browser }) => browser.json("POST", `/webhooks/${webhookId}/deliveries/${deliveryId}/replay`),
    async ({ browser }) => browser.json("DELETE", `/webhooks/${(await anotherWebhook()).id}`),
  ],
  "members.manage": [
    ({ browser }) => browser.json("GET", "/members/invitations"),
    ({ browser }) => browser.json("POST", "/members/invitations", {}),
    ({ browser }) => browser.json("PATCH", `/members/${viewer.id}`, {}),
    ({ browser }) => browser.json("DELETE", `/members/${viewer.id}`, { reassignTo: "nobody" }),
    ({ browser }) => browser.json("POST", `/members/invitations/${invitationId}/resend`),
  ],
  "settings.manage": [
    ({ browser }) => browser.json("GET", "/tenant/security"),
    ({ browser }) => browser.json("PATCH", "/tenant/security", {}),
  ],
  "log.read": [({ browser }) => browser.json("GET", "/operational-log?day=2026-11-24")],
  "audit.see": [
    ({ browser }) => browser.json("GET", "/audit"),
    ({ browser }) => browser.json("GET", "/audit/verify"),
    ({ browser }) => browser.json("GET", "/audit/export?format=csv"),
  ],
  "ownership.transfer": [({ browser, id }) => browser.json("POST", `/members/${id}/transfer-ownership`)],
};

let home: Agency;
const people = new Map<Role, Person>();
const targets = new Map<Role, Record<Place, Target>>();
let viewer: Person;
let invitationId: string;
let webhookId: string;
let deliveryId: string;

/** Where it goes, nobody listens. */
const anotherWebhook = (): Promise<{ id: string; version: number }> =>
  home.browser.api("POST", "/webhooks", { url: "http://127.0.0.1:65534/", events: ["live.ended"] });

async function targetOf(belonging: Belonging): Promise<Target> {
  const bare = await addCreator(home.browser, { ...belonging, displayName: `Bare ${unique()}` });
  const connected = await addCreator(home.browser, {
    ...belonging,
    handle: `h${unique()}`,
    displayName: `Con ${unique()}`,
  });
  const connectionId = `cn_${unique()}`;
  await run(
    home,
    "INSERT INTO connections (tenant_id, id, creator_id, status, connected_at) VALUES (?, ?, ?, 'active', 0)",
    home.tenant.id,
    connectionId,
    connected.id,
  );
  return { belonging, bare, connected, sessionId: await pastLive(home, connected.id, connectionId) };
}

beforeAll(async () => {
  home = await agency();
  for (const role of ROLES) {
    const person = await join(home, role, TEAM);
    people.set(role, person);
    targets.set(role, {
      own: await targetOf({ ownerId: person.id, team: "South" }),
      team: await targetOf({ ownerId: home.user.id, team: TEAM }),
      "another's": await targetOf({ ownerId: home.user.id, team: "South" }),
    });
  }
  viewer = personOf("viewer");
  invitationId = (
    await home.browser.api<{ id: string }>("POST", "/members/invitations", {
      email: `waiting.${unique()}@agency.example`,
      role: "viewer",
    })
  ).id;
  webhookId = (await anotherWebhook()).id;
  deliveryId = (await home.browser.api<{ id: string }>("POST", `/webhooks/${webhookId}/test`)).id;
}, 60_000);

const personOf = (role: Role): Person => {
  const person = people.get(role);
  if (!person) throw new Error(`Nobody is ${role}`);
  return person;
};

const targetFor = (role: Role, place: Place): Target => {
  const target = targets.get(role)?.[place];
  if (!target) throw new Error(`${role} has no target`);
  return target;
};

/** What an answer says of a right: that it is there, that it is lacking, or that there is no such record. */
const verdictOf = ({ status }: Response): "yes" | "403" | "404" =>
  status === 403 ? "403" : status === 404 ? "404" : "yes";

const RIGHTS = Object.keys(rightsOf("owner")) as Right[];

test("every right is in the product's table, and has a door that is tried here", () => {
  expect([...table.keys()].sort()).toEqual([...RIGHTS].sort());
  const tried = new Set([...Object.keys(ON_RECORDS), ...Object.keys(ON_THE_AGENCY)]);
  expect([...tried].sort()).toEqual([...RIGHTS].sort());
});

describe.each(ROLES)("a person who is %s", (role) => {
  test("is told the rights of the table", async () => {
    const me = meSchema.parse(await personOf(role).browser.api("GET", "/me"));
    expect(me).toMatchObject({ role, team: TEAM });
    expect(me.rights).toEqual(Object.fromEntries(RIGHTS.map((right) => [right, cellOf(right, role)])));
  });

  test.each(Object.keys(ON_RECORDS) as Right[])("may use %s as far as the table says", async (right) => {
    const { browser, id } = personOf(role);
    const extends_ = (reach: Reach, { belonging }: Target) => reaches(reach, { userId: id, team: TEAM }, belonging);
    for (const place of PLACES) {
      const target = targetFor(role, place);
      const expected = extends_(cellOf(right, role), target)
        ? "yes"
        : extends_(cellOf("creators.see", role), target)
          ? "403"
          : "404";
      for (const [at, ask] of (ON_RECORDS[right] ?? []).entries())
        expect([place, at, verdictOf(await ask(browser, target))]).toEqual([place, at, expected]);
    }
  });

  test.each(Object.keys(ON_THE_AGENCY) as Right[])("may use %s of the agency as the table says", async (right) => {
    const expected = cellOf(right, role) === "none" ? "403" : "yes";
    for (const [at, ask] of (ON_THE_AGENCY[right] ?? []).entries())
      expect([at, verdictOf(await ask(personOf(role)))]).toEqual([at, expected]);
  });

  test("finds in lists, counts, searches and filters what they may see, and nothing else", async () => {
    const { browser, id } = personOf(role);
    const all = await listed(home.browser, "limit=200");
    const seen = all.items.filter((creator) =>
      reaches(cellOf("creators.see", role), { userId: id, team: TEAM }, creator),
    );
    const page = await listed(browser, "limit=200&count=true");
    expect(page.items.map((item) => item.id)).toEqual(seen.map((item) => item.id));
    expect(page.total).toBe(seen.length);
    for (const place of PLACES) {
      const { connected } = targetFor(role, place);
      const visible = seen.some((creator) => creator.id === connected.id);
      for (const query of [
        `q=${encodeURIComponent(connected.displayName)}`,
        `q=@${connected.handle}`,
        `handle=${connected.handle}`,
        `ownerId=${connected.ownerId}&limit=200`,
        `team=${connected.team}&limit=200`,
        `stage=lead&sort=-updatedAt&limit=200`,
      ]) {
        const found = (await listed(browser, `${query}&count=true`)).items.some((item) => item.id === connected.id);
        expect([place, query, found]).toEqual([place, query, visible]);
      }
    }
  });
});

test("a key that sees more than it may change is told 403 of what it sees, and 404 of the rest", async () => {
  const manager = personOf("manager");
  // A manager may not make keys: an admin did, and was made one later.
  const { secret } = await personOf("admin").browser.api<{ secret: string }>("POST", "/api-keys", {
    name: "Reader",
    role: "finance",
  });
  await run(home, "UPDATE api_keys SET created_by = ? WHERE tenant_id = ?", manager.id, home.tenant.id);
  const by = (method: string, path: string, body?: unknown) =>
    manager.browser.json(method, path, body, { Authorization: `Bearer ${secret}` });
  const { bare } = targetFor("manager", "team");
  expect(creatorSchema.parse(await (await by("GET", `/creators/${bare.id}`)).json()).id).toBe(bare.id);
  expect((await by("PATCH", `/creators/${bare.id}`, { niche: "craft", version: 1 })).status).toBe(403);
  const hidden = targetFor("manager", "another's").bare;
  expect((await by("PATCH", `/creators/${hidden.id}`, { niche: "craft", version: 1 })).status).toBe(404);
});
