import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { creatorSchema } from "../../domain/records/creator.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import { type Agency, addCreator, agency, Browser, PASSWORD, unique } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { mailTo } from "../helpers/workerd/mail.ts";
import { join, memberOf, membersOf } from "../helpers/workerd/members.ts";
import { provenAgo, setUpTotp, signIn } from "../helpers/workerd/people.ts";
import { dumpOf, rows } from "../helpers/workerd/rows.ts";

const deleteMe = (browser: Browser, body: Record<string, unknown> = {}) => browser.json("DELETE", "/me", body);

const entriesOf = async (email: string): Promise<unknown[]> =>
  (
    await env.DIRECTORY.prepare("SELECT state FROM emails WHERE email_hash = ?")
      .bind(blindIndex(env.BLIND_INDEX_KEY, "email", email))
      .all()
  ).results;

/** An agency of an owner and somebody with a second factor, a key and a creator. */
async function home(): Promise<Agency & { person: Awaited<ReturnType<typeof join>>; creatorId: string; key: string }> {
  const of = await agency();
  const person = await join(of, "admin");
  await setUpTotp(person.browser);
  const { secret } = await person.browser.api<{ secret: string }>("POST", "/api-keys", { name: "N", role: "viewer" });
  const { id } = await addCreator(person.browser, { ownerId: person.id });
  return { ...of, person, creatorId: id, key: secret };
}

describe("deleting one's own account", () => {
  test("hands every record over, and leaves a name and nothing else", async () => {
    const { person, creatorId, key, user, browser, ...of } = await home();
    expect((await deleteMe(person.browser, { reassignTo: user.id })).status).toBe(204);
    expect(person.browser.jar().size).toBe(0);
    expect(creatorSchema.parse(await browser.api("GET", `/creators/${creatorId}`)).ownerId).toBe(user.id);
    expect((await membersOf(browser)).map(({ id }) => id)).toEqual([user.id]);

    const [row] = await rows(
      { ...of, user, browser },
      "SELECT name, state, totp_secret, recovery_codes, password_hash FROM users WHERE id = ?",
      person.id,
    );
    expect(row).toEqual({
      name: "Admin Person",
      state: "left",
      totp_secret: null,
      recovery_codes: null,
      password_hash: "",
    });
    expect((await dumpOf({ ...of, user, browser })).filter((text) => text.includes(person.email))).toEqual([]);
    expect(await entriesOf(person.email)).toEqual([]);
    const byKey = await new Browser().json("GET", "/me", undefined, { Authorization: `Bearer ${key}` });
    expect(byKey.status).toBe(401);
    expect((await signIn(new Browser(), person.email)).status).toBe(401);
    const { text } = await mailTo(person.email, /account is deleted/);
    expect(text).not.toContain("/app/forgot");
  });

  test("frees the address: it can register an agency of its own", async () => {
    const { person, user } = await home();
    await deleteMe(person.browser, { reassignTo: user.id });
    const again = await person.browser.json("POST", "/auth/register", {
      agency: "Their own",
      region: "us",
      name: "Admin Person",
      email: person.email,
      password: PASSWORD,
    });
    expect(again.status).toBe(201);
    expect((await person.browser.json("GET", "/me")).status).toBe(200);
  });

  test("needs an heir where anything is owned: an active member, and not oneself", async () => {
    const { person, creatorId } = await home();
    for (const body of [{}, { reassignTo: person.id }, { reassignTo: "nobody" }, { reassignTo: 7 }])
      expect(await refusedFields(await deleteMe(person.browser, body))).toEqual(["reassignTo"]);
    expect((await person.browser.json("GET", `/creators/${creatorId}`)).status).toBe(200);
    expect(await entriesOf(person.email)).toEqual([{ state: "active" }]);
  });

  test("is refused to the last owner, whatever they send, and says what to do", async () => {
    const of = await agency();
    await addCreator(of.browser, { ownerId: of.user.id });
    for (const body of [{}, { reassignTo: of.user.id }, { nonsense: true }])
      expect(await problemOf(await deleteMe(of.browser, body))).toMatchObject({
        status: 409,
        code: "last_owner",
        detail: "An agency always has an owner who can sign in. Make somebody else an owner first.",
      });
    const second = await join(of, "owner");
    expect((await deleteMe(of.browser, { reassignTo: second.id })).status).toBe(204);
    expect((await memberOf(second.browser, second.id)).role).toBe("owner");
  });

  test("asks every role for a proof of late, and is no program's", async () => {
    const of = await agency();
    const viewer = await join(of, "viewer");
    const { secret } = await of.browser.api<{ secret: string }>("POST", "/api-keys", { name: "N", role: "owner" });
    const byKey = await new Browser().json("DELETE", "/me", {}, { Authorization: `Bearer ${secret}` });
    expect(await refusal(byKey)).toBe("403 not_for_keys");
    await provenAgo(of, 10 * 60_000 + 1);
    expect(await refusal(await deleteMe(viewer.browser))).toBe("403 step_up_required");
    await viewer.browser.api("POST", "/auth/step-up", { password: PASSWORD });
    expect((await deleteMe(viewer.browser)).status).toBe(204);
  });

  test("takes along a move to another address that is under way", async () => {
    const of = await agency();
    const viewer = await join(of, "viewer");
    const next = `next.${unique()}@agency.example`;
    await viewer.browser.api("POST", "/me/email", { email: next, password: PASSWORD });
    const { text } = await mailTo(next, /new e-mail address/);
    const token = /\/app\/confirm#(\S+)/.exec(text)?.[1];
    expect((await deleteMe(viewer.browser)).status).toBe(204);
    expect(await refusal(await new Browser().json("POST", "/auth/confirm", { token }))).toBe("410 link_gone");
    expect(await entriesOf(next)).toEqual([]);
  });
});
