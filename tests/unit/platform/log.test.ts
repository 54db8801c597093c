import { describe, expect, it } from "vitest";
import { createLog, type LogEntry } from "../../../platform/log.ts";

function written(entry: LogEntry): Record<string, unknown> {
  const lines: string[] = [];
  createLog(
    (_level, line) => lines.push(line),
    () => 1_800_000_000_000,
  ).info(entry);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? "");
}

const TENANT = "tn_01KTENANT0000000000000000A";

describe("a log line", () => {
  it("holds time, level and what it was given", () => {
    const entry = {
      route: "/api/v1/creators/:id",
      method: "GET",
      status: 200,
      ms: 12,
      ip: "2001:db8::1",
      agent: "Mozilla/5.0",
      tenantId: TENANT,
      userId: "us_01KTENANT0000000000000000A",
      requestId: "0f8fad5b-d9cb-469f-a165-70867728950e",
      event: "request",
      code: "version_conflict",
    };
    expect(written(entry)).toEqual({ time: "2027-01-15T08:00:00.000Z", level: "info", ...entry });
  });

  it("drops every member that it does not know", () => {
    const entry = {
      event: "request",
      email: "a@example.com",
      body: "{}",
      url: "/c/token?code=1",
      message: "act.secret",
    };
    expect(Object.keys(written(entry))).toEqual(["time", "level", "event"]);
  });

  it.each([
    ["a path with an address in it", { route: "/connect/mara@example.com" }],
    ["a query string", { route: "/oauth/tiktok/callback?code=abc&state=def" }],
    ["a name where an id belongs", { tenantId: "Mara's agency", userId: "mara@example.com" }],
    ["a sentence where a code belongs", { code: "Token act.123 is dead" }],
    ["not a number", { status: Number.NaN, ms: Number.POSITIVE_INFINITY }],
    ["something in place of an address", { ip: "not an ip" }],
  ])("drops %s", (_, entry) => {
    expect(Object.keys(written(entry))).toEqual(["time", "level"]);
  });

  it("stays one line of bounded length whatever a browser says of itself", () => {
    const { agent } = written({ agent: `Mozilla\n{"level":"error"}\u2028${"x".repeat(5000)}` });
    expect(agent).toHaveLength(160);
    expect(agent).not.toMatch(/[\n\u2028]/);
  });
});
