import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AuditAct } from "../../domain/audit.ts";
import { newId } from "../../domain/ids.ts";
import type { AppEnv, WorkerEnv } from "../../worker/env.ts";
import { actingPerson, auditAs } from "../../worker/http/audit.ts";
import { requestLog } from "../../worker/http/log.ts";

const place = { region: "eu", tenantId: newId("tenant") } as const;
const user = newId("user");

/** A route that does something, and records it. */
const app = new Hono<AppEnv>().use(requestLog).post("/act", async (c) => {
  await auditAs(c, actingPerson(place, user), { action: "key.revoked", target: { type: "key", id: newId("apiKey") } });
  return c.text("done");
});

/** An environment whose hubs fail so many times, and what they were handed. */
function failing(times: number): { tries: AuditAct[][]; with: WorkerEnv } {
  const tries: AuditAct[][] = [];
  const record = async (acts: AuditAct[]): Promise<void> => {
    tries.push(acts);
    if (tries.length <= times) throw new Error("The hub is away");
  };
  const hubs = { idFromName: (name: string) => name, get: () => ({ record }) };
  return { tries, with: { ...env, TENANT_HUB: hubs as unknown as WorkerEnv["TENANT_HUB"] } };
}

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  for (const level of ["log", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Asks, and lets so many ms pass. */
async function asked(environment: WorkerEnv) {
  const context = createExecutionContext();
  let status: number | null = null;
  const answer = Promise.resolve(app.request("/act", { method: "POST" }, environment, context)).then((response) => {
    status = response.status;
  });
  return {
    after: async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return status;
    },
    ended: async () => {
      await answer;
      await waitOnExecutionContext(context);
    },
  };
}

test("an answer waits for its entry", async () => {
  const hub = failing(1);
  const request = await asked(hub.with);
  expect(await request.after(400)).toBeNull();
  expect(await request.after(200)).toBe(200);
  await request.ended();
  expect(hub.tries).toHaveLength(2);
});

test("an answer waits no longer than a second, and its entry is tried on behind it, as the same act", async () => {
  const hub = failing(3);
  const request = await asked(hub.with);
  expect(await request.after(900)).toBeNull();
  expect(await request.after(200)).toBe(200);
  expect(hub.tries.length).toBeLessThan(4);
  await request.after(20_000);
  await request.ended();
  expect(hub.tries).toHaveLength(4);
  expect(new Set(hub.tries.map(([act]) => act?.id)).size).toBe(1);
  expect(lines.join("\n")).not.toContain("audit.unrecorded");
});

test("an entry that cannot be written at all is named in the operational log", async () => {
  const hub = failing(99);
  const request = await asked(hub.with);
  await request.after(20_000);
  await request.ended();
  expect(hub.tries).toHaveLength(5);
  const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(said).toContainEqual(
    expect.objectContaining({ level: "error", event: "audit.unrecorded", code: "key.revoked", route: "/act" }),
  );
});
