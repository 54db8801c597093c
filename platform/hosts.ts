import { AppError } from "../domain/app-error.ts";

/**
 * Every host outside that this software speaks to, and the only way to them. The privacy
 * policy prints this table; what is not in it cannot be reached.
 */

type HostVariable =
  | "TIKTOK_AUTHORIZE_URL"
  | "TIKTOK_API_URL"
  | "LIVE_WEB_URL"
  | "LIVE_WEBCAST_URL"
  | "LIVE_SIGN_URL"
  | "MAIL_URL"
  | "DNS_URL";

export type HostEnv = { readonly [variable in HostVariable]?: string | undefined };

/** `fetch`, as far as it is used here. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

interface HostRow {
  purpose: string;
  /** The production address; none: not used unless the environment names one. */
  production: string | null;
  /** Who goes there: we do, or only the creator's browser. */
  from: "server" | "browser";
}

export const HOSTS = {
  TIKTOK_AUTHORIZE_URL: {
    purpose: "TikTok's consent screen, where a creator connects the account",
    production: "https://www.tiktok.com/v2/auth/authorize/",
    from: "browser",
  },
  TIKTOK_API_URL: {
    purpose: "TikTok's tokens, profile, figures and videos of connected creators, and the revocation of tokens",
    production: "https://open.tiktokapis.com",
    from: "server",
  },
  LIVE_WEB_URL: {
    purpose: "Whether a creator who consented to LIVE tracking is live",
    production: "https://www.tiktok.com",
    from: "server",
  },
  LIVE_WEBCAST_URL: {
    purpose: "The state of a LIVE room, and whether it has ended",
    production: "https://webcast.tiktok.com",
    from: "server",
  },
  LIVE_SIGN_URL: {
    purpose: "The LIVE signer: gets a room's number and answers the address of the room's public messages",
    production: "https://api.eulerstream.com",
    from: "server",
  },
  MAIL_URL: {
    purpose: "The mail provider: gets the messages that the agency or its account sends",
    production: null,
    from: "server",
  },
  DNS_URL: {
    purpose: "A public resolver: asked where the name of an agency's webhook leads, before anything is sent there",
    production: "https://cloudflare-dns.com",
    from: "server",
  },
  /** No host of ours to name: `webhooks/outbound.ts` is the way to them. */
  WEBHOOKS: {
    purpose:
      "Addresses that an agency registered for its webhooks: ids and the agency's own fields, nothing of TikTok's",
    production: null,
    from: "server",
  },
} as const satisfies Record<HostVariable | "WEBHOOKS", HostRow>;

/** TikTok's own hosts, one of which the signer's answer names as a room's push server. */
const PUSH_SERVERS = /(^|\.)(tiktok\.com|tiktokv\.(com|us|eu)|tiktokcdn(-[a-z]{2})?\.com)$/;

export interface OutsideUrls {
  /** The whole URL of the consent screen. */
  authorizeUrl: string;
  /** The rest without a trailing slash. */
  apiUrl: string;
  liveWebUrl: string;
  liveWebcastUrl: string;
  liveSignUrl: string;
  /** Null: no mail provider is configured. */
  mailUrl: string | null;
  dnsUrl: string;
}

/**
 * The addresses in use: the environment's, else production's.
 * @throws AppError 503 `host_invalid` when one is no URL, or is neither https nor loopback
 */
export function outsideUrls(env: HostEnv): OutsideUrls {
  const base = (variable: Exclude<HostVariable, "MAIL_URL">): string =>
    withoutSlash(checked(variable, env[variable] || HOSTS[variable].production));
  return {
    authorizeUrl: checked("TIKTOK_AUTHORIZE_URL", env.TIKTOK_AUTHORIZE_URL || HOSTS.TIKTOK_AUTHORIZE_URL.production),
    apiUrl: base("TIKTOK_API_URL"),
    liveWebUrl: base("LIVE_WEB_URL"),
    liveWebcastUrl: base("LIVE_WEBCAST_URL"),
    liveSignUrl: base("LIVE_SIGN_URL"),
    mailUrl: env.MAIL_URL ? withoutSlash(checked("MAIL_URL", env.MAIL_URL)) : null,
    dnsUrl: base("DNS_URL"),
  };
}

/**
 * The only `fetch` that leaves, but for what goes to agencies' own addresses. It goes to the server rows of {@link HOSTS}; a WebSocket
 * upgrade also goes to TikTok's push servers, and to loopback while the signer itself is
 * on loopback (the simulator names its own). Redirects are answered, never followed: a
 * listed host cannot send us to one that is not.
 *
 * @throws AppError 503 `host_invalid`, and per call AppError 500 `host_refused`
 */
export function outbound(env: HostEnv): Fetch {
  const urls = outsideUrls(env);
  const bases = [urls.apiUrl, urls.liveWebUrl, urls.liveWebcastUrl, urls.liveSignUrl, urls.mailUrl, urls.dnsUrl];
  const listed = new Set(bases.filter((base) => base !== null).map((base) => new URL(base).origin));
  const signerIsLocal = isLoopback(new URL(urls.liveSignUrl));

  return async (address, init = {}) => {
    const url = new URL(address);
    const upgrade = new Headers(init.headers).get("upgrade")?.toLowerCase() === "websocket";
    if (!listed.has(url.origin) && !(upgrade && isPushServer(url, signerIsLocal))) {
      throw new AppError(500, "host_refused", `${url.host} is not on the list of outside hosts; nothing was sent.`);
    }
    return fetch(url, { ...init, redirect: "manual" });
  };
}

/** Whether a LIVE room's messages may come from here. `https:` counts as `wss:`, which Workers dial by it. */
export function isPushServer(url: URL, signerIsLocal: boolean): boolean {
  if (isLoopback(url)) return signerIsLocal;
  return (url.protocol === "wss:" || url.protocol === "https:") && url.port === "" && PUSH_SERVERS.test(url.hostname);
}

/** Whether an address is this very machine. */
export const isLoopback = (url: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname) || url.hostname.endsWith(".localhost");

function checked(variable: HostVariable, address: string): string {
  const url = URL.parse(address);
  if (!url) throw new AppError(503, "host_invalid", `${variable} is not a URL.`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))) {
    throw new AppError(503, "host_invalid", `${variable} must be https, or http on loopback.`);
  }
  return address;
}

const withoutSlash = (base: string): string => base.replace(/\/+$/, "");
