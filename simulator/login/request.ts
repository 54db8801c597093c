/** What an app asks of the consent page, checked as TikTok checks it. Source: "Login Kit for Web". */
import { isScope, type Scope, splitScopes } from "./scopes.ts";

export interface AuthorizeRequest {
  scopes: Scope[];
  redirectUri: string;
  state: string;
  challenge: string | undefined;
  /** True: show the page even to somebody who has consented before in this browser. */
  alwaysAsk: boolean;
}

/** The parameter that TikTok's error page would name, and why. */
export interface AuthorizeRefusal {
  parameter: string;
  why: string;
}

interface Registered {
  clientKey: string;
  publicOrigin?: string | undefined;
}

const redirectUriFault = (uri: string, publicOrigin: string | undefined): string | undefined => {
  if (!URL.canParse(uri)) return "must be an absolute address";
  const { protocol, hostname, origin, search, hash } = new URL(uri);
  const loopback = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  if (protocol !== "https:" && !(protocol === "http:" && loopback)) return "must begin with https";
  if (search !== "" || hash !== "") return "must have neither query nor fragment";
  if (publicOrigin !== undefined && origin !== publicOrigin) return "is not registered for this app";
  return undefined;
};

/**
 * The challenge's encoding is not looked at: base64url passes here and fails the exchange,
 * as at TikTok.
 */
export const readAuthorizeRequest = (
  query: URLSearchParams,
  { clientKey, publicOrigin }: Registered,
): AuthorizeRequest | AuthorizeRefusal => {
  if (query.get("client_key") !== clientKey) return { parameter: "client_key", why: "is not a registered app" };
  const redirectUri = query.get("redirect_uri") ?? "";
  const fault = redirectUriFault(redirectUri, publicOrigin);
  if (fault) return { parameter: "redirect_uri", why: fault };
  if (query.get("response_type") !== "code") return { parameter: "response_type", why: "must be code" };
  const names = splitScopes(query.get("scope") ?? "");
  const scopes = names.filter(isScope);
  // One scope that the app was not approved for fails the whole authorization.
  if (scopes.length === 0 || scopes.length < names.length)
    return { parameter: "scope", why: "holds a scope that this app may not ask for" };
  const challenge = query.get("code_challenge") ?? undefined;
  if (challenge !== undefined && query.get("code_challenge_method") !== "S256")
    return { parameter: "code_challenge_method", why: "must be S256" };
  return {
    scopes,
    redirectUri,
    state: query.get("state") ?? "",
    challenge,
    alwaysAsk: ["1", "true"].includes(query.get("disable_auto_auth") ?? ""),
  };
};
