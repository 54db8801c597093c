import { TIKTOK_SCOPES } from "../domain/tiktok-fields.ts";

/** How a request leaves: the network's own `fetch`, or straight into a Worker under test. */
export type Send = (request: Request) => Promise<Response>;

/**
 * A browser without a screen: keeps cookies by origin, sends the Origin that a page of the app
 * would, and follows no redirect by itself. The demo's seed, the benches and the tests walk the
 * product's own doors with it.
 */
export class Agent {
  readonly base: string;
  readonly #send: Send;
  readonly #jars = new Map<string, Map<string, string>>();

  /** @param base the app's origin */
  constructor(base: string, send: Send = fetch) {
    this.base = base;
    this.#send = send;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.base);
    const jar = this.jar(url.origin);
    const headers = new Headers(init.headers);
    if (jar.size > 0 && !headers.has("Cookie"))
      headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    if (init.method && init.method !== "GET" && !headers.has("Origin")) headers.set("Origin", url.origin);
    const response = await this.#send(new Request(url, { ...init, headers, redirect: "manual" }));
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const name = pair.slice(0, at).trim();
      if (attributes.some((attribute) => /max-age=0\b/i.test(attribute))) jar.delete(name);
      else jar.set(name, pair.slice(at + 1).trim());
    }
    return response;
  }

  /** The cookies of an origin, by name. */
  jar(origin = this.base): Map<string, string> {
    const known = this.#jars.get(origin);
    if (known) return known;
    const jar = new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  /** Asks the API, whatever it answers. A text is sent as it is. */
  json(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(`/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  /** Asks the API for what must work. @throws with what it said when that is no success */
  async api<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const response = await this.json(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 400)}`);
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
    let url = response.url || this.base;
    for (let step = 0; step < most && at.status >= 300 && at.status < 400; step++) {
      url = new URL(at.headers.get("Location") ?? "/", url).href;
      await at.body?.cancel();
      at = await this.fetch(url);
    }
    return { url, response: at };
  }
}

/** What a creator does on the way to TikTok and there. */
export interface ConsentChoice {
  /** Handle of the account at the simulated TikTok. */
  account: string;
  /** Tick LIVE on the invite's page. */
  live?: boolean;
  deny?: boolean;
  /** Scopes to untick on TikTok's screen. */
  without?: readonly string[];
}

const unescaped = (text: string): string =>
  text
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&lt;", "<");

/** Walks from an invite's page over TikTok's consent to where TikTok sends the browser back, without going there yet. */
export async function consent(agent: Agent, inviteUrl: string, choice: ConsentChoice): Promise<string> {
  const left = await agent.form(inviteUrl, choice.live ? [["live", "on"]] : []);
  const authorize = left.headers.get("Location");
  if (left.status !== 303 || !authorize) throw new Error(`The invite's form answered ${left.status}`);
  const page = await (await agent.fetch(authorize)).text();
  const action = unescaped(/<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? authorize);
  const hidden = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]): [string, string] => [
    unescaped(/name="([^"]*)"/.exec(tag)?.[1] ?? ""),
    unescaped(/value="([^"]*)"/.exec(tag)?.[1] ?? ""),
  ]);
  const decided = await agent.form(new URL(action, authorize).href, [
    ...hidden,
    ["account", choice.account],
    ...TIKTOK_SCOPES.filter((scope) => !choice.without?.includes(scope)).map((scope) => ["scope", scope] as const),
    ["decision", choice.deny ? "deny" : "allow"],
  ]);
  const back = decided.headers.get("Location");
  if (!back) throw new Error(`TikTok's consent answered ${decided.status}: ${(await decided.text()).slice(0, 300)}`);
  return back;
}

/** Walks on to the first page after TikTok: the creator's own, or one that says why not. */
export async function connectCreator(
  agent: Agent,
  inviteUrl: string,
  choice: ConsentChoice,
): Promise<{ url: string; status: number; html: string }> {
  const { url, response } = await agent.follow(await agent.fetch(await consent(agent, inviteUrl, choice)));
  return { url, status: response.status, html: await response.text() };
}
