import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { TIKTOK_SCOPES } from "../../../../domain/tiktok-fields.ts";
import type { TiktokErrorKind } from "../../../../platform/tiktok/errors.ts";
import { createOauth, newPkce } from "../../../../platform/tiktok/oauth.ts";
import { fakeFetch, fixture, fixtureText, html, json, networkFailure, raw, rejection, timeout } from "../fake-fetch.ts";

const NOW = 1_800_000_000_000;
const REDIRECT = "https://app.example/oauth/tiktok/callback";
const SECRETS = ["act.SECRET", "rft.SECRET", "code-SECRET", "verifier-SECRET", "client-SECRET"];

function oauth(...answers: Parameters<typeof fakeFetch>) {
  const { fetch, asked } = fakeFetch(...answers);
  const client = createOauth({
    clientKey: "key",
    clientSecret: "client-SECRET",
    authorizeUrl: "https://www.tiktok.com/v2/auth/authorize/",
    apiUrl: "https://open.tiktokapis.com",
    fetch,
    now: () => NOW,
  });
  return { client, asked };
}

const exchange = { code: "code-SECRET", verifier: "verifier-SECRET", redirectUri: REDIRECT };
const form = (body: unknown) => Object.fromEntries(new URLSearchParams(String(body)));

describe("the consent screen", () => {
  it("asks for the policy's scopes, always shows itself, and keeps TikTok's path", () => {
    const { client } = oauth();
    const url = new URL(client.authorizeUrl({ state: "s", challenge: "c", redirectUri: REDIRECT }));
    expect(url.origin + url.pathname).toBe("https://www.tiktok.com/v2/auth/authorize/");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_key: "key",
      scope: TIKTOK_SCOPES.join(","),
      response_type: "code",
      redirect_uri: REDIRECT,
      state: "s",
      disable_auto_auth: "1",
      code_challenge: "c",
      code_challenge_method: "S256",
    });
  });

  it("asks for no scope that writes", () => {
    expect(TIKTOK_SCOPES).toEqual(["user.info.basic", "user.info.profile", "user.info.stats", "video.list"]);
  });
});

describe("PKCE", () => {
  it("challenges in hex, as TikTok wants it", () => {
    const vector = JSON.parse(fixtureText("pkce_vectors_COMPUTED"));
    expect(newPkce(vector.code_verifier).challenge).toBe(vector.code_challenge_hex);
  });

  it("makes a fresh verifier of RFC 7636's alphabet and length", () => {
    const { verifier, challenge } = newPkce();
    expect(verifier).toMatch(/^[A-Za-z0-9\-._~]{43,128}$/);
    expect(challenge).toMatch(/^[0-9a-f]{64}$/);
    expect(newPkce().verifier).not.toBe(verifier);
  });
});

describe("a token grant", () => {
  it("comes from a form posted to TikTok's slashed path, and expires when the answer says", async () => {
    const { client, asked } = oauth(fixture("oauth_token_success_nov2026_SYNTH"));
    expect(await client.exchange(exchange)).toEqual({
      accessToken: "act.example12345Example12345Example",
      accessExpiresAt: NOW + 7_200_000,
      refreshToken: "rft.example12345Example12345Example",
      refreshExpiresAt: NOW + 15_552_000_000,
      openId: "afd97af1-b87b-48b9-ac98-410aghda5344",
      scopes: [...TIKTOK_SCOPES],
    });
    expect(asked[0]?.url.href).toBe("https://open.tiktokapis.com/v2/oauth/token/");
    expect(asked[0]?.init).toMatchObject({
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      signal: expect.any(AbortSignal),
    });
    expect(form(asked[0]?.init.body)).toEqual({
      client_key: "key",
      client_secret: "client-SECRET",
      grant_type: "authorization_code",
      code: "code-SECRET",
      code_verifier: "verifier-SECRET",
      redirect_uri: REDIRECT,
    });
  });

  it("keeps what the creator left ticked, and no scope that it does not know", async () => {
    const partial = await oauth(fixture("oauth_token_success_partial_scope_SYNTH")).client.exchange(exchange);
    expect(partial.scopes).toEqual(["user.info.basic"]);
    const odd = {
      ...JSON.parse(fixtureText("oauth_token_success_doc2024")),
      scope: "video.list, video.publish toString",
    };
    expect((await oauth(json(odd)).client.exchange(exchange)).scopes).toEqual(["video.list"]);
  });

  it("is renewed by the refresh token, and brings the next one", async () => {
    const { client, asked } = oauth(fixture("oauth_refresh_success_rotated_nov2026_SYNTH"));
    expect(await client.refresh("rft.SECRET")).toMatchObject({ refreshToken: "rft.example67890Example67890Example" });
    expect(form(asked[0]?.init.body)).toEqual({
      client_key: "key",
      client_secret: "client-SECRET",
      grant_type: "refresh_token",
      refresh_token: "rft.SECRET",
    });
  });
});

