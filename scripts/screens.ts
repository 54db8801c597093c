// npm run screens: every page × three widths × light and dark, from the running demo, as one contact sheet in .shots/.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { Creator } from "../domain/records/creator.ts";
import { Agent, connectCreator } from "./agent.ts";
import { launchChromium } from "./chromium.ts";
import { DEMO } from "./demo.ts";
import { tokenMailedTo } from "./demo-members.ts";
import { ROOT, settings } from "./settings.ts";

const WIDTHS = [1440, 768, 390] as const;
const THEMES = ["light", "dark"] as const;
const chosen = settings();
const { publicUrl } = chosen;
const out = join(ROOT, ".shots");
mkdirSync(out, { recursive: true });

/** The pages of the demo, by what they show. */
async function pages(): Promise<[name: string, path: string, signedIn: boolean][]> {
  const staff = new Agent(publicUrl);
  await staff.api("POST", "/auth/login", { email: DEMO.email, password: DEMO.password });
  const { items } = await staff.api<{ items: Creator[] }>("GET", "/creators?limit=200");
  const named = (wanted: (creator: Creator) => boolean): Creator => {
    const creator = items.find(wanted);
    if (!creator) throw new Error("The demo is not as the seed left it: start with a new STATE_DIR.");
    return creator;
  };
  const live = named(({ handle }) => handle === "mira.folds");
  const unconnected = named(({ figures }) => figures.connection === "none");
  const invited = named(({ figures }) => figures.connection === "invited");
  const sessions = await staff.api<{ items: { id: string; state: string; confidence: string }[] }>(
    "GET",
    `/creators/${live.id}/live-sessions`,
  );
  const ended = sessions.items.find(({ state, confidence }) => state === "ended" && confidence === "reconciled");
  const running = sessions.items.find(({ state }) => state !== "ended");
  const { url } = await staff.api<{ url: string }>("POST", `/creators/${invited.id}/invites`);
  const own = await ownPage(staff, invited);
  return [
    ["creators", "/app/creators", true],
    ["creators-none", "/app/creators?q=nobody-has-this-name", true],
    ["creator", `/app/creators/${live.id}`, true],
    ["creator-not-connected", `/app/creators/${unconnected.id}`, true],
    ["live", "/app/live", true],
    ...(ended ? [["session-ended", `/app/live/sessions/${ended.id}`, true] as [string, string, boolean]] : []),
    ...(running ? [["session-live", `/app/live/sessions/${running.id}`, true] as [string, string, boolean]] : []),
    ["settings-account", "/app/settings/account", true],
    ["settings-members", "/app/settings/members", true],
    ["settings-security", "/app/settings/security", true],
    ["settings-keys", "/app/settings/keys", true],
    ["settings-audit", "/app/settings/audit", true],
    ["settings-log", "/app/settings/log", true],
    ["settings-webhooks", "/app/settings/webhooks", true],
    ["not-found", "/app/nowhere", true],
    ["sign-in", "/app/sign-in", false],
    ["register", "/app/register", false],
    ["forgot", "/app/forgot", false],
    ["reset", "/app/reset#a-token", false],
    ["confirm", "/app/confirm#a-token", false],
    ["link-gone", "/app/reset", false],
    ["invitation", `/app/invitation/${await tokenMailedTo(chosen)}`, false],
    ["home", "/", false],
    ["home-ar", "/?lang=ar", false],
    ["privacy", "/privacy", false],
    ["terms", "/terms", false],
    ["connect", new URL(url).pathname, false],
    ["connect-ar", `${new URL(url).pathname}?lang=ar`, false],
    ["creator-own-page", own, false],
    ["creator-own-page-ar", `${own}?lang=ar`, false],
    ["invite-gone", "/connect/nothing", false],
  ];
}

/** A creator's own page, reached as a creator would. */
async function ownPage(staff: Agent, creator: Creator): Promise<string> {
  const name = `Shot ${Date.now().toString(36)}`;
  const extra = await staff.api<Creator>("POST", "/creators", { displayName: name, niche: creator.niche });
  const { url } = await staff.api<{ url: string }>("POST", `/creators/${extra.id}/invites`);
  const arrived = await connectCreator(new Agent(publicUrl), url, { account: "clay.tomoko", live: true });
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await staff.api("DELETE", `/creators/${extra.id}`);
  return new URL(arrived.url).pathname;
}

async function signIn(context: BrowserContext): Promise<void> {
  await context.request.post(`${publicUrl}/api/v1/auth/login`, {
    headers: { Origin: publicUrl },
    data: { email: DEMO.email, password: DEMO.password },
  });
}

async function shoot(page: Page, file: string): Promise<string[]> {
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  await page.waitForTimeout(900);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (overflow > 0) troubles.push(`overflows sideways by ${overflow} px`);
  await page.screenshot({ path: join(out, file) });
  return troubles;
}

const browser = await launchChromium();
const taken: { name: string; file: string; width: number }[] = [];
const all = await pages();
const only = process.argv.slice(2);
for (const theme of THEMES) {
  for (const width of WIDTHS) {
    for (const signedIn of [true, false]) {
      const context = await browser.newContext({
        viewport: { width, height: width === 390 ? 844 : 900 },
        colorScheme: theme,
        reducedMotion: "reduce",
      });
      if (signedIn) await signIn(context);
      for (const [name, path, needs] of all) {
        if (needs !== signedIn || (only.length > 0 && !only.includes(name))) continue;
        const page = await context.newPage();
        const file = `${name}.${width}.${theme}.png`;
        await page.goto(`${publicUrl}${path}`, { waitUntil: "load" });
        for (const trouble of await shoot(page, file)) console.log(`${file}: ${trouble}`);
        taken.push({ name: `${name} ${width} ${theme}`, file, width });
        await page.close();
      }
      await context.close();
    }
  }
}

const cells = taken.map(({ name, file, width }) => {
  const data = readFileSync(join(out, file)).toString("base64");
  return `<figure><img src="data:image/png;base64,${data}" width="${Math.round(width / 3)}"><figcaption>${name}</figcaption></figure>`;
});
const sheet = join(out, "contact.html");
writeFileSync(
  sheet,
  `<!doctype html><meta charset="utf-8"><style>body{background:#777;font:12px sans-serif;display:flex;flex-wrap:wrap;gap:12px;width:2400px}figure{margin:0}</style>${cells.join("")}`,
);
const page = await browser.newPage({ viewport: { width: 2424, height: 1000 } });
await page.goto(`file://${sheet}`);
await page.screenshot({ path: join(out, "contact.png"), fullPage: true });
await browser.close();
console.log(`${taken.length} pictures in .shots/, all of them on .shots/contact.png`);
