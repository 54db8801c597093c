import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stepAt, totpAt } from "../../platform/totp.ts";
import { openPage, registerAgency, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const NEW_PASSWORD = "three otters in one boat";

/** The newest link to a page of the app that was mailed to an address. */
async function linkTo(email: string, page: "reset" | "confirm"): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { mails } = await world.control<{ mails: { to: string; text: string }[] }>("GET", "/mails");
    const text = mails.filter(({ to }) => to === email).map((mail) => mail.text);
    const link = new RegExp(`http\\S+/app/${page}#\\S+`).exec(text.join("\n"))?.[0];
    if (link) return link;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No link to ${page} was mailed to ${email}`);
}

const fillSignIn = async (page: Page, email: string, password: string): Promise<void> => {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
};
const code = (page: Page) => page.getByRole("textbox", { name: "Code", exact: true });
const roster = (page: Page) => page.getByRole("heading", { name: "Creators", exact: true }).waitFor();
const context = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });

describe("a person's account, in a real browser", () => {
  let desk: BrowserContext;
  let elsewhere: BrowserContext;
  let page: Page;
  let other: Page;
  let email: string;
  let recoveryCodes: string[];
  const troubles: string[][] = [];

  beforeAll(async () => {
    [desk, elsewhere] = [await context(world.browser), await context(world.browser)];
    const opened = [await openPage(desk), await openPage(elsewhere)] as const;
    [{ page }, { page: other }] = opened;
    troubles.push(...opened.map((each) => each.troubles));
  });
  afterAll(async () => {
    await desk?.close();
    await elsewhere?.close();
  });

  test("asks for its address to be confirmed until a press on the mailed page does it", async () => {
    const registered = await registerAgency(page, world);
    email = registered.email;
    await page.getByText(`Confirm ${email} by the link`).waitFor();
    await other.goto(await linkTo(email, "confirm"));
    await other.getByRole("button", { name: "Confirm" }).click();
    await other.getByText("Your address is confirmed").waitFor();
    await page.goto(`${world.app}/app/settings/account`);
    await page.getByText("This browser").waitFor();
    expect(await page.getByText(`Confirm ${email} by the link`).count()).toBe(0);
  });

  test("gets a second factor from a QR code, with recovery codes shown once", async () => {
    await page.getByRole("button", { name: "Set up a second factor" }).click();
    await page.getByRole("img", { name: /QR code/ }).waitFor();
    const secret = ((await page.locator(".set-up-secret").textContent()) ?? "").replaceAll(" ", "");
    await code(page).fill(totpAt(secret, stepAt(Date.now())));
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByRole("heading", { name: "Keep your recovery codes" }).waitFor();
    recoveryCodes = await page.getByRole("dialog").getByRole("listitem").allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 recovery codes left").waitFor();
  });

  test("is forgotten and found again by mail, and still asks for the second factor", async () => {
    await other.goto(`${world.app}/app/sign-in`);
    await other.getByRole("link", { name: "Forgot the password?" }).click();
    await other.getByLabel("E-mail").fill(email);
    await other.getByRole("button", { name: "Send the link" }).click();
    await other.getByText("a link is on its way").waitFor();
    await other.goto(await linkTo(email, "reset"));
    await other.getByLabel("New password").fill(NEW_PASSWORD);
    await other.getByRole("button", { name: "Set the password" }).click();
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
    await fillSignIn(other, email, NEW_PASSWORD);
    await other.getByRole("heading", { name: "Enter your code" }).waitFor();
    await code(other).fill("000000");
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByText("The code is wrong").waitFor();
    await other.getByRole("button", { name: "Use a recovery code" }).click();
    await other.getByLabel("Recovery code").fill(recoveryCodes[0] ?? "");
    await other.getByRole("button", { name: "Sign in" }).click();
    await roster(other);
    // Every session ended with the old password, the first browser's too.
    await page.reload();
    await page.waitForURL(/\/app\/sign-in/);
  });

  test("signs a browser out from another one", async () => {
    await fillSignIn(page, email, NEW_PASSWORD);
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(recoveryCodes[1] ?? "");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/app\/settings\/account/);
    await page.getByRole("button", { name: "Sign out all others" }).click();
    await page.getByText("Every other browser is signed out").waitFor();
    // Its socket is closed, so it goes by itself.
    await other.waitForURL(/\/app\/sign-in/);
    expect(troubles.flat()).toEqual([]);
  });
});
