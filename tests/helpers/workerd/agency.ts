import { env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import type { Account } from "../../../domain/records/account.ts";
import type { Creator } from "../../../domain/records/creator.ts";
import type { Region } from "../../../domain/regions.ts";
import { Agent, type ConsentChoice, consent } from "../../../scripts/agent.ts";

/** The app's address in tests: nothing listens there, requests go straight in. */
export const ORIGIN = "http://localhost:8787";

let made = 0;
/** Something that no other test of this run has. */
export const unique = (): string => `${Date.now().toString(36)}${(made++).toString(36)}`;

/** A browser without a screen on the Worker under test; everything else it asks over the network. */
export class Browser extends Agent {
  constructor() {
    super(ORIGIN, (request) =>
      new URL(request.url).origin === ORIGIN ? exports.default.fetch(request) : fetch(request),
    );
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

export { consent };
export type Choice = ConsentChoice;

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

/** How long a busy machine may take for what no rule sets a time to, s. */
const PATIENCE = 25;

/** Asks until it holds. `seconds` where a rule says how soon. */
export async function until<T>(ask: () => Promise<T | null | undefined | false>, seconds = PATIENCE): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error("It did not come to hold in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
