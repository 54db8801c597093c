import * as z from "zod/mini";
import { TIKTOK_SCOPES, type TiktokScope } from "../../domain/tiktok-fields.ts";
import { sha256Hex } from "../hash.ts";
import type { Fetch } from "../hosts.ts";
import { randomToken } from "../random.ts";
import { oauthError, TiktokError } from "./errors.ts";
import { askTiktok } from "./request.ts";

/** TikTok's Login Kit for Web: consent, tokens, revocation. Source: "Login Kit for Web", "OAuth v2". */

/** What TikTok granted. Both tokens are secrets: seal them before they are stored. */
export interface TokenGrant {
  accessToken: string;
  /** Ms since epoch, like the other; the answer's own numbers, which TikTok has changed before. */
  accessExpiresAt: number;
  /** New at every refresh; the one before is dead from then on. */
  refreshToken: string;
  refreshExpiresAt: number;
  openId: string;
  /** What the creator left ticked. */
  scopes: TiktokScope[];
}

export interface OauthOptions {
  clientKey: string;
  clientSecret: string;
  /** The whole URL of the consent screen. */
  authorizeUrl: string;
  /** Origin of TikTok's API, without a trailing slash. */
  apiUrl: string;
  fetch: Fetch;
  now?: () => number;
}

export interface Oauth {
  /** Where to send the creator's browser. */
  authorizeUrl(request: { state: string; challenge: string; redirectUri: string }): string;
  /** @throws TiktokError; `invalid_grant` when the code was used before or expired */
  exchange(code: { code: string; verifier: string; redirectUri: string }): Promise<TokenGrant>;
  /** One at a time per connection: store the answer before using it. @throws TiktokError; `invalid_grant` is for good */
  refresh(refreshToken: string): Promise<TokenGrant>;
  /** Ends the grant at TikTok. Takes an access token that is alive: refresh an expired one first. @throws TiktokError */
  revoke(accessToken: string): Promise<void>;
}

/**
 * How TikTok wants the S256 challenge: in hex. RFC 7636's base64url passes the consent
 * screen and then fails the exchange with "Code verifier or code challenge is invalid."
 */
const encodeChallenge = sha256Hex;

/** A fresh PKCE pair: the verifier is a secret of 43 characters, the challenge goes to TikTok. */
export function newPkce(verifier = randomToken(32)): { verifier: string; challenge: string } {
  return { verifier, challenge: encodeChallenge(verifier) };
}

const grantSchema = z.object({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z.number().check(z.positive()),
  refresh_token: z.string().check(z.minLength(1)),
  refresh_expires_in: z.number().check(z.positive()),
  open_id: z.string().check(z.minLength(1)),
  scope: z.string(),
});

/** The flat error of the token endpoints, or the nested one of TikTok's gateway before them. */
const refusalSchema = z.object({
  error: z.union([
    z.string().check(z.minLength(1)),
    z.pipe(
      z.object({ code: z.string().check(z.refine((code) => code !== "ok")) }),
      z.transform(({ code }) => code),
    ),
  ]),
});

/** What a revocation answers when it worked: `{}`, or nothing at all. */
const revokedSchema = z.nullable(z.strictObject({}));

export function createOauth({
  clientKey,
  clientSecret,
  apiUrl,
  fetch,
  now = Date.now,
  ...options
}: OauthOptions): Oauth {
  const post = async (path: string, form: Record<string, string>) => {
    const body = new URLSearchParams({ client_key: clientKey, client_secret: clientSecret, ...form });
    const answer = await askTiktok(fetch, new URL(`${apiUrl}${path}`), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "cache-control": "no-cache" },
      body: body.toString(),
    });
    // A refusal comes with any status, 200 too: the body decides, then the status.
    const refusal = refusalSchema.safeParse(answer.json);
    if (refusal.success || answer.status !== 200) throw oauthError(refusal.data?.error, answer.status);
    return answer.json;
  };

  const grant = async (form: Record<string, string>): Promise<TokenGrant> => {
    const asked = now();
    const { data } = grantSchema.safeParse(await post("/v2/oauth/token/", form));
    if (!data) throw new TiktokError("malformed");
    const granted = new Set<string>(data.scope.split(/[\s,]+/));
    return {
      accessToken: data.access_token,
      accessExpiresAt: asked + data.expires_in * 1000,
      refreshToken: data.refresh_token,
      refreshExpiresAt: asked + data.refresh_expires_in * 1000,
      openId: data.open_id,
      scopes: TIKTOK_SCOPES.filter((scope) => granted.has(scope)),
    };
  };

  return {
    authorizeUrl({ state, challenge, redirectUri }) {
      const url = new URL(options.authorizeUrl);
      const query = {
        client_key: clientKey,
        scope: TIKTOK_SCOPES.join(","),
        response_type: "code",
        redirect_uri: redirectUri,
        state,
        // Without it TikTok silently takes the browser's last account.
        disable_auto_auth: "1",
        code_challenge: challenge,
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },

    exchange: ({ code, verifier, redirectUri }) =>
      grant({ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri }),

    refresh: (refreshToken) => grant({ grant_type: "refresh_token", refresh_token: refreshToken }),

    async revoke(accessToken) {
      const answer = await post("/v2/oauth/revoke/", { token: accessToken });
      if (!revokedSchema.safeParse(answer).success) throw new TiktokError("malformed");
    },
  };
}
