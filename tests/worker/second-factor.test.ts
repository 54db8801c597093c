import { env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { meSchema } from "../../domain/records/account.ts";
import { RECOVERY_CODES, recoveryCodesSchema, totpBegunSchema } from "../../domain/records/second-factor.ts";
import { loginGate } from "../../durable/kit/stubs.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import { type Agency, agency, Browser, ORIGIN, PASSWORD } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { mailTo } from "../helpers/workerd/mail.ts";
import { join } from "../helpers/workerd/members.ts";
import { codeOf, codesForgotten, provenAgo, setUpTotp, signIn } from "../helpers/workerd/people.ts";
import { dumpOf, rows } from "../helpers/workerd/rows.ts";

const TEN_MINUTES = 10 * 60_000;

const securityOf = async (browser: Browser) => meSchema.parse(await browser.api("GET", "/me")).security;

/** What signing in with the password and a code comes to. */
const signInWith = async (home: Agency, totp?: string): Promise<string> => {
  const answer = await signIn(new Browser(), home.email, totp === undefined ? {} : { totp });
  return answer.status === 200 ? "200" : refusal(answer);
};

const gateOf = ({ email }: Agency) => loginGate(env, blindIndex(env.BLIND_INDEX_KEY, "email", email));

/** A code of the right form that is none of now. */
const wrongCode = (secret: string): string => {
  const good = [-1, 0, 1, 2].map((away) => codeOf(secret, away));
  return ["000000", "111111", "222222", "333333", "444444"].find((code) => !good.includes(code)) ?? "555555";
};

describe("setting a second factor up", () => {
  test("answers a secret, what an app reads, and that as a QR code; the secret is stored sealed", async () => {
    const home = await agency();
    const answer = await home.browser.json("POST", "/me/totp");
    expect(answer.status).toBe(201);
    const { secret, url, qr } = totpBegunSchema.parse(await answer.json());
    expect(url).toBe(
      `otpauth://totp/Etica%20Pro%20CRM:${encodeURIComponent(home.email)}?secret=${secret}&issuer=Etica%20Pro%20CRM`,
    );
    expect(qr.size).toBeGreaterThanOrEqual(21);
    expect(qr.path).toMatch(/^(M\d+ \d+h\d+v1h-\d+z)+$/);
    const stored = (await dumpOf(home)).join("\n");
    expect(stored).toMatch(/"totp_pending":"v1\./);
    expect(stored).not.toContain(secret);
  });

  test("counts once a code was shown, and then answers ten recovery codes that are stored hashed", async () => {
    const home = await agency();
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/me/totp");
    expect(await signInWith(home)).toBe("200");
    const refused = await home.browser.json("POST", "/me/totp/confirm", { code: wrongCode(secret) });
    expect(await problemOf(refused)).toMatchObject({ status: 422, code: "totp_invalid", errors: [{ path: "code" }] });
    expect((await securityOf(home.browser)).totp).toBe(false);

    const code = codeOf(secret).replace(/(...)/, "$1 ");
    const answer = await home.browser.json("POST", "/me/totp/confirm", { code });
    expect(answer.status).toBe(200);
    const { recoveryCodes } = recoveryCodesSchema.parse(await answer.json());
    expect(new Set(recoveryCodes).size).toBe(RECOVERY_CODES);
    for (const recovery of recoveryCodes)
      expect(recovery).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    const stored = (await dumpOf(home)).join("\n");
    for (const shown of [secret, ...recoveryCodes, ...recoveryCodes.map((each) => each.replaceAll("-", ""))])
      expect(stored).not.toContain(shown);
    expect(await securityOf(home.browser)).toMatchObject({ totp: true, recoveryCodesLeft: RECOVERY_CODES });
    await mailTo(home.email, /second factor is on/);
  });

  test("begun anew forgets the secret before; nothing is confirmed that was not begun, nor begun twice", async () => {
    const home = await agency();
    expect(await refusal(await home.browser.json("POST", "/me/totp/confirm", { code: "123456" }))).toBe(
      "409 totp_not_begun",
    );
    const first = await home.browser.api<{ secret: string }>("POST", "/me/totp");
    const second = await home.browser.api<{ secret: string }>("POST", "/me/totp");
    const confirm = (secret: string) => home.browser.json("POST", "/me/totp/confirm", { code: codeOf(secret) });
    expect(await refusal(await confirm(first.secret))).toBe("422 totp_invalid");
    const answers = await Promise.all([confirm(second.secret), confirm(second.secret)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await refusal(await home.browser.json("POST", "/me/totp"))).toBe("409 totp_on");
    expect(await refusal(await confirm(second.secret))).toBe("409 totp_on");
  });

  test("asks who it is first: a browser left open is not enough to lock its person out", async () => {
    const home = await agency();
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/me/totp");
    await provenAgo(home, TEN_MINUTES + 1);
    expect(await refusal(await home.browser.json("POST", "/me/totp"))).toBe("403 step_up_required");
    const confirmed = await home.browser.json("POST", "/me/totp/confirm", { code: codeOf(secret) });
    expect(await refusal(confirmed)).toBe("403 step_up_required");
  });
});

describe("signing in with a second factor", () => {
  test("asks for a code once the password is right, and says nothing of it before", async () => {
    const home = await agency();
    const { secret } = await setUpTotp(home.browser);
    await codesForgotten(home);
    expect(await signInWith(home)).toBe("401 totp_required");
    expect(await signInWith(home, " ")).toBe("401 totp_required");
    expect(await signInWith(home, wrongCode(secret))).toBe("401 totp_invalid");
    const code = codeOf(secret);
    const wrong = await signIn(new Browser(), home.email, { password: "wrong horse, wrong battery", totp: code });
    expect(await refusal(wrong)).toBe("401 wrong_credentials");
    // The try with the wrong password did not use the code up.
    expect(await signInWith(home, code)).toBe("200");
  });

  test("takes no code twice, and none that is older than one it took", async () => {
    const home = await agency();
    const { secret, code } = await setUpTotp(home.browser);
    // The code that confirmed it is used up too.
    expect(await signInWith(home, code)).toBe("401 totp_invalid");
    await codesForgotten(home);
    const [older, newer] = [codeOf(secret), codeOf(secret, 1)];
    expect(await signInWith(home, newer)).toBe("200");
    expect(await signInWith(home, newer)).toBe("401 totp_invalid");
    expect(await signInWith(home, older)).toBe("401 totp_invalid");
  });

  test("of two with one code at once lets one in", async () => {
    const home = await agency();
    const { secret } = await setUpTotp(home.browser);
    await codesForgotten(home);
    const code = codeOf(secret);
    const answers = await Promise.all([signInWith(home, code), signInWith(home, code)]);
    expect(answers.sort()).toEqual(["200", "401 totp_invalid"]);
  });

  test("takes each recovery code once, however it is typed, and tells the person", async () => {
    const home = await agency();
    const { recoveryCodes } = await setUpTotp(home.browser);
    const [first = "", second = ""] = recoveryCodes;
    expect(await signInWith(home, first)).toBe("200");
    expect(await signInWith(home, first)).toBe("401 totp_invalid");
    expect((await mailTo(home.email, /recovery code was used/)).text).toContain("You have 9 left.");
    expect(await signInWith(home, second.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"))).toBe("200");
    expect((await securityOf(home.browser)).recoveryCodesLeft).toBe(RECOVERY_CODES - 2);
  });

  test("takes nobody else's recovery code", async () => {
    const [home, other] = [await agency(), await agency()];
    const { recoveryCodes } = await setUpTotp(other.browser);
    await setUpTotp(home.browser);
    expect(await signInWith(home, recoveryCodes[0])).toBe("401 totp_invalid");
  });

  test("lets ten codes be tried in fifteen minutes; the right password does not make room for more", async () => {
    const home = await agency();
    const { secret } = await setUpTotp(home.browser);
    await codesForgotten(home);
    for (let attempt = 0; attempt < 8; attempt++) await gateOf(home).attempt();
    expect(await signInWith(home)).toBe("401 totp_required");
    // Who has a browser of theirs and the password has not the phone.
    expect((await home.browser.json("POST", "/auth/step-up", { password: PASSWORD })).status).toBe(200);
    expect(await signInWith(home, codeOf(secret))).toBe("429 too_many_attempts");
    expect(await refusal(await home.browser.json("POST", "/auth/step-up", { totp: codeOf(secret) }))).toBe(
      "429 too_many_attempts",
    );
  });

  test("lets no more than ten be tried side by side, through whichever doors", async () => {
    const home = await agency();
    const { secret, recoveryCodes } = await setUpTotp(home.browser);
    await codesForgotten(home);
    const right = new Set([-1, 0, 1, 2].map((steps) => codeOf(secret, steps)));
    const guesses = Array.from({ length: 40 }, (_, at) => String(100_000 + at)).filter((code) => !right.has(code));
    const answers = await Promise.all(
      guesses.map((code, at) =>
        at % 2 === 0
          ? home.browser.json("POST", "/auth/step-up", { totp: code })
          : home.browser.json("DELETE", "/me/totp", { code }),
      ),
    );
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(guesses.length - 10);
    // The right one, and a recovery code, wait as well: else a guess would show by being let through.
    for (const totp of [codeOf(secret), recoveryCodes[0]])
      expect(await signInWith(home, totp)).toBe("429 too_many_attempts");
    expect((await securityOf(home.browser)).totp).toBe(true);
  });

  test("takes a code that one door took at no other", async () => {
    const home = await agency();
    const { secret } = await setUpTotp(home.browser);
    await codesForgotten(home);
    const code = codeOf(secret);
    expect(await signInWith(home, code)).toBe("200");
    expect(await refusal(await home.browser.json("POST", "/auth/step-up", { totp: code }))).toBe("422 totp_invalid");
    expect(await refusal(await home.browser.json("DELETE", "/me/totp", { code }))).toBe("422 totp_invalid");
    expect(await signInWith(home, code)).toBe("401 totp_invalid");
    expect((await securityOf(home.browser)).totp).toBe(true);
  });
});

describe("switching it off", () => {
  const off = (home: Agency, code: string) => home.browser.json("DELETE", "/me/totp", { code });

  test.each(["a code", "a recovery code"])(
    "takes %s, tells the person, and the password is enough again",
    async (what) => {
      const home = await agency();
      const { secret, recoveryCodes } = await setUpTotp(home.browser);
      await codesForgotten(home);
      expect(await refusal(await off(home, wrongCode(secret)))).toBe("422 totp_invalid");
      expect((await off(home, what === "a code" ? codeOf(secret) : (recoveryCodes[3] ?? ""))).status).toBe(204);
      expect(await signInWith(home)).toBe("200");
      await mailTo(home.email, /second factor is off/);
      expect(await refusal(await off(home, codeOf(secret)))).toBe("409 totp_off");
      expect(await securityOf(home.browser)).toMatchObject({ totp: false, recoveryCodesLeft: 0 });
    },
  );

  test("and on again makes another secret, and voids the recovery codes of the first", async () => {
    const home = await agency();
    const first = await setUpTotp(home.browser);
    await off(home, first.recoveryCodes[0] ?? "");
    const second = await setUpTotp(home.browser);
    expect(second.secret).not.toBe(first.secret);
    expect(await signInWith(home, first.recoveryCodes[1])).toBe("401 totp_invalid");
  });
});

describe("an agency that asks everybody for a second factor", () => {
  const ask = (home: Agency) => home.browser.json("PATCH", "/tenant/security", { requireTotp: true });

  test("is asked to begin with whoever asks", async () => {
    const home = await agency();
    expect(await refusal(await ask(home))).toBe("409 totp_needed_first");
    await setUpTotp(home.browser);
    expect((await ask(home)).status).toBe(200);
  });

  test("lets a person without one do nothing but set one up, from the next request on", async () => {
    const home = await agency();
    const { browser } = await join(home, "manager");
    expect((await browser.json("GET", "/creators")).status).toBe(200);
    await setUpTotp(home.browser);
    await ask(home);
    for (const [method, path] of [
      ["GET", "/creators"],
      ["POST", "/creators"],
      ["GET", "/members"],
      ["GET", "/me/sessions"],
      ["PATCH", "/me"],
      ["GET", "/live"],
      ["GET", "/tenant/security"],
    ] as const)
      expect([path, await refusal(await browser.json(method, path))]).toEqual([path, "403 totp_setup_required"]);
    expect(await securityOf(browser)).toMatchObject({ totp: false, totpRequired: true });
    expect((await browser.json("POST", "/auth/refresh")).status).toBe(200);
    expect((await browser.json("POST", "/auth/step-up", { password: PASSWORD })).status).toBe(200);
    await setUpTotp(browser);
    expect((await browser.json("GET", "/creators")).status).toBe(200);
    expect((await home.browser.json("GET", "/creators")).status).toBe(200);
  });

  test("leaves programs alone: a key has no second factor", async () => {
    const home = await agency();
    const { browser } = await join(home, "admin");
    const { secret } = await browser.api<{ secret: string }>("POST", "/api-keys", { name: "Night", role: "viewer" });
    await setUpTotp(home.browser);
    await ask(home);
    const answer = await exports.default.fetch(
      new Request(`${ORIGIN}/api/v1/creators`, { headers: { Authorization: `Bearer ${secret}` } }),
    );
    expect(answer.status).toBe(200);
  });
});

describe("what a browser left open is not enough for", () => {
  const makeKey = (browser: Browser) => browser.json("POST", "/api-keys", { name: "Night report", role: "viewer" });
  const prove = (browser: Browser, proof: unknown) => browser.json("POST", "/auth/step-up", proof);

  test("is open for ten minutes after signing in, then to whoever gives the password again", async () => {
    const home = await agency();
    await provenAgo(home, TEN_MINUTES - 5_000);
    expect((await makeKey(home.browser)).status).toBe(201);
    await provenAgo(home, TEN_MINUTES + 1);
    expect(await refusal(await makeKey(home.browser))).toBe("403 step_up_required");
    const wrong = await prove(home.browser, { password: "wrong horse, wrong battery" });
    expect(await problemOf(wrong)).toMatchObject({
      status: 422,
      code: "wrong_password",
      errors: [{ path: "password" }],
    });
    expect(await refusal(await makeKey(home.browser))).toBe("403 step_up_required");

    const since = Date.now();
    const { until } = await home.browser.api<{ until: string }>("POST", "/auth/step-up", { password: PASSWORD });
    expect(Date.parse(until)).toBeGreaterThanOrEqual(since + TEN_MINUTES);
    expect(Date.parse(until)).toBeLessThanOrEqual(Date.now() + TEN_MINUTES);
    expect((await makeKey(home.browser)).status).toBe(201);
  });

  test("is open to a code of the second factor as well, which is used up", async () => {
    const home = await agency();
    const { secret } = await setUpTotp(home.browser);
    await codesForgotten(home);
    await provenAgo(home, TEN_MINUTES + 1);
    expect(await problemOf(await prove(home.browser, { totp: wrongCode(secret) }))).toMatchObject({
      status: 422,
      code: "totp_invalid",
      errors: [{ path: "totp" }],
    });
    const code = codeOf(secret);
    expect((await prove(home.browser, { totp: code })).status).toBe(200);
    expect((await makeKey(home.browser)).status).toBe(201);
    expect(await refusal(await prove(home.browser, { totp: code }))).toBe("422 totp_invalid");
  });

  test("is not open to who has no second factor and sends a code, nor to both proofs or none", async () => {
    const home = await agency();
    expect(await refusal(await prove(home.browser, { totp: "123456" }))).toBe("422 totp_invalid");
    for (const proof of [{}, { password: PASSWORD, totp: "123456" }, { pin: "1" }])
      expect((await refusedFields(await prove(home.browser, proof))).length).toBeGreaterThan(0);
  });

  test("opens in the browser that proved it, and in no other", async () => {
    const home = await agency();
    const other = new Browser();
    await signIn(other, home.email);
    await provenAgo(home, TEN_MINUTES + 1);
    await prove(other, { password: PASSWORD });
    expect((await makeKey(other)).status).toBe(201);
    expect(await refusal(await makeKey(home.browser))).toBe("403 step_up_required");
    const renewed = await home.browser.json("POST", "/auth/refresh");
    expect(renewed.status).toBe(200);
    expect(await refusal(await makeKey(home.browser))).toBe("403 step_up_required");
  });

  test("asks after the role: whoever may not is told so, proof or none", async () => {
    const home = await agency();
    const { browser } = await join(home, "viewer");
    await provenAgo(home, TEN_MINUTES + 1);
    expect(await refusal(await makeKey(browser))).toBe("403 not_allowed");
    expect(await rows(home, "SELECT id FROM api_keys WHERE tenant_id = ?", home.tenant.id)).toEqual([]);
  });
});
