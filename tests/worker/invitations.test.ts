import { createExecutionContext, createScheduledController, env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { type Account, accountSchema, meSchema } from "../../domain/records/account.ts";
import { type Invitation, invitationOfferSchema, invitationSchema } from "../../domain/records/member.ts";
import { RETENTION_DAYS } from "../../domain/retention.ts";
import worker from "../../worker/index.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  invite,
  ORIGIN,
  PASSWORD,
  unique,
} from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { mailsTo, mailTo } from "../helpers/workerd/mail.ts";
import {
  changeMember,
  inviteMember,
  join,
  mailedToken,
  memberOf,
  membersOf,
  tokenIn,
} from "../helpers/workerd/members.ts";
import { dump, dumpOf, region, rows, run } from "../helpers/workerd/rows.ts";

const DAY = 86_400_000;

let home: Agency;
beforeAll(async () => {
  home = await agency();
});

const address = (): string => `invited.${unique()}@agency.example`;
const ask = (wanted: Record<string, unknown>, by = home.browser) => by.json("POST", "/members/invitations", wanted);
const waiting = async (by = home.browser): Promise<Invitation[]> =>
  (await by.api<{ items: unknown[] }>("GET", "/members/invitations")).items.map((item) => invitationSchema.parse(item));

const offer = (token: string, browser = new Browser()) => browser.json("GET", `/auth/invitations/${token}`);
const WHO = { name: "Nia Newcomer", password: PASSWORD };
const accept = (token: string, who: Record<string, unknown> = WHO, browser = new Browser()) =>
  browser.json("POST", `/auth/invitations/${token}`, who);

/** An invitation that came by mail. */
async function invited(wanted: Record<string, unknown> = {}): Promise<Invitation & { token: string }> {
  const invitation = await inviteMember(home.browser, { email: address(), role: "agent", ...wanted });
  return { ...invitation, token: await mailedToken(invitation.email) };
}

