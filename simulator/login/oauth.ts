/**
 * POST /v2/oauth/token/ and /v2/oauth/revoke/: form-urlencoded in, flat JSON out.
 * Source: TikTok for Developers, "Manage user access tokens with OAuth v2".
 */
import { type Context, Hono } from "hono";
import { meetFault } from "../fault-answers.ts";
import { newLogId } from "../log-id.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import {
  deadAccessToken,
  deadRefreshToken,
  expiredCode,
  malformedRequest,
  OAuthError,
  otherRedirectUri,
  wrongClient,
  wrongVerifier,
} from "./errors.ts";
import type { TokenPair } from "./grants.ts";
import { openIdOf } from "./open-id.ts";
import { verifierMatches } from "./pkce.ts";

type Form = Record<string, string>;

const readForm = async (c: Context<SimulatorEnv>): Promise<Form> => {
  if (!c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded")) throw malformedRequest();
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
};

const tokenAnswer = (pair: TokenPair, openId: string) => ({
  access_token: pair.access,
  expires_in: pair.accessSeconds,
  open_id: openId,
  refresh_expires_in: pair.refreshSeconds,
  refresh_token: pair.refresh,
  scope: pair.claims.scopes.join(","),
  token_type: "Bearer",
});

export const oauthRoutes = (simulation: Simulation): Hono<SimulatorEnv> => {
  const { grants, options, clock, webhooks } = simulation;

  const requireClient = (form: Form): void => {
    const known = form.client_key === options.clientKey && form.client_secret === options.clientSecret;
    if (!known) throw wrongClient();
  };

  const exchange = (form: Form): TokenPair => {
    const { code, redirect_uri: redirectUri, code_verifier: verifier } = form;
    if (!code || !redirectUri) throw malformedRequest();
    const authorization = grants.findCode(code);
    if (!authorization) throw expiredCode();
    if (redirectUri !== authorization.redirectUri) throw otherRedirectUri();
    const { challenge } = authorization;
    if (challenge !== undefined && !verifierMatches(verifier ?? "", challenge)) throw wrongVerifier();
    return grants.redeem(code, authorization);
  };

  const refresh = (form: Form): TokenPair => {
    if (!form.refresh_token) throw malformedRequest();
    const pair = grants.refresh(form.refresh_token);
    if (!pair) throw deadRefreshToken();
    return pair;
  };

  const app = new Hono<SimulatorEnv>();

  app.onError((error, c) => {
    if (!(error instanceof OAuthError)) throw error;
    return c.json(error.body(clock()), error.status);
  });

  app.post("/v2/oauth/token/", async (c) => {
    const form = await readForm(c);
    const endpoint = form.grant_type === "refresh_token" ? "refresh" : "token";
    const fault = await meetFault(c, simulation, endpoint, grants.ownerOf(form.refresh_token ?? form.code ?? ""));
    if (fault) return fault;
    requireClient(form);
    c.header("cache-control", "no-store");
    switch (form.grant_type) {
      case "client_credentials":
        return c.json({ access_token: `clt.${newLogId(clock())}`, expires_in: 7_200, token_type: "Bearer" });
      case "authorization_code":
      case "refresh_token": {
        const pair = endpoint === "refresh" ? refresh(form) : exchange(form);
        return c.json(tokenAnswer(pair, openIdOf(options.clientKey, pair.claims.handle)));
      }
      default:
        throw malformedRequest();
    }
  });

  app.post("/v2/oauth/revoke/", async (c) => {
    const form = await readForm(c);
    const fault = await meetFault(c, simulation, "revoke", grants.ownerOf(form.token ?? ""));
    if (fault) return fault;
    requireClient(form);
    if (!form.token) throw malformedRequest();
    const claims = grants.access(form.token);
    if (!claims) throw deadAccessToken();
    grants.revoke(claims);
    webhooks.authorizationRemoved(claims.handle, 5); // The app's own revoke comes back to it as reason 5.
    return c.json({});
  });

  return app;
};
