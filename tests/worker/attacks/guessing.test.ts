import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import worker from "../../../worker/index.ts";
import { type Agency, agency, Browser, ORIGIN, PASSWORD } from "../../helpers/workerd/agency.ts";
import { refusal } from "../../helpers/workerd/answers.ts";
import { newestEntry } from "../../helpers/workerd/audit.ts";
import { codeOf, codesForgotten, Device, setUpTotp, signIn } from "../../helpers/workerd/people.ts";
import { run } from "../../helpers/workerd/rows.ts";

/** A browser somewhere that nobody came from before. */
let places = 0;
const elsewhere = (): Device => new Device(`Bot ${places}`, `2001:db8::${(places++).toString(16)}`);

const outcome = async (answer: Response): Promise<string> => (answer.ok ? String(answer.status) : refusal(answer));

describe("somebody who tries leaked passwords", () => {
  test("from a new address each time gets ten tries at an account, and then not even the right one", async () => {
    const home = await agency();
    for (let attempt = 0; attempt < 10; attempt++)
      expect(await outcome(await signIn(elsewhere(), home.email, { password: `leaked password ${attempt}` }))).toBe(
        "401 wrong_credentials",
      );
    expect(await outcome(await signIn(elsewhere(), home.email))).toBe("429 too_many_attempts");
    // Who is signed in stays so: nobody is locked out of what they have open.
    expect((await home.browser.json("GET", "/me")).status).toBe(200);
  });

  test("all at once gets no more tries than one after the other", async () => {
    const home = await agency();
    const answers = await Promise.all(
      Array.from({ length: 14 }, async (_, at) =>
        outcome(await signIn(elsewhere(), home.email, { password: `${at}` })),
      ),
    );
    expect(answers.filter((answer) => answer === "401 wrong_credentials")).toHaveLength(10);
    expect(answers.filter((answer) => answer === "429 too_many_attempts")).toHaveLength(4);
  });

  test("at many accounts from one address is stopped by the address, though each account is new", async () => {
    const bot = (at: number): Response | Promise<Response> =>
      worker.fetch(
        new Request(`${ORIGIN}/api/v1/auth/login`, {
          method: "POST",
          headers: { "CF-Connecting-IP": "192.0.2.201", Origin: ORIGIN, "Content-Type": "application/json" },
          // Too long for a password: refused before it is hashed, and counted all the same.
          body: JSON.stringify({ email: `person.${at}@agency.example`, password: "x".repeat(1001) }),
        }),
        { ...env, RATE_LIMITS: "on" },
        { waitUntil() {}, passThroughOnException() {}, props: {} },
      );
    const answers: number[] = [];
    for (let at = 0; at < 31; at++) answers.push((await bot(at)).status);
    expect(answers).toEqual([...Array(30).fill(422), 429]);
  });
});

describe("somebody who wants to know whether an address has an account", () => {
  test("hears no more from how long a wrong password takes: what only an account is due begins behind the answer", async () => {
    const home = await agency();
    const behind: Promise<unknown>[] = [];
    let asked = 0;
    const TENANT_HUB = new Proxy(env.TENANT_HUB, {
      get: (hubs, name) => {
        asked += 1;
        const member: unknown = Reflect.get(hubs, name);
        return typeof member === "function" ? member.bind(hubs) : member;
      },
    });
    const answer = await worker.fetch(
      new Request(`${ORIGIN}/api/v1/auth/login`, {
        method: "POST",
        headers: { Origin: ORIGIN, "Content-Type": "application/json" },
        body: JSON.stringify({ email: home.email, password: "wrong horse, wrong battery" }),
      }),
      { ...env, TENANT_HUB },
      { waitUntil: (work: Promise<unknown>) => void behind.push(work), passThroughOnException() {}, props: {} },
    );
    expect([await outcome(answer), asked]).toEqual(["401 wrong_credentials", 0]);
    await Promise.all(behind);
    expect(asked).toBeGreaterThan(0);
    expect((await newestEntry(home.browser)).action).toBe("auth.sign_in_failed");
  });
});

describe("somebody who has the password and guesses the second factor", () => {
  /** An agency whose owner has a second factor, of which no code was used yet. */
  async function guarded(): Promise<{ home: Agency; secret: string }> {
    const home = await agency();
    const { secret } = await setUpTotp(home.browser);
    await codesForgotten(home);
    return { home, secret };
  }
  const WRONG = "12345";

  test("gets ten tries in all, at whichever doors and from wherever", async () => {
    const { home, secret } = await guarded();
    const doors: ((code: string) => Promise<Response>)[] = [
      (totp) => signIn(elsewhere(), home.email, { totp }),
      (totp) => home.browser.json("POST", "/auth/step-up", { totp }),
      (code) => home.browser.json("DELETE", "/me/totp", { code }),
    ];
    for (let attempt = 0; attempt < 10; attempt++)
      expect(await outcome((await doors[attempt % 3]?.(WRONG)) ?? Response.error())).toMatch(/^4(01|22) totp_invalid$/);
    for (const door of doors) expect(await outcome(await door(codeOf(secret)))).toBe("429 too_many_attempts");
  });

  test("with a code seen over a shoulder is too late, at every door", async () => {
    const { home, secret } = await guarded();
    const seen = codeOf(secret);
    expect((await signIn(new Browser(), home.email, { totp: seen })).status).toBe(200);
    expect(await outcome(await signIn(elsewhere(), home.email, { totp: seen }))).toBe("401 totp_invalid");
    expect(await outcome(await home.browser.json("POST", "/auth/step-up", { totp: seen }))).toBe("422 totp_invalid");
    expect(await outcome(await home.browser.json("DELETE", "/me/totp", { code: seen }))).toBe("422 totp_invalid");
  });

  test("cannot take the factor away with an old session and the password alone", async () => {
    const { home } = await guarded();
    for (const body of [{ password: PASSWORD }, { code: PASSWORD }, {}])
      expect((await home.browser.json("DELETE", "/me/totp", body)).status).toBe(422);
    await run(home, "UPDATE sessions SET stepped_up_at = 0 WHERE tenant_id = ?", home.tenant.id);
    expect(await outcome(await home.browser.json("POST", "/me/totp"))).toBe("403 step_up_required");
    expect(await outcome(await signIn(elsewhere(), home.email))).toBe("401 totp_required");
  });
});
