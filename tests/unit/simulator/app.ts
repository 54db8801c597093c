/** An app that uses the simulator the way that Etica does, in as few lines as a test can bear. */
import { challengeOf } from "../../../simulator/login/pkce.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../simulator/server.ts";

export const CLIENT = { client_key: "test-key", client_secret: "test_client_secret_0123456789" };
export const REDIRECT = "http://localhost:9/oauth/tiktok/callback";
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const ALL_SCOPES = ["user.info.basic", "user.info.profile", "user.info.stats", "video.list"];

export const start = (options: Partial<SimulatorOptions> = {}): Promise<Simulator> =>
  startSimulator({ port: 0, clientKey: CLIENT.client_key, clientSecret: CLIENT.client_secret, ...options });

export const authorizeUrl = (origin: string, change: Record<string, string> = {}): string =>
  `${origin}/v2/auth/authorize/?${new URLSearchParams({
    client_key: CLIENT.client_key,
    scope: ALL_SCOPES.join(","),
    response_type: "code",
    redirect_uri: REDIRECT,
    state: "some-state",
    disable_auto_auth: "1",
    code_challenge: challengeOf(VERIFIER),
    code_challenge_method: "S256",
    ...change,
  })}`;

/** Presses a button of the consent page; resolves to the address that the browser is sent to. */
export const decide = async (
  url: string,
  handle: string,
  { scopes = ALL_SCOPES, decision = "allow" }: { scopes?: string[]; decision?: "allow" | "deny" } = {},
): Promise<URL> => {
  const form = new URLSearchParams({ account: handle, decision });
  for (const scope of scopes) form.append("scope", scope);
  const answer = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "nowhere:");
};

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const read = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: Object(await response.json()),
});

export const postForm = async (url: string, form: Record<string, string>): Promise<Answer> =>
  read(await fetch(url, { method: "POST", body: new URLSearchParams({ ...CLIENT, ...form }) }));

export const postJson = async (url: string, body: object, token?: string): Promise<Answer> =>
  read(
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    }),
  );

export const getJson = async (url: string, token?: string): Promise<Answer> =>
  read(await fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {}));

export const exchange = (origin: string, code: string, change: Record<string, string> = {}): Promise<Answer> =>
  postForm(`${origin}/v2/oauth/token/`, {
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...change,
  });

export const refresh = (origin: string, refreshToken: unknown): Promise<Answer> =>
  postForm(`${origin}/v2/oauth/token/`, { grant_type: "refresh_token", refresh_token: String(refreshToken) });

/** Consent and exchange at once. */
export const connect = async (
  origin: string,
  handle: string,
  scopes: string[] = ALL_SCOPES,
): Promise<{ access: string; refresh: string; openId: string }> => {
  const back = await decide(authorizeUrl(origin), handle, { scopes });
  const { body } = await exchange(origin, back.searchParams.get("code") ?? "");
  return {
    access: String(body.access_token),
    refresh: String(body.refresh_token),
    openId: String(body.open_id),
  };
};
