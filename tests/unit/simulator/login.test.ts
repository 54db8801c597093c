import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { challengeOf } from "../../../simulator/login/pkce.ts";
import type { Simulator } from "../../../simulator/server.ts";
import { authorizeUrl, connect, decide, exchange, getJson, postForm, postJson, refresh, start } from "./app.ts";

const fixture = (name: string): Record<string, unknown> =>
  Object(JSON.parse(readFileSync(new URL(`../../fixtures/tiktok-api/${name}`, import.meta.url), "utf8")));

/** An error's words, without the log_id that differs each time. */
const words = (body: Record<string, unknown>): unknown[] => [body.error, body.error_description];

let now = Date.UTC(2026, 10, 24, 12);
let simulator: Simulator;
let origin: string;

beforeAll(async () => {
  simulator = await start({ clock: () => now });
  ({ origin } = simulator);
});
afterAll(() => simulator.close());

const userInfo = (token: string) => getJson(`${origin}/v2/user/info/?fields=open_id`, token);

describe("PKCE", () => {
  const vectors = fixture("pkce_vectors_COMPUTED.json");

  it("is hex(SHA-256(verifier))", () => {
    expect(challengeOf(String(vectors.code_verifier))).toBe(vectors.code_challenge_hex);
  });

  it("lets base64url pass the consent page and refuses it at the exchange", async () => {
    const url = authorizeUrl(origin, { code_challenge: String(vectors.code_challenge_base64url_rfc7636) });
    expect((await fetch(url)).status).toBe(200);
    const back = await decide(url, "mira.folds");
    const { status, body } = await exchange(origin, back.searchParams.get("code") ?? "");
    expect(status).toBe(400);
    expect(words(body)).toEqual(words(fixture("oauth_error_pkce_mismatch.json")));
  });
});

describe("the consent page", () => {
  it("names what is wrong with a request", async () => {
    const wrong = {
      client_key: "another",
      redirect_uri: "http://example.com/callback",
      scope: "user.info.basic,video.upload",
      response_type: "token",
    };
    for (const [parameter, value] of Object.entries(wrong)) {
      const answer = await fetch(authorizeUrl(origin, { [parameter]: value }));
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(`<code>${parameter}</code>`);
    }
  });

  it("sends back code, granted scopes and state; unticked scopes are absent", async () => {
    const back = await decide(authorizeUrl(origin), "noor.kitchenlab", { scopes: ["user.info.basic"] });
    expect(back.searchParams.get("scopes")).toBe("user.info.basic");
    expect(back.searchParams.get("state")).toBe("some-state");
    const { body } = await exchange(origin, back.searchParams.get("code") ?? "");
    expect(body).toMatchObject({ scope: "user.info.basic", expires_in: 7_200, refresh_expires_in: 15_552_000 });
    expect(Object.keys(body).toSorted()).toEqual(
      Object.keys(fixture("oauth_token_success_nov2026_SYNTH.json")).toSorted(),
    );
  });

  it("sends back access_denied when the creator says no", async () => {
    const back = await decide(authorizeUrl(origin), "mira.folds", { decision: "deny" });
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: "access_denied", state: "some-state" });
  });

  it("reconnects the last account silently unless disable_auto_auth is asked for", async () => {
    const form = new URLSearchParams({ account: "juno.loops", decision: "allow", scope: "video.list" });
    const url = (auto: string) => authorizeUrl(origin, { scope: "video.list", disable_auto_auth: auto });
    const consent = await fetch(url("1"), { method: "POST", body: form, redirect: "manual" });
    const cookie = (consent.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const visit = (address: string) => fetch(address, { headers: { cookie }, redirect: "manual" });
    expect((await visit(url("0"))).status).toBe(302);
    expect((await visit(url("1"))).status).toBe(200);
  });
});

describe("codes", () => {
  it("work once, for ten minutes, for the same redirect_uri", async () => {
    const code = async () => (await decide(authorizeUrl(origin), "mira.folds")).searchParams.get("code") ?? "";
    const first = await code();
    const elsewhere = await exchange(origin, first, { redirect_uri: "http://localhost:9/other" });
    expect(words(elsewhere.body)).toEqual(words(fixture("oauth_token_error_redirect_uri.json")));
    expect((await exchange(origin, first)).status).toBe(200);
    expect(words((await exchange(origin, first)).body)).toEqual(words(fixture("oauth_error_code_expired.json")));
    const late = await code();
    now += 10 * 60_000;
    expect(words((await exchange(origin, late)).body)).toEqual(words(fixture("oauth_error_code_expired.json")));
  });

  it("are for the app alone", async () => {
    const { status, body } = await exchange(origin, "any", { client_secret: "guessed" });
    expect(status).toBe(401);
    expect(words(body)).toEqual(words(fixture("oauth_error_invalid_client.json")));
  });
});

