/**
 * GET /v2/auth/authorize/: the consent page; its form posts to the same address.
 * Without `disable_auto_auth` a browser that consented before is sent straight back, as at TikTok.
 */
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { accountByHandle } from "../accounts.ts";
import type { Simulation, SimulatorEnv } from "../simulation.ts";
import { consentPage, refusalPage } from "./consent-page.ts";
import { type AuthorizeRequest, readAuthorizeRequest } from "./request.ts";
import { isScope, type Scope, splitScopes } from "./scopes.ts";

/** "<handle>|<scopes>" of the browser's last consent. */
const LAST_CONSENT = "tiktok_simulator_consent";

const withQuery = (address: string, query: Record<string, string>): string =>
  `${address}?${new URLSearchParams(query)}`;

export const authorizeRoutes = (simulation: Simulation): Hono<SimulatorEnv> => {
  const { options, grants } = simulation;

  const allowed = (request: AuthorizeRequest, handle: string, scopes: Scope[]): string => {
    const { redirectUri, challenge, state } = request;
    const code = grants.issueCode({ handle, scopes, redirectUri, challenge });
    return withQuery(redirectUri, { code, scopes: scopes.join(","), state });
  };

  const denied = ({ redirectUri, state }: AuthorizeRequest): string =>
    withQuery(redirectUri, { error: "access_denied", error_description: "User denied the authorization", state });

  const app = new Hono<SimulatorEnv>();

  app.get("/v2/auth/authorize/", (c) => {
    const query = new URL(c.req.url).searchParams;
    const request = readAuthorizeRequest(query, options);
    if ("why" in request) return c.html(refusalPage(request), 400);
    const [lastHandle = "", lastScopes = ""] = (getCookie(c, LAST_CONSENT) ?? "").split("|");
    const last = accountByHandle(lastHandle);
    const consented = splitScopes(lastScopes).filter(isScope);
    if (last && !request.alwaysAsk && request.scopes.every((scope) => consented.includes(scope)))
      return c.redirect(allowed(request, last.handle, request.scopes));
    return c.html(consentPage(query, request, last?.handle));
  });

  app.post("/v2/auth/authorize/", async (c) => {
    const request = readAuthorizeRequest(new URL(c.req.url).searchParams, options);
    if ("why" in request) return c.html(refusalPage(request), 400);
    const form = new URLSearchParams(await c.req.text());
    const granted = request.scopes.filter((scope) => form.getAll("scope").includes(scope));
    if (form.get("decision") !== "allow" || granted.length === 0) return c.redirect(denied(request));
    const account = accountByHandle(form.get("account") ?? "");
    if (!account) return c.html(refusalPage({ parameter: "account", why: "does not exist" }), 400);
    c.set("account", account.handle);
    setCookie(c, LAST_CONSENT, `${account.handle}|${granted.join(",")}`, { path: "/v2/auth", httpOnly: true });
    return c.redirect(allowed(request, account.handle, granted));
  });

  return app;
};
