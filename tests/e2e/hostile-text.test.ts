import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { consentOnPhone, registerAgency, startWorld, type World } from "./world.ts";

/** Would set `window.marked` wherever it is anything but text: as an element, out of an attribute, as an address. */
const MARK = `"'><img src=x onerror=window.marked=1><svg onload=window.marked=1>`;
const SHORT = `<svg onload=window.marked=1>`;
const ADDRESS = "javascript:window.marked=1";
/** Twelve letters are all that a tier has. */
const TINY = `"'><b id=x>`;

let world: World;
let context: BrowserContext;
let page: Page;
/** What the policy refused on any page. */
const refused: string[] = [];

/** Every page of a browser, whatever opens it, tells what the policy refuses there. */
async function watched(of: BrowserContext): Promise<void> {
  await of.exposeFunction("tellRefused", (what: string) => void refused.push(what));
  await of.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample, sourceFile }) => {
      const tell = Reflect.get(window, "tellRefused") as (what: string) => void;
      tell(`${location.pathname}: ${violatedDirective} ${blockedURI} ${sourceFile} ${sample}`);
    });
  });
}

beforeAll(async () => {
  world = await startWorld();
  context = await world.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  await watched(context);
  page = await context.newPage();
  page.on("dialog", (dialog) => {
    refused.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
});
afterAll(async () => {
  await context?.close();
  await world?.close();
});

/** Asks the API as the page does. */
const api = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? null : JSON.parse(text);
    },
    [method, path, body === undefined ? undefined : JSON.stringify(body)] as const,
  );

/** What of the marked text is more than text on the page that is open. */
const awake = (on: Page): Promise<string[]> =>
  on.evaluate(() => {
    const guilty = [...document.querySelectorAll("[onerror], [onload], img[src='x'], b#x")].map((it) => it.outerHTML);
    const addresses = [...document.querySelectorAll("[href], [src], [action], [formaction]")]
      .flatMap((it) => ["href", "src", "action", "formaction"].map((name) => it.getAttribute(name) ?? ""))
      .filter((address) => /^\s*javascript:/i.test(address));
    return [...guilty, ...addresses, ...(Reflect.get(window, "marked") === undefined ? [] : ["window.marked"])];
  });

/** Opens an address and looks once it came to rest. */
async function looked(on: Page, address: string, shows?: string): Promise<string[]> {
  await on.goto(`${world.app}${address}`);
  if (shows) await on.getByText(shows, { exact: false }).first().waitFor({ timeout: 20_000 });
  await on.waitForLoadState("networkidle");
  return awake(on);
}

/** Changes what is stored of TikTok's, which nobody here can type. Only while the app is down: two cannot write at once. */
function storedAsTiktokSaid(sql: string): number {
  const folder = join(world.stateDir, "v3", "d1");
  let changed = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".sqlite")) continue;
    const database = new DatabaseSync(join(entry.parentPath, entry.name), { timeout: 20_000 });
    try {
      changed += Number(database.prepare(sql).run(MARK).changes);
    } catch (error) {
      if (!/no such table/.test(String(error))) throw error;
    } finally {
      database.close();
    }
  }
  return changed;
}