/** Asks as `home`'s owner while no mail provider is set up. */
async function withoutMail(method: string, path: string, body?: unknown): Promise<Response> {
  const request = new Request(`${ORIGIN}/api/v1${path}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      Origin: ORIGIN,
      Cookie: [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; "),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { MAIL_URL: _, ...without } = env;
  return worker.fetch(request, without, createExecutionContext());
}

describe("inviting somebody", () => {
  test("mails them a link, which nobody else is given", async () => {
    const email = address();
    const made = await inviteMember(home.browser, {
      email: ` ${email.toUpperCase()} `,
      role: "manager",
      team: " North ",
    });
    expect(made).toMatchObject({
      email,
      role: "manager",
      team: "North",
      invitedBy: home.user.id,
      mail: "sent",
      url: null,
    });
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(RETENTION_DAYS.memberInvitation * DAY);
    expect(await waiting()).toContainEqual(made);

    const [mail, ...more] = await mailsTo(email);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ subject: "Olga Owner invites you to Test Agency", stream: "account" });
    expect(mail?.text).toContain(`${ORIGIN}/app/invitation/`);
    for (const text of ["Olga Owner", "Test Agency", "manager"]) expect(mail?.text).toContain(text);
    const token = tokenIn(mail?.text ?? "");
    // The link is made of a key, not of anything that is stored.
    for (const row of await dumpOf(home)) expect(row).not.toContain(token.split(".").at(-1));
  });

  test("gives the link to be sent by hand where no mail provider is set up", async () => {
    const email = address();
    const answer = await withoutMail("POST", "/members/invitations", { email, role: "viewer" });
    expect(answer.status).toBe(201);
    const made = invitationSchema.parse(await answer.json());
    expect(made).toMatchObject({ email, mail: "none" });
    expect(await mailsTo(email)).toEqual([]);
    expect((await waiting()).find(({ id }) => id === made.id)?.url).toBe(made.url);
    expect((await accept(tokenIn(made.url ?? ""))).status).toBe(201);
  });

  test("by mail shows that the address is theirs; by hand it does not, and they are asked to confirm it", async () => {
    const isVerified = async (browser: Browser) =>
      meSchema.parse(await browser.api("GET", "/me")).security.emailVerified;
    expect(await isVerified((await join(home, "viewer")).browser)).toBe(true);
    const email = address();
    const made = await withoutMail("POST", "/members/invitations", { email, role: "viewer" });
    const browser = new Browser();
    await accept(tokenIn(invitationSchema.parse(await made.json()).url ?? ""), WHO, browser);
    expect(await isVerified(browser)).toBe(false);
    await mailTo(email, /Confirm your e-mail address/);
  });

  test.each([
    ["no address", { email: undefined }, ["email"]],
    ["a word that is no address", { email: "nobody" }, ["email"]],
    ["a role that there is not", { role: "king" }, ["role"]],
    ["no role", { role: undefined }, ["role"]],
    ["a team's name of 61 characters", { team: "x".repeat(61) }, ["team"]],
    ["a field that there is not", { password: "mine" }, ["password"]],
  ])("is refused with %s", async (_what, more, fields) => {
    expect(await refusedFields(await ask({ email: address(), role: "agent", ...more }))).toEqual(fields);
  });

  test("is refused for who is a member or invited already, before anything else is looked at", async () => {
    const person = await join(home, "viewer");
    const { email } = await invited();
    expect(await refusal(await ask({ email: person.email.toUpperCase(), role: "king" }))).toBe("409 already_member");
    const problem = await problemOf(await ask({ email, role: "agent" }));
    expect(problem).toMatchObject({ status: 409, code: "already_invited", errors: [{ path: "email" }] });
    expect(await mailsTo(email)).toHaveLength(1);
  });

  test("the same address twice at once happens once", async () => {
    const email = address();
    const answers = await Promise.all([1, 2, 3].map(() => ask({ email, role: "agent" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test("gives no role above the own one", async () => {
    const admin = await join(home, "admin");
    expect(await refusedFields(await ask({ email: address(), role: "owner" }, admin.browser))).toEqual(["role"]);
    expect((await ask({ email: address(), role: "admin" }, admin.browser)).status).toBe(201);
    expect((await ask({ email: address(), role: "owner" })).status).toBe(201);
  });

  test("tells nothing of other agencies: an address that is known there is answered as any other", async () => {
    const other = await agency("us");
    const [known, unknown] = [
      await ask({ email: other.email, role: "agent" }),
      await ask({ email: address(), role: "agent" }),
    ];
    expect([known.status, unknown.status]).toEqual([201, 201]);
    const [one, two] = [invitationSchema.parse(await known.json()), invitationSchema.parse(await unknown.json())];
    expect({ ...one, id: "", email: "", createdAt: "", expiresAt: "" }).toEqual({
      ...two,
      id: "",
      email: "",
      createdAt: "",
      expiresAt: "",
    });
    // Who has the mailbox is told, as at a second registration; nothing happens to their account.
    const token = await mailedToken(other.email);
    expect((await offer(token)).status).toBe(200);
    expect(await refusal(await accept(token))).toBe("409 email_taken");
    expect((await other.browser.json("GET", "/me")).status).toBe(200);
    expect((await membersOf(home.browser)).some(({ email }) => email === other.email)).toBe(false);
    await new Browser().api("POST", "/auth/login", { email: other.email, password: PASSWORD });
  });

  test("by a program is refused, whatever its key's role", async () => {
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "P", role: "owner" });
    const { id } = await invited();
    const token = await mailedToken((await waiting()).find((one) => one.id === id)?.email ?? "");
    const headers = { Authorization: `Bearer ${secret}` };
    for (const [method, path, body] of [
      ["GET", "/members/invitations", undefined],
      ["POST", "/members/invitations", { email: address(), role: "viewer" }],
      ["POST", `/members/invitations/${id}/resend`, undefined],
      ["DELETE", `/members/invitations/${id}`, undefined],
      ["POST", `/auth/invitations/${token}`, WHO],
    ] as const)
      expect([path, await refusal(await home.browser.json(method, path, body, headers))]).toEqual([
        path,
        "403 not_for_keys",
      ]);
  });

  test("stops at fifty that wait for an answer", async () => {
    const crowd = await agency();
    const now = Date.now();
    for (let n = 0; n < 50; n++)
      await run(
        crowd,
        "INSERT INTO invitations (tenant_id, id, email, role, invited_by, created_at, expires_at, mail, mailed_at) VALUES (?, ?, ?, 'viewer', ?, ?, ?, 'sent', ?)",
        crowd.tenant.id,
        `in_${n}`,
        `${n}@agency.example`,
        crowd.user.id,
        now,
        now + DAY,
        now,
      );
    expect(await refusal(await ask({ email: address(), role: "viewer" }, crowd.browser))).toBe(
      "409 too_many_invitations",
    );
    await run(crowd, "UPDATE invitations SET revoked_at = 1 WHERE tenant_id = ? AND id = 'in_7'", crowd.tenant.id);
    expect((await ask({ email: address(), role: "viewer" }, crowd.browser)).status).toBe(201);
  });
});

describe("an invitation's link", () => {
  test("says who invites and to what, however often it is looked at, and consumes nothing", async () => {
    const { token, email, expiresAt } = await invited({ role: "finance", team: "Money" });
    for (let look = 0; look < 3; look++) {
      const answer = await offer(token);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(invitationOfferSchema.parse(await answer.json())).toEqual({
        agency: "Test Agency",
        invitedBy: "Olga Owner",
        role: "finance",
        team: "Money",
        email,
        expiresAt,
      });
    }
    expect((await accept(token)).status).toBe(201);
  });

  test("makes the account, signs in, and is used up", async () => {
    const { token, email, id } = await invited({ role: "manager", team: "North" });
    const browser = new Browser();
    const answer = await accept(token, { name: "  Nia Newcomer ", password: PASSWORD }, browser);
    expect(answer.status).toBe(201);
    const account: Account = accountSchema.parse(await answer.json());
    expect(account).toMatchObject({ user: { name: "Nia Newcomer", email }, tenant: { id: home.tenant.id } });
    const me = meSchema.parse(await browser.api("GET", "/me"));
    expect(me).toMatchObject({ role: "manager", team: "North", rights: { "creators.see": "team" } });
    expect(await memberOf(home.browser, account.user.id)).toMatchObject({ email, state: "active", version: 1 });
    expect((await waiting()).some((one) => one.id === id)).toBe(false);

    expect(await refusal(await offer(token))).toBe("410 invitation_used");
    expect(await refusal(await accept(token))).toBe("410 invitation_used");
    const again = new Browser();
    expect((await again.json("POST", "/auth/login", { email, password: PASSWORD })).status).toBe(200);
  });

  test("pressed twice at once makes one account", async () => {
    const { token, email } = await invited();
    const answers = await Promise.all([1, 2, 3].map(() => accept(token)));
    const codes = await Promise.all(answers.map(async (answer) => (answer.status === 201 ? "201" : refusal(answer))));
    expect(codes.filter((code) => code === "201")).toHaveLength(1);
    // While the first is between its steps the others cannot know yet that it was this very invitation.
    for (const code of codes) expect(["201", "410 invitation_used", "409 email_taken"]).toContain(code);
    expect(await rows(home, "SELECT id FROM users WHERE email = ?", email)).toHaveLength(1);
  });

  test.each([
    ["no name", { name: " " }, ["name"]],
    ["a password of 11 characters", { password: "abcdefghijk" }, ["password"]],
    ["a password that everybody tries", { password: "password1234" }, ["password"]],
    ["a role of one's own choice", { role: "owner" }, ["role"]],
  ])("takes nobody with %s, and stays good", async (_what, more, fields) => {
    const { token } = await invited();
    expect(await refusedFields(await accept(token, { ...WHO, ...more }))).toEqual(fields);
    expect((await offer(token)).status).toBe(200);
  });

  test("that was taken back, or ran out, is 410 and says so before the body is looked at", async () => {
    const revoked = await invited();
    expect((await home.browser.json("DELETE", `/members/invitations/${revoked.id}`)).status).toBe(204);
    const expired = await invited();
    await run(home, "UPDATE invitations SET expires_at = ? WHERE id = ?", Date.now(), expired.id);
    for (const [{ token }, code] of [
      [revoked, "410 invitation_revoked"],
      [expired, "410 invitation_expired"],
    ] as const) {
      expect(await refusal(await offer(token))).toBe(code);
      expect(await refusal(await accept(token, {}))).toBe(code);
    }
    expect(await refusal(await home.browser.json("DELETE", `/members/invitations/${revoked.id}`))).toBe(
      "404 not_found",
    );
  });

  test("of another purpose, or with any part of it changed, is 404", async () => {
    const { token } = await invited();
    const creator = await addCreator(home.browser);
    const connect = new URL(await invite(home.browser, creator.id)).pathname.split("/").at(-1) ?? "";
    const parts = token.split(".");
    const forged = parts.map((part, at) =>
      parts
        .with(
          at,
          part.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
        )
        .join("."),
    );
    for (const wrong of [...forged, connect, "nonsense"]) {
      expect(await refusal(await offer(wrong))).toBe("404 not_found");
      expect(await refusal(await accept(wrong))).toBe("404 not_found");
    }
    expect((await new Browser().fetch(`/connect/${token}`)).status).toBe(404);
    expect((await offer(token)).status).toBe(200);
  });

  test("from another site's page accepts nothing", async () => {
    const { token } = await invited();
    const answer = await new Browser().json("POST", `/auth/invitations/${token}`, WHO, {
      Origin: "https://evil.example",
    });
    expect(await refusal(answer)).toBe("403 cross_origin");
  });
});

describe("an invitation without an answer", () => {
  /** As if it had been sent an hour ago. */
  const rest = (id: string) => run(home, "UPDATE invitations SET mailed_at = mailed_at - 3600000 WHERE id = ?", id);
  const resend = (id: string, by = home.browser) => by.json("POST", `/members/invitations/${id}/resend`);

  test("is sent again with the same link, good for another seven days, at most once a minute", async () => {
    const { id, email, token } = await invited();
    const early = await resend(id);
    expect(Number(early.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await refusal(early)).toBe("429 sent_recently");
    await rest(id);
    await run(home, "UPDATE invitations SET expires_at = ? WHERE id = ?", Date.now() - 1, id);
    const again = invitationSchema.parse(await (await resend(id)).json());
    expect(Date.parse(again.expiresAt)).toBeGreaterThan(Date.now() + 6.9 * DAY);
    expect(again).toMatchObject({ mail: "sent", url: null });
    expect(await mailsTo(email)).toHaveLength(2);
    expect(await mailedToken(email)).toBe(token);
    expect((await accept(token)).status).toBe(201);
    expect(await refusal(await resend(id))).toBe("404 not_found");
  });

  test("that ran out makes room for a new one to the same address", async () => {
    const { id, email, token } = await invited();
    await run(home, "UPDATE invitations SET expires_at = 1 WHERE id = ?", id);
    const anew = await inviteMember(home.browser, { email, role: "viewer" });
    expect(anew.id).not.toBe(id);
    expect(await refusal(await offer(token))).toBe("410 invitation_revoked");
    expect((await waiting()).filter((one) => one.email === email).map((one) => one.id)).toEqual([anew.id]);
  });

  test("to be an owner is no admin's to send again or take back", async () => {
    const admin = await join(home, "admin");
    const { id } = await invited({ role: "owner" });
    await rest(id);
    expect(await refusal(await resend(id, admin.browser))).toBe("403 above_your_role");
    expect(await refusal(await admin.browser.json("DELETE", `/members/invitations/${id}`))).toBe("403 above_your_role");
    expect((await resend(id)).status).toBe(200);
  });

  test("is void once who made it may not give that role any more", async () => {
    const second = await join(home, "owner");
    const made = async (role: string) => {
      const email = address();
      await inviteMember(second.browser, { email, role });
      return mailedToken(email);
    };
    const [toOwner, toAdmin] = [await made("owner"), await made("admin")];
    expect((await changeMember(home.browser, second.id, { role: "admin" })).status).toBe(200);
    expect([(await offer(toOwner)).status, (await offer(toAdmin)).status]).toEqual([410, 200]);
    expect((await changeMember(home.browser, second.id, { role: "manager" })).status).toBe(200);
    expect(await refusal(await offer(toAdmin))).toBe("410 invitation_revoked");
  });

  test("is deleted once it has run out, its address with it; the link still says what happened", async () => {
    const { email, token, id } = await invited();
    await run(home, "UPDATE invitations SET expires_at = ? WHERE id = ?", Date.now() - 1, id);
    const daily = createScheduledController({ scheduledTime: new Date(), cron: "17 3 * * *" });
    await worker.scheduled(daily, env);
    expect(await dump(region("eu"))).not.toContain(email);
    expect(await refusal(await offer(token))).toBe("410 invitation_expired");
  });
});
