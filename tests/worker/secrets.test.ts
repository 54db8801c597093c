import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tenantHub } from "../../durable/kit/stubs.ts";
import { createVault, type SealedPurpose } from "../../platform/vault.ts";
import {
  type Agency,
  addCreator,
  agency,
  Browser,
  consent,
  invite,
  ORIGIN,
  PASSWORD,
  until,
} from "../helpers/workerd/agency.ts";
import { mailTo, tokenIn } from "../helpers/workerd/mail.ts";
import { setUpTotp, signIn } from "../helpers/workerd/people.ts";
import { connectionRow, dump, placeOf, rows } from "../helpers/workerd/rows.ts";
import { fault, tiktokOf } from "../helpers/workerd/tiktok.ts";

/** Tokens as the simulator makes them: `act.…` and `rft.…`. */
const TOKEN = /\b(act|rft|clt)\.[\w-]{20,}/;
const ENVELOPE = /^v1\.[\w-]+\.[\w-]{16}\.[\w-]{22,}$/;

/** A browser that remembers every word that our side answered. */
class Listener extends Browser {
  readonly heard: string[] = [];

  override async fetch(path: string, init?: RequestInit): Promise<Response> {
    const response = await super.fetch(path, init);
    if (new URL(path, ORIGIN).origin === ORIGIN) {
      const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
      this.heard.push(`${headers.join("\n")}\n${await response.clone().text()}`);
    }
    return response;
  }
}

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const level of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      lines.push(words.map(String).join(" "));
    });
});
afterEach(() => vi.restoreAllMocks());

/** Every row of the tables of an agency's TenantHub. */
const dumpHub = (home: Agency): Promise<string> =>
  runInDurableObject(tenantHub(env, placeOf(home)), (_hub, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray()
      .flatMap(({ name }) =>
        sql
          .exec(`SELECT * FROM ${name}`)
          .toArray()
          .map((row) => `${name} ${JSON.stringify(row)}`),
      )
      .join("\n"),
  );

const dumpAll = async (home: Agency): Promise<string> =>
  (await Promise.all([...[env.DIRECTORY, env.DB_EU, env.DB_US, env.DB_ME].map(dump), dumpHub(home)])).join("\n");

const opened = (home: Agency, record: string, purpose: SealedPurpose, sealed: unknown): Promise<string> =>
  createVault(env.TOKEN_KEYS).open(String(sealed), { tenant: home.tenant.id, record, purpose });

test("no token, password or link's secret is in a response, a log line, a database or an object, from connecting to the end", async () => {
  const home = await agency();
  const staff = new Listener();
  for (const [name, value] of home.browser.jar()) staff.jar().set(name, value);
  const { id } = await addCreator(staff, { displayName: "Bea Brassneck", handle: "brassneck.bea" });

  const creator = new Listener();
  const url = await invite(staff, id);
  const back = await consent(creator, url, { account: "brassneck.bea", live: true });
  const arrived = await creator.fetch(back);
  expect(arrived.status).toBe(303);
  await creator.follow(arrived);
  await until(async () => (await tiktokOf(staff, id)).sync?.lastAt);

  const connection = await connectionRow(home, id);
  const [trip] = await rows(home, "SELECT * FROM oauth_trips WHERE connection_id = ?", connection.id);
  expect(connection.access_token).toMatch(ENVELOPE);
  expect(connection.refresh_token).toMatch(ENVELOPE);
  expect(trip?.verifier).toMatch(ENVELOPE);
  const secrets = [
    await opened(home, String(connection.id), "access_token", connection.access_token),
    await opened(home, String(connection.id), "refresh_token", connection.refresh_token),
    await opened(home, String(trip?.state_hash), "pkce_verifier", trip?.verifier),
    new URL(back).searchParams.get("code") ?? "",
    new URL(back).searchParams.get("state")?.split(".").at(-1) ?? "",
    creator.jar().get("__Host-connect") ?? "",
    home.browser.jar().get("__Host-refresh")?.split(".").at(-1) ?? "",
    PASSWORD,
  ];
  expect(secrets[0]).toMatch(TOKEN);
  expect(secrets[1]).toMatch(TOKEN);
  for (const secret of secrets) expect(secret.length).toBeGreaterThan(20);
  // An envelope opens in its own place alone.
  await expect(opened(home, String(connection.id), "refresh_token", connection.access_token)).rejects.toThrow();
  await expect(opened(home, "cn_other", "access_token", connection.access_token)).rejects.toThrow();

  const whileConnected = await dumpAll(home);
  // The end: TikTok refuses the revoke, so the tokens wait, sealed, in the hub.
  await fault("revoke", "500", "brassneck.bea");
  for (const path of ["tiktok", "videos", "followers", "live-sessions"])
    await staff.json("GET", `/creators/${id}/${path}`);
  const ended = await staff.api<{ revoked: unknown }>("DELETE", `/creators/${id}/tiktok`);
  expect(ended.revoked).toBe("pending");
  await creator.follow(await creator.fetch(back));
  const waiting = await dumpAll(home);
  expect(waiting).toMatch(/revokes .*"v1\./);

  const [log, said] = [lines.join("\n"), [...staff.heard, ...creator.heard].join("\n")];
  expect(lines.length).toBeGreaterThan(10);
  expect(said).toContain("Bea Brassneck");
  for (const [where, text] of Object.entries({ said, log, whileConnected, waiting })) {
    expect([where, TOKEN.exec(text)?.[0]]).toEqual([where, undefined]);
    for (const secret of secrets) {
      // The state goes to TikTok and back in the browser's own address: only there.
      const passedOn = where === "said" && text.includes(`state=eu.${home.tenant.id.slice(3)}.`);
      const shown = passedOn ? text.replaceAll(/state=[\w.-]+/g, "") : text;
      const own = where === "said" && (secret === secrets[5] || secret === secrets[6]);
      expect([where, secret, !own && shown.includes(secret)]).toEqual([where, secret, false]);
    }
  }
  expect(
    await rows(home, "SELECT open_id, access_token, refresh_token FROM connections WHERE id = ?", connection.id),
  ).toEqual([{ open_id: null, access_token: null, refresh_token: null }]);
});

test("what is kept for a repeat of a request is sealed: a link in it lies nowhere in clear", async () => {
  const home = await agency();
  const { id } = await addCreator(home.browser);
  const ask = (): Promise<Response> =>
    home.browser.fetch(`/api/v1/creators/${id}/invites`, {
      method: "POST",
      headers: { "Idempotency-Key": "once", Origin: ORIGIN },
    });
  const first = await ask();
  const { url } = await first.clone().json<{ url: string }>();
  const token = url.split("/").at(-1) ?? "";
  expect(token.length).toBeGreaterThan(20);
  const again = await ask();
  expect([again.headers.get("Idempotent-Replay"), await again.text()]).toEqual(["true", await first.text()]);
  const [kept] = await rows(home, "SELECT body FROM idempotency_keys WHERE tenant_id = ?", home.tenant.id);
  expect(kept?.body).toMatch(ENVELOPE);
  expect(await dumpAll(home)).not.toContain(token.split(".").at(-1));
});

test("an account that waits for its creator's yes waits sealed", async () => {
  const home = await agency("me");
  const { id } = await addCreator(home.browser, { handle: "nobody.here" });
  const creator = new Listener();
  await creator.fetch(await consent(creator, await invite(home.browser, id), { account: "brassneck.bea" }));
  const [trip] = await rows(home, "SELECT * FROM oauth_trips WHERE tenant_id = ?", home.tenant.id);
  expect(trip?.pending_grant).toMatch(ENVELOPE);
  const grant = await opened(home, String(trip?.state_hash), "pending_grant", trip?.pending_grant);
  expect(grant).toMatch(TOKEN);
  for (const text of [await dumpAll(home), creator.heard.join(), lines.join()]) expect(TOKEN.exec(text)).toBeNull();
});

test("no second factor's secret, no recovery code and no mail's link is in a log line, a database or an object", async () => {
  const home = await agency();
  const { secret, recoveryCodes } = await setUpTotp(home.browser);
  const browser = new Listener();
  await signIn(browser, home.email, { totp: recoveryCodes[0] });
  await browser.json("POST", "/auth/forgot", { email: home.email });
  const verify = tokenIn(await mailTo(home.email, /Confirm your e-mail/), "confirm");
  const reset = tokenIn(await mailTo(home.email, /Choose a new password/), "reset");
  const newPassword = "another horse, another battery";
  await browser.json("POST", "/auth/confirm", { token: verify });
  await browser.json("POST", "/auth/reset", { token: reset, password: newPassword });
  await mailTo(home.email, /password was changed/);

  const texts = { said: browser.heard.join("\n"), log: lines.join("\n"), stored: await dumpAll(home) };
  const links = [verify, reset].flatMap((token) => [token, token.split(".").at(-1) ?? token]);
  for (const [where, text] of Object.entries(texts)) {
    for (const kept of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll("-", "")), ...links])
      expect([where, kept, text.includes(kept)]).toEqual([where, kept, false]);
    for (const password of [PASSWORD, newPassword])
      expect([where, password, text.includes(password)]).toEqual([where, password, false]);
  }
});

