import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addCreator, openPage, registerAgency, startWorld, type World } from "./world.ts";

/** A server of the agency's, on this machine. */
interface Receiver {
  url: string;
  heard: { headers: IncomingHttpHeaders; body: string }[];
  /** The status that it answers from now on. */
  status: number;
  server: Server;
}

async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: "", heard: [], status: 200, server: createServer() };
  receiver.server.on("request", async (request, response) => {
    receiver.heard.push({ headers: request.headers, body: await text(request) });
    response.writeHead(receiver.status).end("heard");
  });
  await new Promise<void>((resolve) => receiver.server.listen(0, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${(receiver.server.address() as AddressInfo).port}/etica`;
  return receiver;
}

/** As docs/webhooks.md tells a receiver to. */
function isOurs({ headers, body }: Receiver["heard"][number], secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return String(headers["webhook-signature"]).split(" ").includes(expected);
}

describe("webhooks, in a real browser, to a real server", () => {
  let world: World;
  let receiver: Receiver;
  let context: BrowserContext;
  let page: Page;
  let troubles: string[];
  let secret: string;

  beforeAll(async () => {
    [world, receiver] = await Promise.all([startWorld(), startReceiver()]);
    context = await world.browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, troubles } = await openPage(context));
    await registerAgency(page, world);
  });
  afterAll(async () => {
    receiver?.server.close();
    await world?.close();
  });

  test("an owner registers an address and sees its secret once", async () => {
    await page.goto(`${world.app}/app/settings/webhooks`);
    await page.getByText("No webhook yet").waitFor();
    await page.getByRole("button", { name: /New webhook/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Address").fill("https://192.168.0.1/");
    await dialog.getByRole("button", { name: "Make webhook" }).click();
    await dialog.getByText("Choose at least one event").waitFor();
    await dialog.getByLabel("A creator is added").check();
    await dialog.getByRole("button", { name: "Make webhook" }).click();
    await dialog.getByText(/private network/).waitFor();
    await dialog.getByLabel("Address").fill(receiver.url);
    await dialog.getByRole("button", { name: "Make webhook" }).click();
    secret = await dialog.getByLabel("Secret").inputValue();
    expect(secret).toMatch(/^whsec_/);
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("link", { name: receiver.url }).click();
    await page.getByText("Nothing was sent yet").waitFor();
    expect(await page.content()).not.toContain(secret);
  });

  test("a test message arrives, signed", async () => {
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("row", { name: /webhook\.test.*Delivered.*HTTP 200/ }).waitFor();
    expect(receiver.heard.map((message) => isOurs(message, secret))).toEqual([true]);
  });

  test("what happens is told, what is refused is tried again, and what was sent can be replayed", async () => {
    receiver.status = 500;
    const webhook = page.url();
    await page.goto(`${world.app}/app/creators`);
    const id = await addCreator(page, "Hanna Host", "host_a");
    await expect.poll(() => receiver.heard.length).toBe(2);
    receiver.status = 204;
    await page.goto(webhook);
    await page.getByRole("row", { name: /creator\.created.*Delivered.*HTTP 204/ }).waitFor({ timeout: 20_000 });
    const [, first, second] = receiver.heard;
    expect(JSON.parse(first?.body ?? "")).toMatchObject({ type: "creator.created", data: { id } });
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);

    await page
      .getByRole("row", { name: /creator\.created/ })
      .getByRole("button", { name: /Replay/ })
      .click();
    await expect.poll(() => receiver.heard.length).toBe(4);
    expect(receiver.heard.every((message) => isOurs(message, secret))).toBe(true);
  });

  test("a webhook that its server does not want is off, and can be switched on again", async () => {
    receiver.status = 410;
    await page
      .getByRole("row", { name: /creator\.created/ })
      .getByRole("button", { name: /Replay/ })
      .click();
    await page.getByText("Switched off: the server answered 410 Gone").waitFor();
    receiver.status = 200;
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByText("The webhook is switched on").waitFor();
    await page.getByRole("button", { name: "More about this webhook" }).click();
    await page.getByRole("menuitem", { name: /Delete/ }).click();
    await page.getByRole("button", { name: "Delete webhook" }).click();
    await page.getByText("No webhook yet").waitFor();
    expect(troubles).toEqual([]);
  });
});
