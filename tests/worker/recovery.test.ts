import { createScheduledController, env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { accountSchema, emailConfirmedSchema, meSchema } from "../../domain/records/account.ts";
import { loginGate } from "../../durable/kit/stubs.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import worker from "../../worker/index.ts";
import { type Agency, agency, Browser, ORIGIN, PASSWORD, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { mailsTo, mailTo, tokenIn } from "../helpers/workerd/mail.ts";
import { join } from "../helpers/workerd/members.ts";
import { setUpTotp, signIn } from "../helpers/workerd/people.ts";
import { run } from "../helpers/workerd/rows.ts";

const NEW_PASSWORD = "another horse, another battery";
const nobody = new Browser();

const me = async (browser: Browser): Promise<number> => (await browser.json("GET", "/me")).status;
const securityOf = async (browser: Browser) => meSchema.parse(await browser.api("GET", "/me")).security;
const forgot = (email: string) => nobody.json("POST", "/auth/forgot", { email });
const reset = (token: string, password = NEW_PASSWORD) => nobody.json("POST", "/auth/reset", { token, password });
const confirm = (token: string) => nobody.json("POST", "/auth/confirm", { token });
const outcomeOf = async (answer: Response) => emailConfirmedSchema.parse(await answer.json()).outcome;
const hashOf = (email: string) => blindIndex(env.BLIND_INDEX_KEY, "email", email);

const resetToken = async (email: string): Promise<string> => {
  await forgot(email);
  return tokenIn(await mailTo(email, /Choose a new password/), "reset");
};

describe("a forgotten password", () => {
  test("is answered the same for an account, for nobody and for what is no address", async () => {
    const home = await agency();
    const said: unknown[] = [];
    for (const email of [
      home.email,
      ` ${home.email.toUpperCase()}`,
      `nobody.${unique()}@agency.example`,
      "no address",
    ]) {
      const answer = await forgot(email);
      const headers = [...answer.headers].filter(([name]) => name !== "x-request-id");
      said.push([answer.status, headers, await answer.text()]);
    }
    expect(said[0]).toMatchObject([200, expect.anything(), "{}"]);
    for (const each of said) expect(each).toEqual(said[0]);
  });

  test("is answered before anybody is looked for", async () => {
    const asked: string[] = [];
    // A directory that says what it is asked, and never answers.
    const DIRECTORY = new Proxy(env.DIRECTORY, {
      get(_directory, name) {
        asked.push(String(name));
        const stalled = { bind: () => stalled, first: () => new Promise(() => {}) };
        return () => stalled;
      },
    });
    const { answer, later } = await forgotten((await agency()).email, { DIRECTORY });
    expect(answer.status).toBe(200);
    expect(asked).toEqual([]);
    // The log's lines are one thing that is done later, looking is the other.
    expect(later).toHaveLength(2);
    await expect.poll(() => asked, { timeout: 5_000 }).toEqual(["prepare"]);
  });

  test("sends whoever has the account a link, and nobody else a mail", async () => {
    const home = await agency();
    const stranger = `nobody.${unique()}@agency.example`;
    const dismissed = await join(home, "agent");
    await run(home, "UPDATE users SET state = 'suspended' WHERE id = ?", dismissed.id);
    for (const email of [stranger, dismissed.email, home.email]) await Promise.all((await forgotten(email)).later);
    const { text } = await mailTo(home.email, /Choose a new password/);
    expect(text).toContain(`${ORIGIN}/app/reset#eu.`);
    for (const email of [stranger, dismissed.email]) expect(await linksTo(email)).toBe(0);
  });

  test("fills nobody's mailbox: three links in a quarter of an hour, answered the same after that", async () => {
    const home = await agency();
    for (let asked = 1; asked <= 4; asked++) {
      const { answer, later } = await forgotten(home.email);
      expect(answer.status).toBe(200);
      await Promise.all(later);
      expect(await linksTo(home.email)).toBe(Math.min(asked, 3));
    }
    await run(
      home,
      "UPDATE mail_links SET created_at = created_at - ? WHERE tenant_id = ?",
      15 * 60_000,
      home.tenant.id,
    );
    await Promise.all((await forgotten(home.email)).later);
    expect(await linksTo(home.email)).toBe(4);
  });
});

/** How many links to a new password were mailed to an address. */
const linksTo = async (email: string): Promise<number> =>
  (await mailsTo(email)).filter(({ subject }) => /Choose a new password/.test(subject)).length;

/** Asks for such a link, and tells what is still under way when the answer is there. */
async function forgotten(
  email: string,
  more: Partial<typeof env> = {},
): Promise<{ answer: Response; later: Promise<unknown>[] }> {
  const later: Promise<unknown>[] = [];
  const request = new Request(`${ORIGIN}/api/v1/auth/forgot`, {
    method: "POST",
    headers: { Origin: ORIGIN, "Content-Type": "application/json" },
    body: JSON.stringify({ email }),
  });
  const answer = await worker.fetch(
    request,
    { ...env, ...more },
    { waitUntil: (work: Promise<unknown>) => void later.push(work), passThroughOnException() {}, props: {} },
  );
  return { answer, later };
}

describe("a link to a new password", () => {
  test("sets it once, ends every session, signs nobody in, and the person is told", async () => {
    const home = await agency();
    const phone = new Browser();
    await signIn(phone, home.email);
    const token = await resetToken(home.email);
    const answer = await reset(token);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(accountSchema.parse(await answer.json()).user).toMatchObject({ id: home.user.id });
    for (const browser of [home.browser, phone]) {
      expect(await me(browser)).toBe(401);
      expect((await browser.json("POST", "/auth/refresh")).status).toBe(401);
    }
    expect(await refusal(await signIn(new Browser(), home.email))).toBe("401 wrong_credentials");
    expect((await signIn(new Browser(), home.email, { password: NEW_PASSWORD })).status).toBe(200);
    expect((await mailTo(home.email, /password was changed/)).text).toContain("API keys that you made still work");
    expect(await refusal(await reset(token, PASSWORD))).toBe("410 link_gone");
    expect((await signIn(new Browser(), home.email, { password: NEW_PASSWORD })).status).toBe(200);
  });

  test("leaves API keys: no password opened them", async () => {
    const home = await agency();
    const key = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "Night", role: "viewer" });
    await reset(await resetToken(home.email));
    const headers = { Authorization: `Bearer ${key.secret}` };
    expect((await exports.default.fetch(new Request(`${ORIGIN}/api/v1/creators`, { headers }))).status).toBe(200);
  });

  test("runs out after thirty minutes", async () => {
    const home = await agency();
    const token = await resetToken(home.email);
    const later = (ms: number) =>
      run(
        home,
        "UPDATE mail_links SET expires_at = expires_at - ? WHERE tenant_id = ? AND kind = 'reset'",
        ms,
        home.tenant.id,
      );
    await later(30 * 60_000 + 1);
    expect(await refusal(await reset(token))).toBe("410 link_gone");
    await later(-60_000);
    expect((await reset(token)).status).toBe(200);
  });

  test("of two uses at once lets one through", async () => {
    const home = await agency();
    const token = await resetToken(home.email);
    const passwords = ["the first horse and battery", "the second horse and battery"];
    const answers = await Promise.all(passwords.map((password) => reset(token, password)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    const winner = passwords[answers.findIndex(({ status }) => status === 200)];
    expect((await signIn(new Browser(), home.email, { password: winner })).status).toBe(200);
  });

  test("takes the others along that were sent before it, and so does a changed password", async () => {
    const home = await agency();
    const first = await resetToken(home.email);
    await Promise.all((await forgotten(home.email)).later);
    const second = tokenIn(await mailTo(home.email, /Choose/), "reset");
    expect(second).not.toBe(first);
    await home.browser.api("POST", "/me/password", { current: PASSWORD, password: NEW_PASSWORD });
    for (const token of [first, second]) expect(await refusal(await reset(token))).toBe("410 link_gone");
  });

  test("is only believed as we made it, for what we made it for", async () => {
    const [home, other] = [await agency(), await agency("us")];
    const token = await resetToken(home.email);
    const verify = tokenIn(await mailTo(home.email, /Confirm your e-mail/), "confirm");
    const [region = "", tenant = "", link = "", mac = ""] = token.split(".");
    const theirs = (await resetToken(other.email)).split(".");
    for (const forged of [
      "",
      "nonsense",
      `${token}.more`,
      [region, tenant, link, `${mac.slice(0, -1)}${mac.endsWith("A") ? "Q" : "A"}`].join("."),
      ["us", tenant, link, mac].join("."),
      [region, theirs[1], link, mac].join("."),
      [region, tenant, theirs[2], mac].join("."),
      [...theirs.slice(0, 3), mac].join("."),
      verify,
    ])
      expect([forged, await refusal(await reset(forged))]).toEqual([forged, "410 link_gone"]);
    expect(await refusal(await confirm(token))).toBe("410 link_gone");
    expect((await reset(token)).status).toBe(200);
  });

  test("asks of the password what registering asks, and is not used up by a refusal", async () => {
    const home = await agency();
    const token = await resetToken(home.email);
    for (const password of ["too short", "Password1234", "ü".repeat(40)])
      expect(await refusedFields(await reset(token, password))).toEqual(["password"]);
    expect((await reset(token)).status).toBe(200);
  });

  test("does not get past a second factor", async () => {
    const home = await agency();
    await setUpTotp(home.browser);
    await reset(await resetToken(home.email));
    const answer = await signIn(new Browser(), home.email, { password: NEW_PASSWORD });
    expect(await refusal(answer)).toBe("401 totp_required");
  });

  test("opens the gate that somebody shut by guessing", async () => {
    const home = await agency();
    const gate = loginGate(env, hashOf(home.email));
    for (let attempt = 0; attempt < 10; attempt++) await gate.attempt();
    expect(await refusal(await signIn(new Browser(), home.email))).toBe("429 too_many_attempts");
    await reset(await resetToken(home.email));
    expect((await signIn(new Browser(), home.email, { password: NEW_PASSWORD })).status).toBe(200);
  });
});

describe("a new account's address", () => {
  test("is confirmed by the link that its mail has, whoever opens it and however often", async () => {
    const home = await agency();
    const token = tokenIn(await mailTo(home.email, /Confirm your e-mail/), "confirm");
    expect((await securityOf(home.browser)).emailVerified).toBe(false);
    for (let times = 0; times < 2; times++) expect(await outcomeOf(await confirm(token))).toBe("verified");
    expect((await securityOf(home.browser)).emailVerified).toBe(true);
    expect(await refusal(await home.browser.json("POST", "/me/email/verify"))).toBe("409 already_verified");
  });

  test("gets the link again for the asking, though not without end", async () => {
    const home = await agency();
    await mailTo(home.email, /Confirm your e-mail/);
    const again = () => home.browser.json("POST", "/me/email/verify");
    expect([(await again()).status, (await again()).status]).toEqual([200, 200]);
    const refused = await again();
    expect(refused.headers.get("Retry-After")).toBe("900");
    expect(await refusal(refused)).toBe("429 sent_recently");
    await confirm(tokenIn(await mailTo(home.email, /Confirm your e-mail/), "confirm"));
    expect((await securityOf(home.browser)).emailVerified).toBe(true);
  });

  test("is confirmed by a new password that its mailbox set, too", async () => {
    const home = await agency();
    await reset(await resetToken(home.email));
    const browser = new Browser();
    await signIn(browser, home.email, { password: NEW_PASSWORD });
    expect((await securityOf(browser)).emailVerified).toBe(true);
  });
});

describe("moving to another address", () => {
  const begin = (home: Agency, email: string, password = PASSWORD) =>
    home.browser.json("POST", "/me/email", { email, password });
  const tokens = async (home: Agency, email: string) => ({
    old: tokenIn(await mailTo(home.email, /Confirm the move/), "confirm"),
    new: tokenIn(await mailTo(email, /Confirm your new/), "confirm"),
  });
  const address = () => `moved.${unique()}@agency.example`;

  test.each([["old", "new"] as const, ["new", "old"] as const])(
    "waits for both ends: the %s one first, then the %s one",
    async (first, second) => {
      const home = await agency();
      const email = address();
      expect((await begin(home, `  ${email.toUpperCase()} `)).status).toBe(200);
      const token = await tokens(home, email);
      expect(await securityOf(home.browser)).toMatchObject({ emailChange: { email, waitsFor: "both" } });
      for (let times = 0; times < 2; times++) expect(await outcomeOf(await confirm(token[first]))).toBe("waiting");
      expect(await securityOf(home.browser)).toMatchObject({ emailChange: { email, waitsFor: second } });
      expect((await signIn(new Browser(), home.email)).status).toBe(200);
      expect(await refusal(await signIn(new Browser(), email))).toBe("401 wrong_credentials");

      expect(await outcomeOf(await confirm(token[second]))).toBe("changed");
      expect((await signIn(new Browser(), email)).status).toBe(200);
      expect(await refusal(await signIn(new Browser(), home.email))).toBe("401 wrong_credentials");
      const account = meSchema.parse(await home.browser.api("GET", "/me"));
      expect(account).toMatchObject({ user: { email }, security: { emailVerified: true, emailChange: null } });
      for (const used of Object.values(token)) expect(await refusal(await confirm(used))).toBe("410 link_gone");
      // The address before is free for anybody.
      const fields = { agency: "Another", region: "us", name: "Ann Other", email: home.email, password: PASSWORD };
      expect((await new Browser().json("POST", "/auth/register", fields)).status).toBe(201);
    },
  );

  test("of both ends confirmed in the same moment, moves once and says so to at least one", async () => {
    const home = await agency();
    const email = address();
    await begin(home, email);
    const token = await tokens(home, email);
    const answers = await Promise.all([confirm(token.old), confirm(token.new)]);
    expect(await Promise.all(answers.map(outcomeOf))).toContain("changed");
    expect((await signIn(new Browser(), email)).status).toBe(200);
  });

  test("to one that has an account is told to its mailbox alone, and never happens", async () => {
    const [home, taken] = [await agency(), await agency("us")];
    const free = await agency();
    const answers = [await begin(home, taken.email), await begin(free, address())];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { text } = await mailTo(taken.email, /named for another account/);
    expect(text).not.toContain("/app/");
    await confirm(tokenIn(await mailTo(home.email, /Confirm the move/), "confirm"));
    expect((await securityOf(home.browser)).emailChange).toMatchObject({ waitsFor: "new" });
    expect((await signIn(new Browser(), taken.email)).status).toBe(200);
  });

  test("to one that somebody registered meanwhile is refused at the end, and changes nothing", async () => {
    const home = await agency();
    const email = address();
    await begin(home, email);
    const token = await tokens(home, email);
    const fields = { agency: "Quicker", region: "us", name: "Quinn Quick", email, password: PASSWORD };
    const quicker = new Browser();
    await quicker.api("POST", "/auth/register", fields);
    await confirm(token.old);
    expect(await refusal(await confirm(token.new))).toBe("409 email_taken");
    expect((await signIn(new Browser(), home.email)).status).toBe(200);
    expect(await me(quicker)).toBe(200);
  });

  test("asks for the password, for another address, and begins anew each time", async () => {
    const home = await agency();
    expect(await problemOf(await begin(home, address(), "wrong horse, wrong battery"))).toMatchObject({
      status: 422,
      code: "wrong_password",
      errors: [{ path: "password" }],
    });
    expect(await refusedFields(await begin(home, home.email.toUpperCase()))).toEqual(["email"]);
    expect(await refusedFields(await begin(home, "no address"))).toEqual(["email"]);
    const [first, second] = [address(), address()];
    await begin(home, first);
    const before = await tokens(home, first);
    await begin(home, second);
    await mailTo(second, /Confirm your new/);
    for (const token of Object.values(before)) expect(await refusal(await confirm(token))).toBe("410 link_gone");
    await begin(home, address());
    expect(await refusal(await begin(home, address()))).toBe("429 sent_recently");
  });

  test("is called off by the person, whatever was confirmed by then", async () => {
    const home = await agency();
    const email = address();
    await begin(home, email);
    const token = await tokens(home, email);
    await confirm(token.new);
    expect((await home.browser.json("DELETE", "/me/email")).status).toBe(204);
    expect((await securityOf(home.browser)).emailChange).toBeNull();
    for (const each of Object.values(token)) expect(await refusal(await confirm(each))).toBe("410 link_gone");
  });

  describe("that was cut between its steps", () => {
    const repair = () =>
      worker.scheduled(createScheduledController({ cron: "*/5 * * * *", scheduledTime: new Date() }), env);
    const claimed = (home: Agency, email: string) =>
      env.DIRECTORY.prepare("INSERT INTO emails VALUES (?, 'eu', ?, ?, 'pending', ?)")
        .bind(hashOf(email), home.tenant.id, home.user.id, Date.now() - 11 * 60_000)
        .run();

    test("before the region heard of it is undone, and the old address still signs in", async () => {
      const home = await agency();
      const email = address();
      await claimed(home, email);
      expect(await refusal(await signIn(new Browser(), email))).toBe("401 wrong_credentials");
      await repair();
      expect((await signIn(new Browser(), home.email)).status).toBe(200);
      const fields = { agency: "Another", region: "eu", name: "Ann Other", email, password: PASSWORD };
      expect((await new Browser().json("POST", "/auth/register", fields)).status).toBe(201);
    });

    test("after the region heard of it is finished, and the old address is free", async () => {
      const home = await agency();
      const email = address();
      await claimed(home, email);
      await run(home, "UPDATE users SET email = ? WHERE id = ?", email, home.user.id);
      expect(await refusal(await signIn(new Browser(), home.email))).toBe("401 wrong_credentials");
      await repair();
      expect((await signIn(new Browser(), email)).status).toBe(200);
      const left = await env.DIRECTORY.prepare("SELECT email_hash, state FROM emails WHERE user_id = ?")
        .bind(home.user.id)
        .all();
      expect(left.results).toEqual([{ email_hash: hashOf(email), state: "active" }]);
    });
  });
});

describe("a person's own account", () => {
  test("takes another name", async () => {
    const home = await agency();
    const renamed = await home.browser.api("PATCH", "/me", { name: "  Olga van der Owner " });
    expect(accountSchema.parse(renamed).user).toMatchObject({ name: "Olga van der Owner" });
    for (const wrong of [{ name: " " }, {}, { name: "x".repeat(121) }])
      expect(await refusedFields(await home.browser.json("PATCH", "/me", wrong))).toEqual(["name"]);
    expect(await refusedFields(await home.browser.json("PATCH", "/me", { name: "Olga", role: "owner" }))).toEqual([
      "role",
    ]);
  });

  test("takes another password from who knows the one before, and signs every other browser out", async () => {
    const home = await agency();
    const phone = new Browser();
    await signIn(phone, home.email);
    const change = (current: string, password: string) =>
      home.browser.json("POST", "/me/password", { current, password });
    expect(await refusedFields(await change("wrong horse, wrong battery", NEW_PASSWORD))).toEqual(["current"]);
    expect(await refusedFields(await change(PASSWORD, "Password1234"))).toEqual(["password"]);
    expect(await me(phone)).toBe(200);
    expect((await change(PASSWORD, NEW_PASSWORD)).status).toBe(200);
    expect([await me(phone), await me(home.browser)]).toEqual([401, 200]);
    expect(await refusal(await signIn(new Browser(), home.email))).toBe("401 wrong_credentials");
    expect((await signIn(new Browser(), home.email, { password: NEW_PASSWORD })).status).toBe(200);
    await mailTo(home.email, /password was changed/);
  });

  test("is no program's to change", async () => {
    const home = await agency();
    const key = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "Night", role: "owner" });
    for (const [method, path] of [
      ["PATCH", "/me"],
      ["POST", "/me/password"],
      ["POST", "/me/email"],
      ["DELETE", "/me/email"],
      ["POST", "/me/email/verify"],
      ["POST", "/me/totp"],
      ["POST", "/me/totp/confirm"],
      ["DELETE", "/me/totp"],
      ["PATCH", "/tenant/security"],
      ["POST", "/auth/step-up"],
    ] as const) {
      const headers = { Authorization: `Bearer ${key.secret}` };
      const answer = await exports.default.fetch(new Request(`${ORIGIN}/api/v1${path}`, { method, headers }));
      expect([path, await refusal(answer)]).toEqual([path, "403 not_for_keys"]);
    }
  });
});
