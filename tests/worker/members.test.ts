import { createScheduledController, env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import { type LiveMessage, liveMessageSchema } from "../../domain/live-message.ts";
import { meSchema } from "../../domain/records/account.ts";
import { type Creator, creatorSchema } from "../../domain/records/creator.ts";
import { memberSchema } from "../../domain/records/member.ts";
import { ROLES } from "../../domain/roles.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import worker from "../../worker/index.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  ORIGIN,
  PASSWORD,
  unique,
  until,
} from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { consenting, switchLive } from "../helpers/workerd/live.ts";
import { mailsTo, mailTo } from "../helpers/workerd/mail.ts";
import { changeMember, join, memberOf, membersOf, type Person } from "../helpers/workerd/members.ts";
import { provenAgo, setUpTotp } from "../helpers/workerd/people.ts";
import { dumpOf, rows, run } from "../helpers/workerd/rows.ts";

let home: Agency;
beforeAll(async () => {
  home = await agency();
});

const roleOf = async (browser: Browser): Promise<string> => meSchema.parse(await browser.api("GET", "/me")).role;
const signIn = (email: string, browser = new Browser()) =>
  browser.json("POST", "/auth/login", { email, password: PASSWORD });
const leave = (by: Browser, id: string, body: Record<string, unknown> = {}) =>
  by.json("DELETE", `/members/${id}`, body);
const transfer = (by: Browser, id: string) => by.json("POST", `/members/${id}/transfer-ownership`);
/** A key that acts for somebody, made while they might. */
async function keyOf(person: Person): Promise<(path: string) => Promise<Response>> {
  const { id, secret } = await home.browser.api<{ id: string; secret: string }>("POST", "/api-keys", {
    name: "A program",
    role: "owner",
  });
  await run(home, "UPDATE api_keys SET created_by = ? WHERE id = ?", person.id, id);
  return (path) => new Browser().json("GET", path, undefined, { Authorization: `Bearer ${secret}` });
}

const ownersOf = async (of: Agency): Promise<number> =>
  (await rows(of, "SELECT id FROM users WHERE tenant_id = ? AND role = 'owner' AND state = 'active'", of.tenant.id))
    .length;

