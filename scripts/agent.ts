/**
 * A browser without a screen: keeps cookies, sends the Origin that a page of the app would, and
 * follows no redirect by itself. The demo's seed and the tests walk the product's own doors with it.
 */
export class Agent {
  readonly base: string;
  readonly #jars = new Map<string, Map<string, string>>();

  /** @param base the app's origin */
  constructor(base: string) {
    this.base = base;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.base);
    const jar = this.#jar(url.origin);
    const headers = new Headers(init.headers);
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies) headers.set("Cookie", cookies);
    if (init.method && init.method !== "GET" && !headers.has("Origin")) headers.set("Origin", url.origin);
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const gone = attributes.some((attribute) => /max-age=0\b/i.test(attribute));
      if (gone) jar.delete(pair.slice(0, at).trim());
      else jar.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
    }
    return response;
  }

  /** Asks the API. @throws with what it said when that is no success */
  async api<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await this.fetch(`/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  /** Posts a form as a page would. */
  form(path: string, fields: readonly (readonly [string, string])[]): Promise<Response> {
    return this.fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
    });
  }

  /** Goes where an answer redirects to, a step at a time, to the first page. */
  async follow(response: Response, most = 10): Promise<{ url: string; response: Response }> {
    let at = response;
    let url = response.url;
    for (let step = 0; step < most && at.status >= 300 && at.status < 400; step++) {
      url = new URL(at.headers.get("Location") ?? "/", url).href;
      await at.body?.cancel();
      at = await this.fetch(url);
    }
    return { url, response: at };
  }

  #jar(origin: string): Map<string, string> {
    const known = this.#jars.get(origin);
    if (known) return known;
    const jar = new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }
}

export interface ConsentChoice {
  /** Handle of the account at the simulated TikTok. */
  account: string;
  /** Tick LIVE on the invite's page. */
  live?: boolean;
  deny?: boolean;
  /** Scopes to untick on TikTok's screen. */
  without?: readonly string[];
}

const SCOPES = ["user.info.basic", "user.info.profile", "user.info.stats", "video.list"];

/** Walks a creator's browser from the invite to wherever it ends: the creator's own page, or a page that says why not. */
export async function connectCreator(
  agent: Agent,
  inviteUrl: string,
  choice: ConsentChoice,
): Promise<{ url: string; status: number; html: string }> {
  const left = await agent.form(inviteUrl, choice.live ? [["live", "on"]] : []);
  if (left.status !== 303) return { url: inviteUrl, status: left.status, html: await left.text() };
  const authorize = left.headers.get("Location") ?? "";
  const consent = await (await agent.fetch(authorize)).text();
  const [, action = ""] = /<form[^>]*action="([^"]*)"/.exec(consent) ?? [];
  const hidden = [...consent.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]): [string, string] => [
    unescaped(/name="([^"]*)"/.exec(tag)?.[1] ?? ""),
    unescaped(/value="([^"]*)"/.exec(tag)?.[1] ?? ""),
  ]);
  const granted = SCOPES.filter((scope) => !choice.without?.includes(scope)).map((scope): [string, string] => [
    "scope",
    scope,
  ]);
  const decided = await agent.form(new URL(unescaped(action) || authorize, authorize).href, [
    ...hidden,
    ["account", choice.account],
    ...granted,
    ["decision", choice.deny ? "deny" : "allow"],
  ]);
  const { url, response } = await agent.follow(decided);
  return { url, status: response.status, html: await response.text() };
}

const unescaped = (text: string): string =>
  text
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&lt;", "<");