describe("tokens", () => {
  it("rotate at every refresh, and the old refresh token dies at once", async () => {
    const tokens = await connect(origin, "mira.folds");
    const next = await refresh(origin, tokens.refresh);
    expect(next.body.refresh_token).not.toBe(tokens.refresh);
    const again = await refresh(origin, tokens.refresh);
    expect(again.status).toBe(400);
    expect(words(again.body)).toEqual(words(fixture("oauth_error_refresh_invalid.json")));
    expect((await refresh(origin, next.body.refresh_token)).status).toBe(200);
  });

  it("give one of two simultaneous refreshes to only one of them", async () => {
    const tokens = await connect(origin, "mira.folds");
    const statuses = await Promise.all([1, 2, 3].map(async () => (await refresh(origin, tokens.refresh)).status));
    expect(statuses.toSorted()).toEqual([200, 400, 400]);
  });

  it("expire when their answer said so", async () => {
    const { access } = await connect(origin, "mira.folds");
    expect((await userInfo(access)).status).toBe(200);
    now += 7_200_000;
    const { status, body } = await userInfo(access);
    expect(status).toBe(401);
    expect(body.error).toMatchObject({ code: "access_token_invalid" });
  });

  it("die with a revoke, and another connection of the same account lives on", async () => {
    const [one, other] = [await connect(origin, "mira.folds"), await connect(origin, "mira.folds")];
    expect(other.openId).toBe(one.openId);
    const revoke = () => postForm(`${origin}/v2/oauth/revoke/`, { token: one.access });
    expect(await revoke()).toEqual({ status: 200, body: {} });
    expect((await userInfo(one.access)).status).toBe(401);
    expect((await refresh(origin, one.refresh)).body.error).toBe("invalid_grant");
    expect((await userInfo(other.access)).status).toBe(200);
    const again = await revoke();
    expect(again.status).toBe(200);
    expect(words(again.body)).toEqual(words(fixture("oauth_revoke_error_http200.json")));
  });

  it("all die when the creator removes the app at TikTok; a new consent is alive", async () => {
    const before = await connect(origin, "juno.loops");
    await postJson(`${origin}/_control/accounts/juno.loops/remove`, { reason: 1 });
    expect((await userInfo(before.access)).status).toBe(401);
    expect((await refresh(origin, before.refresh)).body.error).toBe("invalid_grant");
    now += 1_000;
    expect((await userInfo((await connect(origin, "juno.loops")).access)).status).toBe(200);
  });

  it("outlive a restart of the simulator", async () => {
    const tokens = await connect(origin, "mira.folds");
    const restarted = await start({ clock: () => now });
    const { body } = await getJson(`${restarted.origin}/v2/user/info/?fields=username`, tokens.access);
    expect(body.data).toEqual({ user: { username: "mira.folds" } });
    expect((await refresh(restarted.origin, tokens.refresh)).status).toBe(200);
    await restarted.close();
  });

  it("that were tampered with, or are no tokens, are invalid and nothing worse", async () => {
    const { access } = await connect(origin, "mira.folds");
    for (const token of [`${access}x`, access.replace("act.", "rft."), "a.b.c", "act.e30.xx", "nonsense"])
      expect((await userInfo(token)).status).toBe(401);
  });
});

describe("faults", () => {
  it("meet as many requests of the account as asked for", async () => {
    const tokens = await connect(origin, "mira.folds");
    await postJson(`${origin}/_control/faults`, { endpoint: "refresh", kind: "error200", account: "mira.folds" });
    const refused = await refresh(origin, tokens.refresh);
    expect([refused.status, refused.body.error]).toEqual([200, "invalid_grant"]);
    expect((await refresh(origin, tokens.refresh)).status).toBe(200);
  });

  it("hang up without an answer", async () => {
    const { access } = await connect(origin, "mira.folds");
    await postJson(`${origin}/_control/faults`, { endpoint: "user_info", kind: "nothing", delayMs: 10 });
    await expect(userInfo(access)).rejects.toThrow();
    expect((await userInfo(access)).status).toBe(200);
  });
});
