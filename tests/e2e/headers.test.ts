import { afterAll, beforeAll, expect, test } from "vitest";
import { SECURITY_HEADERS } from "../../worker/http/security-headers.ts";
import { type Server, startServer } from "./server.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.close());

test("what the platform serves without asking the Worker says the same to a browser as what the Worker answers", async () => {
  const app = await (await fetch(`${server.app}/app/creators`)).text();
  const files = [...app.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(1);
  for (const path of [
    "/app/creators",
    "/nothing",
    "/assets/nothing.js",
    "/assets/site.css",
    "/assets/icon.svg",
    ...files,
  ]) {
    const response = await fetch(`${server.app}${path}`);
    const said = SECURITY_HEADERS.map(([name]) => [name, response.headers.get(name)]);
    expect([path, said]).toEqual([path, SECURITY_HEADERS]);
    expect([path, response.headers.get("Content-Security-Policy")]).toEqual([
      path,
      expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/),
    ]);
    expect([path, response.status]).toEqual([path, path.includes("nothing") ? 404 : 200]);
    await response.body?.cancel();
  }
});
