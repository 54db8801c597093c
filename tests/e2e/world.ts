import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../../scripts/chromium.ts";
import { type Server, startServer } from "./server.ts";

/** The whole product, and a real browser. */
export interface World extends Server {
  browser: Browser;
}

export async function startWorld(): Promise<World> {
  const [server, browser] = await Promise.all([startServer(), launchChromium()]);
  return {
    ...server,
    browser,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** A page that fails its test when the app's own code errs or its policy is broken. */
export async function openPage(context: BrowserContext): Promise<{ page: Page; troubles: string[] }> {
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text()))
      troubles.push(message.text());
  });
  return { page, troubles };
}

/** Registers an agency through the register page. */
export async function registerAgency(
  page: Page,
  world: World,
  region = "European Union",
): Promise<{ email: string; password: string }> {
  const email = `owner.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}@agency.example`;
  const password = "an umbrella for two otters";
  await page.goto(`${world.app}/app/register`);
  await page.getByLabel("Agency").fill("Test Agency");
  await page.getByRole("radio", { name: region }).check();
  await page.getByLabel("Your name").fill("Olga Owner");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: /create|register|start/i }).click();
  await page.getByRole("heading", { name: "Creators", exact: true }).waitFor();
  return { email, password };
}

/** Adds a creator by keyboard and dialog; leaves the browser on its record. */
export async function addCreator(page: Page, name: string, handle: string): Promise<string> {
  await page
    .getByRole("button", { name: /New creator/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("TikTok handle").fill(handle);
  await dialog.getByRole("button", { name: /Add|Create/ }).click();
  await page.waitForURL(/\/app\/creators\/cr_/);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** Makes an invite on the record page. */
export async function inviteLink(page: Page): Promise<string> {
  await page
    .getByRole("button", { name: /invite/i })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create link" }).click();
  const link = await dialog.getByLabel("Link").inputValue();
  await page.keyboard.press("Escape");
  return link;
}

/** A creator's phone: from the link to the creator's own page. */
export async function consentOnPhone(
  world: World,
  link: string,
  account: string,
  choices: { live?: boolean } = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await world.browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const { page } = await openPage(context);
  await page.goto(link);
  if (choices.live) await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: /Continue to TikTok/ }).click();
  await page.locator(`input[name=account][value="${account}"]`).check({ force: true });
  await page.locator("button[name=decision][value=allow]").click();
  await page.waitForURL(/\/(c|oauth)\//);
  return { context, page };
}