/** Somebody's open dashboard. */
async function dashboard({ onTestFinished }: TestContext, browser: Browser) {
  const { webSocket: socket } = await exports.default.fetch(
    new Request(`${ORIGIN}/api/v1/live/socket`, {
      headers: {
        Upgrade: "websocket",
        Origin: ORIGIN,
        Cookie: [...browser.jar()].map(([name, value]) => `${name}=${value}`).join("; "),
      },
    }),
  );
  if (!socket) throw new Error("No socket");
  const snapshots: (LiveMessage & { type: "snapshot" })[] = [];
  socket.addEventListener("message", ({ data }) => {
    const message = liveMessageSchema.parse(JSON.parse(String(data)));
    if (message.type === "snapshot") snapshots.push(message);
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  socket.accept();
  onTestFinished(() => socket.close());
  await until(async () => snapshots.length > 0);
  return {
    closed,
    /** The creators on the screen, by the newest snapshot. */
    shown: () => snapshots.at(-1)?.tracking.map(({ creatorId }) => creatorId) ?? [],
  };
}

describe("the list of members", () => {
  test("is every role's, and says of nobody when they were here but to who manages them", async () => {
    const of = await agency();
    const browser = new Map([["owner", of.browser]]);
    for (const role of ROLES.slice(1)) browser.set(role, (await join({ ...home, ...of }, role, "North")).browser);
    for (const role of ROLES) {
      const members = await membersOf(browser.get(role) ?? of.browser);
      expect(members.map((member) => member.role).sort()).toEqual([...ROLES].sort());
      const told = members.filter(({ lastActiveAt }) => lastActiveAt !== undefined);
      expect([role, told.length]).toEqual([role, role === "owner" || role === "admin" ? 6 : 0]);
    }
  });

  test("says when somebody last signed in or renewed their session", async () => {
    const person = await join(home, "viewer");
    await run(home, "UPDATE users SET last_active_at = 1 WHERE id = ?", person.id);
    const since = Date.now();
    expect((await person.browser.json("POST", "/auth/refresh")).status).toBe(200);
    const { lastActiveAt } = await memberOf(home.browser, person.id);
    expect(Date.parse(lastActiveAt ?? "")).toBeGreaterThanOrEqual(since);
  });
});

describe("changing a member", () => {
  test("counts from their next request on, without signing in anew", async () => {
    const person = await join(home, "viewer");
    const answer = await changeMember(home.browser, person.id, { role: "manager", team: " North " });
    expect(memberSchema.parse(await answer.json())).toMatchObject({ role: "manager", team: "North", version: 2 });
    expect(meSchema.parse(await person.browser.api("GET", "/me"))).toMatchObject({ role: "manager", team: "North" });
    expect((await changeMember(home.browser, person.id, { team: "" })).status).toBe(200);
    expect(meSchema.parse(await person.browser.api("GET", "/me")).team).toBeNull();
  });

  test("needs the version that it changes, and every field right", async () => {
    const { id } = await join(home, "viewer");
    const path = `/members/${id}`;
    expect(await refusal(await home.browser.json("PATCH", path, { role: "agent" }))).toBe("428 version_needed");
    const problem = await problemOf(await home.browser.json("PATCH", path, { role: "agent", version: 7 }));
    expect(problem).toMatchObject({ code: "version_conflict", current: { id, role: "viewer", version: 1 } });
    for (const [patch, field] of [
      [{ role: "king" }, "role"],
      [{ state: "left" }, "state"],
      [{ team: "x".repeat(61) }, "team"],
      [{ email: "other@agency.example" }, "email"],
    ] as const)
      expect(await refusedFields(await changeMember(home.browser, id, patch))).toEqual([field]);
    const two = await Promise.all(
      ["agent", "finance"].map((role) => home.browser.json("PATCH", path, { role, version: 1 })),
    );
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("is done by nobody to themselves, but for an owner who steps down while another stands", async () => {
    const admin = await join(home, "admin");
    for (const patch of [{ role: "viewer" }, { state: "suspended" }])
      expect(await refusal(await changeMember(admin.browser, admin.id, patch))).toBe("403 own_role");
    // A team is no role.
    expect((await changeMember(admin.browser, admin.id, { team: "North" })).status).toBe(200);

    const second = await join(home, "owner");
    expect(await refusal(await changeMember(second.browser, second.id, { state: "suspended" }))).toBe("403 own_role");
    expect((await changeMember(second.browser, second.id, { role: "agent" })).status).toBe(200);
    expect(await roleOf(second.browser)).toBe("agent");
  });

  test("gives no role above the own one, and turns to nobody above", async () => {
    const admin = await join(home, "admin");
    const person = await join(home, "viewer");
    expect(await refusedFields(await changeMember(admin.browser, person.id, { role: "owner" }))).toEqual(["role"]);
    expect((await changeMember(admin.browser, person.id, { role: "admin" })).status).toBe(200);
    for (const answer of [
      await changeMember(admin.browser, home.user.id, { team: "North" }),
      await changeMember(admin.browser, home.user.id, { state: "suspended" }),
      await leave(admin.browser, home.user.id, { reassignTo: admin.id }),
    ])
      expect(await refusal(answer)).toBe("403 above_your_role");
  });

  test("is no program's, whatever its key's role", async () => {
    const person = await join(home, "viewer");
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "P", role: "owner" });
    const headers = { Authorization: `Bearer ${secret}` };
    for (const [method, path, body] of [
      ["PATCH", `/members/${person.id}`, { role: "admin", version: 1 }],
      ["DELETE", `/members/${person.id}`, {}],
      ["POST", `/members/${person.id}/transfer-ownership`, undefined],
    ] as const)
      expect(await refusal(await new Browser().json(method, path, body, headers))).toBe("403 not_for_keys");
    expect((await new Browser().json("GET", "/members", undefined, headers)).status).toBe(200);
  });

  test("of nobody's, or of another agency's, is 404", async () => {
    const other = await agency();
    for (const id of [other.user.id, newId("user"), "nonsense"])
      for (const answer of [
        await home.browser.json("PATCH", `/members/${id}`, {}),
        await leave(home.browser, id),
        await transfer(home.browser, id),
      ])
        expect(await refusal(answer)).toBe("404 not_found");
  });
});

describe("a changed role", () => {
  const told = async (email: string): Promise<number> =>
    (await mailsTo(email)).filter(({ subject }) => /role was changed/.test(subject)).length;

  test("is told by mail to whose it is, with who changed it; a team is not", async () => {
    const person = await join(home, "viewer");
    await changeMember(home.browser, person.id, { team: "North" });
    await changeMember(home.browser, person.id, { role: "manager" });
    const { text } = await mailTo(person.email, /role was changed/);
    expect(text).toContain("Olga Owner changed your role in Test Agency from viewer to manager.");
    // Where the owner sits is nobody's business.
    expect(text).not.toMatch(/With:|From:/);
    expect(await told(person.email)).toBe(1);
    expect(await told(home.email)).toBe(0);
  });

  test("of one's own is told as any deed in one's name", async () => {
    const second = await join(home, "owner");
    await changeMember(second.browser, second.id, { role: "agent" });
    const { text } = await mailTo(second.email, /role was changed/);
    expect(text).toContain("you changed your role in Test Agency from owner to agent.");
    expect(text).toContain(`${ORIGIN}/app/forgot`);
  });

  test("by handing the agency over is told to both", async () => {
    const of = await agency();
    const heir = await join(of, "agent");
    await transfer(of.browser, heir.id);
    expect((await mailTo(heir.email, /role was changed/)).text).toContain("from agent to owner");
    expect((await mailTo(of.email, /role was changed/)).text).toContain("from owner to admin");
  });
});

describe("a suspended member", () => {
  test("is out at once with every session and key, and is back when they are let in again", async () => {
    const person = await join(home, "manager", "North");
    const key = await keyOf(person);
    const creator = await addCreator(home.browser, { ownerId: person.id });
    expect((await key("/creators")).status).toBe(200);
    expect((await changeMember(home.browser, person.id, { state: "suspended" })).status).toBe(200);

    expect(await refusal(await person.browser.json("GET", "/me"))).toBe("401 not_signed_in");
    expect(await refusal(await person.browser.json("POST", "/auth/refresh"))).toBe("401 not_signed_in");
    expect((await key("/creators")).status).toBe(401);
    expect(await refusal(await signIn(person.email))).toBe("401 wrong_credentials");
    // What they own stays theirs; nobody new is given to them.
    expect(creatorSchema.parse(await home.browser.api("GET", `/creators/${creator.id}`)).ownerId).toBe(person.id);
    const given = await home.browser.json("POST", "/creators", { displayName: "A", ownerId: person.id });
    expect(await refusedFields(given)).toEqual(["ownerId"]);

    expect((await changeMember(home.browser, person.id, { state: "active" })).status).toBe(200);
    // The old sessions stay ended.
    expect((await person.browser.json("GET", "/me")).status).toBe(401);
    expect((await signIn(person.email)).status).toBe(200);
    expect((await key("/creators")).status).toBe(200);
  });
});

describe("open dashboards", () => {
  test("lose at once what a changed role or team may no longer see, and get it back", async (context) => {
    const of = await agency("us");
    const creator = await consenting(of, "crowd.140");
    await switchLive(creator, true);
    const { version } = await of.browser.api<Creator>("GET", `/creators/${creator.id}`);
    await of.browser.api("PATCH", `/creators/${creator.id}`, { team: "North", version });
    const person = await join(of, "viewer", "North");
    const { shown } = await dashboard(context, person.browser);
    expect(shown()).toEqual([creator.id]);
    for (const [patch, seen] of [
      [{ role: "agent" }, false],
      [{ role: "manager" }, true],
      [{ team: "South" }, false],
      [{ team: "North" }, true],
    ] as const) {
      expect((await changeMember(of.browser, person.id, patch)).status).toBe(200);
      await until(async () => shown().includes(creator.id) === seen, 5);
    }
  });

  test("close with 4401 when their person is suspended or leaves", async (context) => {
    const [suspended, leaver] = [await join(home, "viewer"), await join(home, "viewer")];
    const screens = [await dashboard(context, suspended.browser), await dashboard(context, leaver.browser)];
    expect((await changeMember(home.browser, suspended.id, { state: "suspended" })).status).toBe(200);
    expect((await leave(home.browser, leaver.id)).status).toBe(204);
    for (const { closed } of screens) expect(await closed).toBe(4401);
  });

  test("show the heir what the leaver owned", async (context) => {
    const of = await agency("us");
    const creator = await consenting(of, "crowd.141");
    await switchLive(creator, true);
    const [leaver, heir] = [await join(of, "agent"), await join(of, "agent")];
    const { version } = await of.browser.api<Creator>("GET", `/creators/${creator.id}`);
    await of.browser.api("PATCH", `/creators/${creator.id}`, { ownerId: leaver.id, version });
    const { shown } = await dashboard(context, heir.browser);
    expect(shown()).toEqual([]);
    expect((await leave(of.browser, leaver.id, { reassignTo: heir.id })).status).toBe(204);
    await until(async () => shown().includes(creator.id), 5);
  });
});

describe("a member who leaves", () => {
  test("hands every record over in one step, and everything of theirs is dead at once", async () => {
    const [leaver, heir] = [await join(home, "agent", "North"), await join(home, "agent", "South")];
    const key = await keyOf(leaver);
    const kept = await leaver.browser.api<Creator>("POST", "/creators", { displayName: `Kept ${unique()}` });
    const trashed = await addCreator(home.browser, { ownerId: leaver.id });
    await home.browser.api("DELETE", `/creators/${trashed.id}`);
    const others = await addCreator(home.browser, { ownerId: heir.id });

    expect((await leave(home.browser, leaver.id, { reassignTo: heir.id })).status).toBe(204);
    for (const [path, credential] of [
      ["/me", await leaver.browser.json("GET", "/me")],
      ["/auth/refresh", await leaver.browser.json("POST", "/auth/refresh")],
      ["a key", await key("/me")],
      ["/auth/login", await signIn(leaver.email)],
    ] as const)
      expect([path, credential.status]).toEqual([path, 401]);
    expect((await membersOf(home.browser)).some(({ id }) => id === leaver.id)).toBe(false);

    expect(creatorSchema.parse(await heir.browser.api("GET", `/creators/${kept.id}`))).toMatchObject({
      ownerId: heir.id,
      version: kept.version + 1,
    });
    expect(creatorSchema.parse(await home.browser.api("POST", `/creators/${trashed.id}/restore`)).ownerId).toBe(
      heir.id,
    );
    expect((await home.browser.api<Creator>("GET", `/creators/${others.id}`)).version).toBe(1);
    expect(await refusal(await leave(home.browser, leaver.id, { reassignTo: heir.id }))).toBe("404 not_found");
  });

  test("is a name in what they did: no address, password or second factor of theirs is kept, and the address is free", async () => {
    const leaver = await join(home, "viewer");
    await setUpTotp(leaver.browser);
    const next = `next.${unique()}@agency.example`;
    await leaver.browser.api("POST", "/me/email", { email: next, password: PASSWORD });
    expect((await leave(home.browser, leaver.id)).status).toBe(204);
    const dumped = await dumpOf(home);
    expect(dumped.filter((row) => row.includes(leaver.email) || row.includes(next))).toEqual([]);
    expect(await rows(home, "SELECT ip FROM sessions WHERE user_id = ?", leaver.id)).toEqual([]);
    const [row] = await rows(
      home,
      "SELECT name, password_hash, email_verified_at, totp_secret, totp_step, recovery_codes FROM users WHERE id = ?",
      leaver.id,
    );
    expect(row).toEqual({
      name: "Viewer Person",
      password_hash: "",
      email_verified_at: null,
      totp_secret: null,
      totp_step: null,
      recovery_codes: null,
    });
    const again = await new Browser().json("POST", "/auth/register", {
      agency: "Their own",
      region: "me",
      name: "Viewer Person",
      email: leaver.email,
      password: PASSWORD,
    });
    expect(again.status).toBe(201);
  });

  test("who owns something needs an heir: an active member, and not themselves", async () => {
    const leaver = await join(home, "agent");
    const creator = await leaver.browser.api<Creator>("POST", "/creators", { displayName: "Mira" });
    const suspended = await join(home, "agent");
    await changeMember(home.browser, suspended.id, { state: "suspended" });
    const other = await agency();
    const said = await problemOf(await leave(home.browser, leaver.id));
    expect(said.errors).toEqual([{ path: "reassignTo", message: "Agent Person owns 1 record. Say who takes over." }]);
    for (const reassignTo of [leaver.id, suspended.id, other.user.id, newId("user"), "nobody", 7, null])
      expect(await refusedFields(await leave(home.browser, leaver.id, { reassignTo }))).toEqual(["reassignTo"]);
    expect((await leaver.browser.json("GET", `/creators/${creator.id}`)).status).toBe(200);
    await home.browser.api("DELETE", `/creators/${creator.id}`);
    // What is in the trash is owned too.
    expect(await refusedFields(await leave(home.browser, leaver.id))).toEqual(["reassignTo"]);
  });

  test("takes along the invitations that they made", async () => {
    const leaver = await join(home, "admin");
    const email = `waits.${unique()}@agency.example`;
    const { id } = await leaver.browser.api<{ id: string }>("POST", "/members/invitations", { email, role: "viewer" });
    expect((await leave(home.browser, leaver.id)).status).toBe(204);
    const { items } = await home.browser.api<{ items: { id: string }[] }>("GET", "/members/invitations");
    expect(items.map((item) => item.id)).not.toContain(id);
  });

  test("may be oneself, unless nobody would be owner any more", async () => {
    const of = await agency();
    expect(await refusal(await leave(of.browser, of.user.id))).toBe("409 last_owner");
    expect((await of.browser.json("GET", "/me")).status).toBe(200);
    expect((await signIn(of.email)).status).toBe(200);
    const second = await join(of, "owner");
    expect((await leave(of.browser, of.user.id)).status).toBe(204);
    expect(await roleOf(second.browser)).toBe("owner");
    expect((await of.browser.json("GET", "/me")).status).toBe(401);
  });

  test("half-way is found by the cron: the address is freed where the region let them go, and kept where it did not", async () => {
    const [gone, stays] = [await join(home, "viewer"), await join(home, "viewer")];
    const next = `next.${unique()}@agency.example`;
    expect((await leave(home.browser, gone.id)).status).toBe(204);
    const hash = (email: string) => blindIndex(env.BLIND_INDEX_KEY, "email", email);
    // As a cut leaves it: held, and neither freed nor given back.
    await env.DIRECTORY.batch([
      env.DIRECTORY.prepare("INSERT INTO emails VALUES (?, 'eu', ?, ?, 'pending', 0)").bind(
        hash(gone.email),
        home.tenant.id,
        gone.id,
      ),
      env.DIRECTORY.prepare("UPDATE emails SET state = 'pending', created_at = 0 WHERE user_id = ?").bind(stays.id),
      // And a move to another address that was cut too.
      env.DIRECTORY.prepare("INSERT INTO emails VALUES (?, 'eu', ?, ?, 'pending', 0)").bind(
        hash(next),
        home.tenant.id,
        stays.id,
      ),
    ]);
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: "*/5 * * * *" }), env);
    const stateOf = (email: string) =>
      env.DIRECTORY.prepare("SELECT state FROM emails WHERE email_hash = ?").bind(hash(email)).first("state");
    expect([await stateOf(gone.email), await stateOf(stays.email), await stateOf(next)]).toEqual([
      null,
      "active",
      null,
    ]);
  });
});

