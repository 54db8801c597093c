import { env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import type { Account } from "../../../domain/records/account.ts";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Region } from "../../../domain/regions.ts";

/** The app's address in tests: nothing listens there, requests go straight in. */
export const ORIGIN = "http://localhost:8787";

let made = 0;
/** Something that no other test of this run has. */
export const unique = (): string => `${Date.now().toString(36)}${(made++).toString(36)}`;

/** A browser without a screen, as `scripts/agent.ts`, on the Worker under test. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, ORIGIN);
    const jar = this.jar(url.origin);
    const headers = new Headers(init.headers);
    if (jar.size > 0 && !headers.has("Cookie"))
      headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    if (init.method && init.method !== "GET" && !headers.has("Origin")) headers.set("Origin", url.origin);
    const request = new Request(url, { ...init, headers, redirect: "manual" });
    const response = url.origin === ORIGIN ? await exports.default.fetch(request) : await fetch(request);
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
  jar(origin = ORIGIN): Map<string, string> {
    const known = this.#jars.get(origin);
    if (known) return known;
    const jar = new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  json(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(`/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }

  /** As `json`, for what must work. */
  async api<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const response = await this.json(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  form(path: string, fields: readonly (readonly [string, string])[]): Promise<Response> {
    return this.fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
    });
  }

  async follow(response: Response, most = 10): Promise<{ url: string; response: Response }> {
    let at = response;
    let url = response.url || ORIGIN;
    for (let step = 0; step < most && at.status >= 300 && at.status < 400; step++) {
      url = new URL(at.headers.get("Location") ?? "/", url).href;
      await at.body?.cancel();
      at = await this.fetch(url);
    }
    return { url, response: at };
  }
}

export const PASSWORD = "correct horse, wrong battery";

export interface Agency extends Account {
  browser: Browser;
  email: string;
}

/** A registered agency whose owner is signed in. */
export async function agency(region: Region = "eu"): Promise<Agency> {
  const browser = new Browser();
  const email = `owner.${unique()}@agency.example`;
  const account = await browser.api<Account>("POST", "/auth/register", {
    agency: "Test Agency",
    region,
    name: "Olga Owner",
    email,
    password: PASSWORD,
  });
  return { ...account, browser, email };
}

export const addCreator = (browser: Browser, fields: Record<string, unknown> = {}): Promise<Creator> =>
  browser.api<Creator>("POST", "/creators", { displayName: "Mira Daneshkar", ...fields });

export interface Choice {
  account: string;
  live?: boolean;
  deny?: boolean;
  without?: readonly string[];
}

const SCOPES = ["user.info.basic", "user.info.profile", "user.info.stats", "video.list"];

const unescaped = (text: string): string =>
  text
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&#x3D;", "=")
    .replaceAll("&lt;", "<");

/** Goes from an invite's page to where TikTok sends the browser back, without going there yet. */
export async function consent(creator: Browser, inviteUrl: string, choice: Choice): Promise<string> {
  const left = await creator.form(inviteUrl, choice.live ? [["live", "on"]] : []);
  const authorize = left.headers.get("Location");
  if (left.status !== 303 || !authorize) throw new Error(`The invite's form answered ${left.status}`);
  const page = await (await creator.fetch(authorize)).text();
  const action = unescaped(/<form[^>]*action="([^"]*)"/.exec(page)?.[1] ?? authorize);
  const hidden = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]): [string, string] => [
    unescaped(/name="([^"]*)"/.exec(tag)?.[1] ?? ""),
    unescaped(/value="([^"]*)"/.exec(tag)?.[1] ?? ""),
  ]);
  const granted = SCOPES.filter((scope) => !choice.without?.includes(scope)).map((scope): [string, string] => [
    "scope",
    scope,
  ]);
  const decided = await creator.form(new URL(action, authorize).href, [
    ...hidden,
    ["account", choice.account],
    ...granted,
    ["decision", choice.deny ? "deny" : "allow"],
  ]);
  const back = decided.headers.get("Location");
  if (!back) throw new Error(`TikTok's consent answered ${decided.status}: ${(await decided.text()).slice(0, 300)}`);
  return back;
}

export const invite = async (browser: Browser, creatorId: string): Promise<string> =>
  (await browser.api<{ url: string }>("POST", `/creators/${creatorId}/invites`)).url;

/** Connects a creator through every door a person would walk; answers the creator's browser and own page. */
export async function connect(
  staff: Browser,
  creatorId: string,
  choice: Choice,
): Promise<{ creator: Browser; page: string }> {
  const creator = new Browser();
  const answer = await creator.fetch(await consent(creator, await invite(staff, creatorId), choice));
  const page = answer.headers.get("Location");
  if (answer.status !== 303 || !page)
    throw new Error(`The callback answered ${answer.status}: ${(await answer.text()).slice(0, 400)}`);
  return { creator, page };
}

/** Tells the simulator something. */
export async function simulator<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${env.SIMULATOR_URL}/_control${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`simulator ${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}

/** Asks until it holds. */
export async function until<T>(ask: () => Promise<T | null | undefined | false>, seconds = 15): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error("It did not come to hold in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
