import { exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { type OwnData, ownDataSchema } from "../../domain/records/own-data.ts";
import { type Agency, addCreator, agency, Browser, ORIGIN, PASSWORD, unique } from "../helpers/workerd/agency.ts";
import { refusal } from "../helpers/workerd/answers.ts";
import { mailTo } from "../helpers/workerd/mail.ts";
import { inviteMember, join, type Person } from "../helpers/workerd/members.ts";
import { provenAgo, setUpTotp, signIn } from "../helpers/workerd/people.ts";
import { rows } from "../helpers/workerd/rows.ts";

const dataOf = async (browser: Browser): Promise<OwnData> => ownDataSchema.parse(await browser.api("GET", "/me/data"));

/** Somebody of whom there is something in every table, and what was secret in it. */
async function busy(home: Agency): Promise<{ person: Person; secrets: string[]; creators: string[]; guest: string }> {
  const person = await join(home, "admin", "North");
  const { secret, recoveryCodes } = await setUpTotp(person.browser);
  const key = await person.browser.api<{ secret: string }>("POST", "/api-keys", { name: "Night", role: "viewer" });
  const own = () => addCreator(person.browser, { ownerId: person.id });
  const [kept, trashed] = [await own(), await own()];
  await person.browser.api("DELETE", `/creators/${trashed.id}`);
  await person.browser.api("POST", "/me/email", { email: `next.${unique()}@agency.example`, password: PASSWORD });
  const guest = `guest.${unique()}@agency.example`;
  await inviteMember(person.browser, { email: guest, role: "viewer" });
  const refresh = person.browser.jar().get("__Host-refresh")?.split(".")[3] ?? "";
  const [row = {}] = await rows(
    home,
    `SELECT u.password_hash, u.totp_secret, u.recovery_codes, s.refresh_hash, k.secret_hash FROM users u
     JOIN sessions s ON s.user_id = u.id JOIN api_keys k ON k.created_by = u.id WHERE u.id = ?`,
    person.id,
  );
  const stored = Object.values(row).map(String);
  const secrets = [secret, ...recoveryCodes, key.secret, refresh, ...stored];
  return { person, secrets, creators: [kept.id, trashed.id].sort(), guest };
}

describe("a person's own data", () => {
  test("has profile, membership, sessions, keys, links, invitations and the ids of what they own", async () => {
    const home = await agency();
    const { person, creators } = await busy(home);
    const elsewhere = new Browser();
    await addCreator(home.browser);
    const kept = await dataOf(person.browser);
    expect(kept.profile).toMatchObject({
      id: person.id,
      email: person.email,
      state: "active",
      secondFactor: true,
      recoveryCodesLeft: 10,
    });
    const { id, name, region } = home.tenant;
    expect(kept.memberships).toEqual([{ tenant: { id, name, region }, role: "admin", team: "North" }]);
    expect(kept.sessions).toMatchObject([{ current: true, endedAt: null }]);
    expect(kept.apiKeys).toMatchObject([{ name: "Night", createdBy: person.id }]);
    expect(kept.mailLinks.map(({ kind }) => kind).sort()).toEqual(["change_new", "change_old"]);
    expect(kept.invitations).toHaveLength(1);
    expect(kept.records).toEqual({ creators });

    // A session that ended is kept for a while, and said so.
    await signIn(elsewhere, home.email);
    await elsewhere.json("POST", "/auth/logout");
    expect((await dataOf(home.browser)).sessions.map(({ endedAt }) => endedAt !== null)).toEqual([true, false]);
  });

  test("has no secret, sealed or hashed, and nothing of anybody else", async () => {
    const home = await agency();
    const { person, secrets, guest } = await busy(home);
    const said = JSON.stringify(await dataOf(person.browser));
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(8);
      expect(said).not.toContain(secret);
    }
    for (const other of [home.email, home.user.id, guest]) expect(said).not.toContain(other);
    expect(JSON.stringify(await dataOf(home.browser))).not.toContain(person.id);
  });

  test("is a file, told of by mail", async () => {
    const home = await agency();
    const answer = await home.browser.json("GET", "/me/data");
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment; filename="my-data-\d{4}-\d\d-\d\d\.json"$/);
    const { text } = await mailTo(home.email, /exported/);
    expect(text).toContain("downloaded what is kept of you.");
  });

  test("is for a person who showed lately that it is still them, whatever their role, and for no program", async () => {
    const home = await agency();
    const viewer = await join(home, "viewer");
    expect((await dataOf(viewer.browser)).records).toEqual({ creators: [] });
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "N", role: "owner" });
    const byKey = await exports.default.fetch(
      new Request(`${ORIGIN}/api/v1/me/data`, { headers: { Authorization: `Bearer ${secret}` } }),
    );
    expect(await refusal(byKey)).toBe("403 not_for_keys");
    await provenAgo(home, 10 * 60_000 + 1);
    expect(await refusal(await viewer.browser.json("GET", "/me/data"))).toBe("403 step_up_required");
  });
});