describe("ownership", () => {
  test("goes to another member in one step, and its giver is an admin from then on", async () => {
    const of = await agency();
    const heir = await join(of, "agent", "North");
    expect(memberSchema.parse(await (await transfer(of.browser, heir.id)).json())).toMatchObject({
      role: "owner",
      team: "North",
    });
    expect([await roleOf(heir.browser), await roleOf(of.browser)]).toEqual(["owner", "admin"]);
    expect(await refusal(await transfer(of.browser, heir.id))).toBe("403 not_allowed");
    expect(await ownersOf(of)).toBe(1);
  });

  test("is given by nobody who did not show lately that it is still them, however it is given", async () => {
    const of = await agency();
    const person = await join(of, "admin");
    await provenAgo(of, 10 * 60_000 + 1);
    expect(await refusal(await transfer(of.browser, person.id))).toBe("403 step_up_required");
    expect(await refusal(await changeMember(of.browser, person.id, { role: "owner" }))).toBe("403 step_up_required");
    expect((await changeMember(of.browser, person.id, { role: "agent" })).status).toBe(200);
    await of.browser.api("POST", "/auth/step-up", { password: PASSWORD });
    expect((await changeMember(of.browser, person.id, { role: "owner" })).status).toBe(200);
    expect(await ownersOf(of)).toBe(2);
  });

  test("goes to nobody who is suspended, and not to its holder", async () => {
    const of = await agency();
    const person = await join(of, "admin");
    await changeMember(of.browser, person.id, { state: "suspended" });
    expect(await refusal(await transfer(of.browser, person.id))).toBe("409 not_active");
    expect(await refusal(await transfer(of.browser, of.user.id))).toBe("409 already_owner");
    expect(await roleOf(of.browser)).toBe("owner");
  });

  test("given to two at once goes to one", async () => {
    const of = await agency();
    const heirs = [await join(of, "admin"), await join(of, "admin")];
    const answers = await Promise.all(heirs.map(({ id }) => transfer(of.browser, id)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await ownersOf(of)).toBe(1);
  });

  test("is always somebody's: the last owner neither steps down, nor is suspended, nor leaves", async () => {
    const of = await agency();
    expect(await refusal(await changeMember(of.browser, of.user.id, { role: "admin" }))).toBe("409 last_owner");
    // A suspended owner is none who could act.
    const second = await join(of, "owner");
    await changeMember(of.browser, second.id, { state: "suspended" });
    expect(await refusal(await changeMember(of.browser, of.user.id, { role: "viewer" }))).toBe("409 last_owner");
    expect(await refusal(await leave(of.browser, of.user.id))).toBe("409 last_owner");
    expect(await ownersOf(of)).toBe(1);
  });

  type Ending = (by: Person, other: Person) => Promise<Response | undefined>;
  const patch = async (by: Person, id: string, changes: Record<string, unknown>) =>
    changeMember(by.browser, id, changes).catch(() => undefined);
  const ENDINGS: Record<string, Ending> = {
    "steps down": (by) => patch(by, by.id, { role: "viewer" }),
    leaves: (by) => leave(by.browser, by.id),
    "deletes their account": (by) => by.browser.json("DELETE", "/me", {}),
    "demotes the other": (by, other) => patch(by, other.id, { role: "viewer" }),
    "suspends the other": (by, other) => patch(by, other.id, { state: "suspended" }),
    "removes the other": (by, other) => leave(by.browser, other.id),
    "makes the other the only one": (by, other) => transfer(by.browser, other.id),
  };

  test("is always somebody's, whatever two owners do at once to themselves and to each other", async () => {
    const of = await agency();
    const one: Person = { id: of.user.id as Person["id"], browser: of.browser, email: of.email, role: "owner" };
    const two = await join(of, "owner");
    const back = await asNow(of, [one, two]);
    for (const [first, begin] of Object.entries(ENDINGS))
      for (const [second, answer] of Object.entries(ENDINGS)) {
        const answers = await Promise.all([begin(one, two), answer(two, one)]);
        const what = `one ${first}, the other ${second}`;
        expect(await ownersOf(of), what).toBeGreaterThanOrEqual(1);
        // Whichever came first was let: nothing stood in its way.
        expect(answers.filter((said) => said?.ok).length, what).toBeGreaterThanOrEqual(1);
        await back();
      }
  });

  test("is somebody's when two owners delete their accounts in the same moment: one of them goes", async () => {
    const of = await agency();
    const two = await join(of, "owner");
    const answers = await Promise.all([of.browser, two.browser].map((by) => by.json("DELETE", "/me", {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await ownersOf(of)).toBe(1);
  });

  /** Puts people and their sessions back as they are at this moment, as if nothing had been since. */
  async function asNow(of: Agency, people: readonly Person[]): Promise<() => Promise<void>> {
    const kept = new Map<string, Record<string, unknown>[]>();
    for (const table of ["users", "sessions"])
      kept.set(table, await rows(of, `SELECT * FROM ${table} WHERE tenant_id = ?`, of.tenant.id));
    const jars = people.map(({ browser }) => new Map(browser.jar()));
    return async () => {
      for (const [table, all] of kept)
        for (const row of all) {
          const columns = Object.keys(row);
          await run(
            of,
            `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => "?")})
             ON CONFLICT DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`)}`,
            ...Object.values(row),
          );
        }
      for (const [at, { browser }] of people.entries())
        for (const [name, value] of jars[at] ?? []) browser.jar().set(name, value);
    };
  }
});