describe("revoking", () => {
  it.each([
    ["{}", fixture("oauth_revoke_success")],
    ["nothing", raw("")],
    ["nothing with 200 and spaces", raw(" \n")],
  ])("worked when TikTok answers %s", async (_, answer) => {
    const { client, asked } = oauth(answer);
    await expect(client.revoke("act.SECRET")).resolves.toBeUndefined();
    expect(asked[0]?.url.href).toBe("https://open.tiktokapis.com/v2/oauth/revoke/");
    expect(form(asked[0]?.init.body)).toMatchObject({ token: "act.SECRET", client_secret: "client-SECRET" });
  });

  it.each([
    ["an error with HTTP 200", fixture("oauth_revoke_error_http200"), "invalid_grant"],
    ["a gateway's error with HTTP 200", json({ error: { code: "internal_error", message: "" } }), "transient"],
    ["a page", html(200), "malformed"],
    ["something else", json({ message: "error" }), "malformed"],
  ] as const)("failed when TikTok answers %s", async (_, answer, kind) => {
    await expect(oauth(answer).client.revoke("act.SECRET")).rejects.toMatchObject({ kind });
  });
});

describe("whatever goes wrong", () => {
  const leaking = { error: "invalid_grant", error_description: `Bad ${SECRETS.join(" ")}`, log_id: "act.SECRET" };
  const faults: [string, Parameters<typeof fakeFetch>[0], TiktokErrorKind][] = [
    ["the code expired", fixture("oauth_error_code_expired", 400), "invalid_grant"],
    ["the refresh token is dead", fixture("oauth_error_refresh_invalid"), "invalid_grant"],
    ["the client is unknown", fixture("oauth_error_invalid_client", 401), "config"],
    ["the redirect address is another", fixture("oauth_token_error_redirect_uri"), "config"],
    ["the verifier is wrong", fixture("oauth_error_pkce_mismatch"), "config"],
    ["the request is malformed", fixture("oauth_error_malformed", 400), "config"],
    ["a scope is not approved", json({ error: "invalid_scope" }, 400), "scope"],
    ["the creator declined", json({ error: "access_denied" }, 400), "denied"],
    ["a token stands in the description", json(leaking), "invalid_grant"],
    ["429", json({ error: "rate_limit_exceeded" }, 429), "rate_limited"],
    ["429 with a page", html(429), "rate_limited"],
    ["500", json({ error: "server_error" }, 500), "transient"],
    ["503 that blames the grant", json({ error: "invalid_grant" }, 503), "transient"],
    ["a page with 500", html(500), "transient"],
    ["200 that asks for patience", json({ error: "temporarily_unavailable" }), "transient"],
    ["no network", networkFailure, "transient"],
    ["no answer in time", timeout, "transient"],
    ["a page with 200", html(200), "malformed"],
    ["nothing with 400", raw("", 400), "malformed"],
    ["a redirect", raw(null, 302, { location: "https://evil.example/" }), "malformed"],
    ["an error that nobody documented", json({ error: "toString" }), "malformed"],
  ];

  for (const call of ["exchange", "refresh", "revoke"] as const) {
    it.each(faults)(`${call} says so by kind and without a secret: %s`, async (_, answer, kind) => {
      const { client } = oauth(answer);
      const calls = {
        exchange: () => client.exchange(exchange),
        refresh: () => client.refresh("rft.SECRET"),
        revoke: () => client.revoke("act.SECRET"),
      };
      const error = await rejection(calls[call]());
      expect(error).toMatchObject({ kind });
      expect(inspect(error, { depth: 5 })).not.toMatch(/SECRET/);
    });
  }

  it.each([
    ["nothing", raw("")],
    ["{}", json({})],
    ["a token that is no text", json({ access_token: 1 })],
    ["a client's token without a refresh token", fixture("oauth_client_credentials_success")],
  ])("a grant cannot be made of %s", async (_, answer) => {
    await expect(oauth(answer).client.refresh("rft.SECRET")).rejects.toMatchObject({ kind: "malformed" });
  });
});