describe("marked text in every field", () => {
  let creatorId: string;
  let connectLink: string;
  let ownPage: string;
  let invitation: string;
  let webhookId: string;

  beforeAll(async () => {
    await registerAgency(page, world);
    await api("PATCH", "/me", { name: MARK });
    const creator = await api<{ id: string }>("POST", "/creators", {
      displayName: MARK,
      legalName: MARK,
      phone: SHORT,
      language: SHORT,
      niche: MARK,
      stage: "left",
      stageReason: MARK,
      tier: TINY,
      team: SHORT,
      doNotPitch: MARK,
      tags: [SHORT, ADDRESS],
      custom: { [MARK]: MARK, link: ADDRESS },
    });
    creatorId = creator.id;
    await api("POST", "/api-keys", { name: MARK, role: "viewer" });
    const url = `https://hooks.agency.example/${MARK}`;
    webhookId = (await api<{ id: string }>("POST", "/webhooks", { url, events: ["creator.created"] })).id;
    await api("POST", "/members/invitations", { email: "waiting@agency.example", role: "viewer", team: SHORT });
    const { mails } = await world.control<{ mails: { to: string; text: string }[] }>("GET", "/mails");
    invitation =
      /\/app\/invitation\/\S+/.exec(mails.find(({ to }) => to === "waiting@agency.example")?.text ?? "")?.[0] ?? "";
    const invite = await api<{ url: string }>("POST", `/creators/${creatorId}/invites`);
    const phone = await consentOnPhone(world, invite.url, "host_a", { live: true });
    await phone.page.waitForURL(/\/c\/eu\./);
    ownPage = new URL(phone.page.url()).pathname;
    await phone.context.close();
    await page.reload();
    await page.goto(`${world.app}/app/creators/${creatorId}`);
    await page.getByText("Recent videos").first().waitFor({ timeout: 20_000 });
    await world.crash(() => {
      const profile = "display_name = ?1, username = ?1, bio = ?1, sync_error = ?1";
      expect(storedAsTiktokSaid(`UPDATE connections SET ${profile}`)).toBe(1);
      expect(storedAsTiktokSaid("UPDATE videos SET title = ?1")).toBeGreaterThan(0);
    });
    connectLink = new URL((await api<{ url: string }>("POST", `/creators/${creatorId}/invites`)).url).pathname;
  });

  test.each([
    ["the roster", () => "/app/creators", MARK],
    ["a search for it", () => `/app/creators?q=${encodeURIComponent("onerror")}`, MARK],
    ["the creator's record, with the profile and the videos", () => `/app/creators/${creatorId}`, MARK],
    ["the LIVE wall", () => "/app/live", undefined],
    ["members and invitations", () => "/app/settings/members", SHORT],
    ["API keys", () => "/app/settings/keys", MARK],
    ["webhooks", () => "/app/settings/webhooks", "hooks.agency.example"],
    ["a webhook and its deliveries", () => `/app/settings/webhooks/${webhookId}`, "hooks.agency.example"],
    ["the audit log", () => "/app/settings/audit", undefined],
    ["the agency's security", () => "/app/settings/security", undefined],
    ["one's own account", () => "/app/settings/account", MARK],
    ["an invitation to the agency", () => invitation, MARK],
    ["the consent page", () => connectLink, MARK],
    ["the consent page after a no", () => `${connectLink}?declined=1`, undefined],
    ["the creator's own page", () => ownPage, MARK],
    ["the creator's own page in Arabic", () => `${ownPage}?lang=ar`, MARK],
  ])("is text on %s, wide and narrow", async (_where, address, shows) => {
    expect(await looked(page, address(), shows)).toEqual([]);
    // A phone is shown other parts of the page.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => new Promise((drawn) => setTimeout(drawn, 200)));
    await page.waitForLoadState("networkidle");
    const narrow = await awake(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(narrow).toEqual([]);
  });

  test("is text in the dialogs and tabs of the record", async () => {
    await looked(page, `/app/creators/${creatorId}`, MARK);
    for (const tab of await page.locator(".tab").all()) {
      await tab.click();
      await page.waitForLoadState("networkidle");
      expect(await awake(page)).toEqual([]);
    }
    await page.goto(`${world.app}/app/creators/${creatorId}`);
    await page.getByRole("button", { name: "Disconnect" }).first().click();
    await page.getByRole("dialog").waitFor();
    expect(await awake(page)).toEqual([]);
  });

  test("is no page when the API's answer is opened as one", async () => {
    for (const path of ["/api/v1/me", `/api/v1/creators/${creatorId}`, `/api/v1/creators/${creatorId}/videos`])
      expect(await looked(page, path)).toEqual([]);
  });
});

describe("marked text in an address", () => {
  const said = encodeURIComponent(MARK);
  test.each([
    `/?lang=${said}`,
    `/nothing/${said}`,
    `/app/${said}`,
    `/app/creators/${said}`,
    `/app/creators?q=${said}&sort=${said}&stage=${said}`,
    `/app/live/sessions/${said}`,
    `/app/sign-in?next=${encodeURIComponent(ADDRESS)}`,
    `/app/reset#${said}`,
    `/app/confirm#${said}`,
    `/app/invitation/${said}`,
    `/connect/${said}`,
    `/c/${said}`,
    `/oauth/tiktok/callback?state=${said}&code=${said}&error=${said}&error_description=${said}`,
    `/privacy?lang=${said}#${said}`,
    `/terms?${said}`,
    `/api/v1/${said}`,
    `/api/docs?${said}#${said}`,
  ])("is text or nothing on the page that answers %s", async (address) => {
    expect(await looked(page, address)).toEqual([]);
  });

  test("as the place to go on to after signing in is not gone to", async () => {
    const desk = await world.browser.newContext({ reducedMotion: "reduce" });
    await watched(desk);
    const fresh = await desk.newPage();
    const { email, password } = await registerAgency(fresh, world);
    await desk.clearCookies();
    for (const next of [ADDRESS, "//evil.example/app/", "https://evil.example/app/"]) {
      await fresh.goto(`${world.app}/app/sign-in?next=${encodeURIComponent(next)}`);
      await fresh.getByLabel("E-mail").fill(email);
      await fresh.getByLabel("Password", { exact: true }).fill(password);
      await fresh.getByRole("button", { name: "Sign in" }).click();
      await fresh.getByRole("heading", { name: "Creators", exact: true }).waitFor();
      expect(new URL(fresh.url()).origin).toBe(world.app);
      expect(await awake(fresh)).toEqual([]);
      await desk.clearCookies();
    }
    await desk.close();
  });
});

test("the policy had nothing to refuse on any of these pages: no page tried", () => {
  expect(refused).toEqual([]);
});

test("a script that got into a page all the same would be refused by the policy, and told of", async () => {
  await looked(page, "/app/creators");
  await page.evaluate((mark) => {
    const hole = document.createElement("div");
    hole.innerHTML = mark;
    document.body.append(hole);
  }, MARK);
  await expect.poll(() => refused.filter((what) => what.includes("script-src")).length).toBeGreaterThan(0);
  expect(await page.evaluate(() => Reflect.get(window, "marked"))).toBeUndefined();
  expect(await awake(page)).not.toEqual([]);
});
