import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addCreator, consentOnPhone, inviteLink, openPage, registerAgency, startWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

/** Every file that the product keeps on this machine. */
const stateFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Rows of a table in every local D1 that has it. */
function rows(table: string, where = "1 = 1"): unknown[] {
  return stateFiles(join(world.stateDir, "v3", "d1"))
    .filter((file) => file.endsWith(".sqlite"))
    .flatMap((file) => {
      const database = new DatabaseSync(file, { readOnly: true });
      try {
        return database.prepare(`SELECT * FROM ${table} WHERE ${where}`).all();
      } catch {
        return [];
      } finally {
        database.close();
      }
    });
}

describe("the main job, in a real browser against the real server and the simulated TikTok", () => {
  let context: BrowserContext;
  let page: Page;
  let troubles: string[];
  let phone: { context: BrowserContext; page: Page };
  let creatorId: string;

  beforeAll(async () => {
    context = await world.browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, troubles } = await openPage(context));
  });
  afterAll(async () => {
    await phone?.context.close();
    await context?.close();
  });

  test("an agency registers and sees how to begin", async () => {
    await registerAgency(page, world);
    await page.getByText("No creators yet").waitFor();
  });

  test("adds a creator and makes an invite", async () => {
    creatorId = await addCreator(page, "Hanna Host", "host_a");
    await page.getByRole("heading", { name: "Hanna Host" }).waitFor();
    const link = await inviteLink(page);
    expect(link).toMatch(/\/connect\/eu\./);
    phone = await consentOnPhone(world, link, "host_a", { live: true });
    await phone.page.waitForURL(/\/c\/eu\./);
  });

  test("the creator's own page says what is stored, without any script", async () => {
    expect(await phone.page.locator("script").count()).toBe(0);
    await phone.page
      .getByText(/What is stored/i)
      .first()
      .waitFor();
  });

  test("profile and videos are on the record within ten seconds", async () => {
    await page.reload();
    await page.getByText("Engagement rate").first().waitFor({ timeout: 10_000 });
    await page.getByText("Recent videos").first().waitFor();
  });

  test("a recorded LIVE is counted gift by gift, and the wall moves to its exact total", async () => {
    await page.getByRole("switch", { name: "LIVE tracking" }).click();
    await page.getByRole("switch", { name: "LIVE tracking", checked: true }).waitFor();
    const { roomId } = await world.control<{ roomId: string }>("POST", "/rooms", {
      kind: "recording",
      handle: "host_a",
      file: "room-complete",
      speed: 12,
      endMode: "stay",
    });
    await page.goto(`${world.app}/app/live`);
    await page.getByText("Hanna Host").first().waitFor({ timeout: 20_000 });
    await page.getByText("33,022").first().waitFor({ timeout: 40_000 });
    await world.control("POST", `/rooms/${roomId}/end`, {});
    // An ended LIVE leaves the wall.
    await page.getByText("Nobody is LIVE", { exact: false }).waitFor({ timeout: 20_000 });
  });

  test("the session page tells how sure the number is", async () => {
    await page.goto(`${world.app}/app/creators/${creatorId}`);
    await page
      .getByRole("row", { name: /33,022/ })
      .getByRole("link")
      .first()
      .click({ timeout: 20_000 });
    await page.waitForURL(/\/app\/live\/sessions\/ls_/);
    await page.getByText("How sure is 33,022?").waitFor();
    await page.getByText("32,983").first().waitFor();
    await page.getByText("Reconciled").first().waitFor();
  });

  test("no token of TikTok's lies in any file of the product, or was logged", () => {
    const plain = /\b(act|rft)\.[A-Za-z0-9_-]{12,}/;
    const guilty = stateFiles(world.stateDir).filter((file) => plain.test(readFileSync(file, "latin1")));
    expect(guilty).toEqual([]);
    // The test could fail: sealed tokens do lie there.
    expect(rows("connections", "access_token LIKE 'v1.%'").length).toBe(1);
  });

  test("disconnecting takes one confirmation and leaves nothing behind", async () => {
    await page.goto(`${world.app}/app/creators/${creatorId}`);
    await page.getByRole("button", { name: "Disconnect" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Disconnect and delete" }).click();
    await dialog.getByText("Hanna Host is disconnected").waitFor();
    await dialog
      .getByText(/[1-9]\d* deleted/)
      .first()
      .waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page
      .getByText(/disconnected/i)
      .first()
      .waitFor();
    for (const table of ["videos", "snapshots", "live_sessions", "creator_days"]) {
      expect(rows(table), table).toEqual([]);
    }
    expect(rows("connections", "open_id IS NOT NULL OR access_token IS NOT NULL OR followers IS NOT NULL")).toEqual([]);
    expect(rows("certificates").length).toBe(1);
    expect(rows("accounts")).toEqual([]);
    await phone.page.reload();
    await phone.page
      .getByText(/certificate/i)
      .first()
      .waitFor();
  });

  test("the creator may connect again, and disconnect on the own page", async () => {
    const link = await inviteLink(page);
    const again = await consentOnPhone(world, link, "host_a");
    await again.page.waitForURL(/\/c\/eu\./);
    await again.page.locator("summary", { hasText: /Disconnect/ }).click();
    await again.page.getByRole("button", { name: /Disconnect/ }).click();
    await again.page
      .getByText(/certificate/i)
      .first()
      .waitFor();
    await again.context.close();
    expect(rows("videos")).toEqual([]);
  });

  test("no page of the app erred or broke its policy on the way", () => {
    expect(troubles).toEqual([]);
  });
});

test("a crash in the middle of a LIVE loses no diamond", async () => {
  const context = await world.browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { page } = await openPage(context);
  await registerAgency(page, world);
  const creatorId = await addCreator(page, "Hugo Host", "host_b");
  const phone = await consentOnPhone(world, await inviteLink(page), "host_b", { live: true });
  await phone.page.waitForURL(/\/c\/eu\./);
  await page.reload();
  await page.getByRole("switch", { name: "LIVE tracking" }).click();
  await world.control("POST", "/rooms", {
    kind: "recording",
    handle: "host_b",
    file: "room-streaks",
    speed: 40,
    endMode: "stay",
  });
  await page.goto(`${world.app}/app/live`);
  await page.getByText("Hugo Host").first().waitFor({ timeout: 20_000 });
  await page
    .getByText(/2,8\d\d/)
    .first()
    .waitFor({ timeout: 20_000 });
  await world.crash();
  await page.getByText("2,864").first().waitFor({ timeout: 60_000 });
  await page.goto(`${world.app}/app/creators/${creatorId}`);
  await page.getByText("2,864").first().waitFor({ timeout: 20_000 });
  await phone.context.close();
  await context.close();
});
