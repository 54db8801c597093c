import { afterEach, describe, expect, it, vi } from "vitest";
import { nextPath } from "../../../web/pages/sign-in/next.ts";

describe("where the sign-in page leads on to", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    "https://evil.example",
    "//evil.example/app/",
    "/\\evil.example/app/",
    "/app/../../evil",
    "/app/..//evil.example",
    "/app/%2e%2e//evil.example",
    "\t//evil.example",
    "javascript:alert(1)//app/",
    "data:text/html,/app/",
    "/application",
    "app/creators",
    "/app/sign-in?next=//evil.example",
    "/app/invitation/eu.token",
    "",
  ])("is the app's own roster for %j", (next) => {
    vi.stubGlobal("location", new URL("https://crm.example/app/sign-in"));
    expect(nextPath(next)).toBe("/app/creators");
  });

  it("is the page of the app that was asked for", () => {
    vi.stubGlobal("location", new URL("https://crm.example/app/sign-in"));
    expect(nextPath("/app/live?view=all#x")).toBe("/app/live?view=all");
    // A path under /app stays one, however it is spelled.
    expect(new URL(nextPath("/app//evil.example"), "https://crm.example").origin).toBe("https://crm.example");
  });
});