test("the log says route, status, who by id and how long, and nothing that a person wrote or a link carries", async () => {
  const home = await agency("us");
  const { id } = await addCreator(home.browser, { displayName: "Zelda Quillfeather", email: "zelda@creator.example" });
  await home.browser.json("GET", "/creators?q=quillfeather");
  await home.browser.json("POST", "/creators", { displayName: "Zelda Quillfeather", handle: "not a handle" });
  await home.browser.json("PATCH", `/creators/${id}`, "{ broken");
  const url = await invite(home.browser, id);
  await new Browser().fetch(url);
  await new Browser().fetch("/c/nonsense-token");
  await new Browser().json("POST", "/auth/login", { email: home.email, password: "wrong horse, wrong battery" });

  const text = lines.join("\n");
  for (const personal of ["Zelda", "quillfeather", home.email, "zelda@", "Olga", "Test Agency", "wrong horse"])
    expect([personal, text.includes(personal)]).toEqual([personal, false]);
  expect(text).not.toContain(url.split("/").at(-1));
  expect(text).not.toContain("nonsense-token");
  for (const line of lines) {
    const { time, level, ...rest } = JSON.parse(line) as Record<string, unknown>;
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(["info", "warn", "error"]).toContain(level);
    const allowed = [
      "route",
      "method",
      "status",
      "ms",
      "ip",
      "agent",
      "tenantId",
      "userId",
      "requestId",
      "event",
      "code",
    ];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(rest)));
  }
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged).toContainEqual(
    expect.objectContaining({ route: "/api/v1/creators/:id", method: "PATCH", status: 400, userId: home.user.id }),
  );
  expect(logged).toContainEqual(expect.objectContaining({ route: "/connect/:token", method: "GET", status: 200 }));
});
