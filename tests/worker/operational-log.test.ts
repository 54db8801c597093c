import { createScheduledController, env } from "cloudflare:test";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../../domain/ids.ts";
import { RETENTION_DAYS } from "../../domain/retention.ts";
import { gather, keepLog } from "../../platform/log-store.ts";
import worker from "../../worker/index.ts";
import { type Agency, agency, type Browser, ORIGIN } from "../helpers/workerd/agency.ts";
import { refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { join } from "../helpers/workerd/members.ts";

const DAY_MS = 86_400_000;
const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
const buckets = { eu: env.FILES_EU, us: env.FILES_US, me: env.FILES_ME };
/** Kept at once, after the answer. */
const keeping = { ...env, LOG_GATHER_SECONDS: "0" };

interface Line extends Record<string, unknown> {
  time: string;
}

/** A request as the platform sends it, to the end of what it leaves to be done afterwards. */
async function ask(path: string, browser: Browser | null, bindings: typeof env = keeping): Promise<Response> {
  const after: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => void after.push(work),
    passThroughOnException() {},
    props: {},
  };
  const cookie = browser ? [...browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ") : "";
  const headers = { Cookie: cookie, "User-Agent": "Test/1.0", "CF-Connecting-IP": "192.0.2.9" };
  const response = await worker.fetch(new Request(`${ORIGIN}${path}`, { headers }), bindings, context);
  const text = await response.text();
  await Promise.all(after);
  return new Response(text || null, response);
}

const keysIn = async (bucket: R2Bucket, prefix: string): Promise<string[]> =>
  (await bucket.list({ prefix })).objects.map(({ key }) => key);

async function linesIn(bucket: R2Bucket, prefix: string): Promise<Line[]> {
  const texts = (await keysIn(bucket, prefix)).map(async (key) => (await bucket.get(key))?.text() ?? "");
  return (await Promise.all(texts)).flatMap((text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line),
  );
}

let home: Agency;
let abroad: Agency;
beforeAll(async () => {
  [home, abroad] = [await agency("eu"), await agency("us")];
});
beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

describe("a line of the operational log", () => {
  test("is kept in its tenant's region, by tenant and day, and nowhere else", async () => {
    await ask("/api/v1/me", home.browser);
    await ask("/api/v1/me", abroad.browser);
    for (const [owner, region] of [
      [home, "eu"],
      [abroad, "us"],
    ] as const) {
      const [key, ...more] = await keysIn(buckets[region], `log/${owner.tenant.id}/`);
      expect(more).toEqual([]);
      expect(key).toMatch(new RegExp(`^log/${owner.tenant.id}/${dayBefore(0)}/\\d{8}T\\d{9}Z-[\\w-]{8}\\.jsonl$`));
      for (const other of Object.values(buckets))
        if (other !== buckets[region]) expect(await keysIn(other, `log/${owner.tenant.id}/`)).toEqual([]);
    }
  });

  test("has what the policy says and nothing that anybody wrote", async () => {
    await ask("/api/v1/creators?q=Quillfeather", home.browser);
    const lines = await linesIn(env.FILES_EU, `log/${home.tenant.id}/`);
    expect(lines.at(-1)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: "info",
      route: "/api/v1/creators",
      method: "GET",
      status: 200,
      ms: expect.any(Number),
      ip: "192.0.2.9",
      agent: "Test/1.0",
      tenantId: home.tenant.id,
      userId: home.user.id,
      requestId: expect.any(String),
    });
    expect(JSON.stringify(lines)).not.toMatch(/Quillfeather|Olga|@/);
  });

  test("of nobody is kept in the European Union's, and so is one of a tenant that there is not", async () => {
    const ghost = newId("tenant");
    gather(JSON.stringify({ time: "now", tenantId: ghost }), new Date().toISOString(), ghost);
    await ask("/connect/nonsense-token", null);
    const lines = await linesIn(env.FILES_EU, "log/_/");
    expect(lines).toContainEqual(expect.objectContaining({ route: "/connect/:token", status: 404 }));
    expect(lines).toContainEqual({ time: "now", tenantId: ghost });
    expect(JSON.stringify(lines)).not.toContain("nonsense-token");
    for (const bucket of [env.FILES_US, env.FILES_ME]) expect(await keysIn(bucket, "log/_/")).toEqual([]);
  });

  test("waits for others for some seconds, and they are written in one go", async () => {
    const owner = await agency("me");
    const patient = { ...env, LOG_GATHER_SECONDS: "0.3" };
    await Promise.all([1, 2, 3].map(() => ask("/api/v1/me", owner.browser, patient)));
    expect(await keysIn(env.FILES_ME, `log/${owner.tenant.id}/`)).toHaveLength(1);
    expect(await linesIn(env.FILES_ME, `log/${owner.tenant.id}/`)).toHaveLength(3);
  });

  test("is kept by its own day when a batch lies across midnight", async () => {
    const { tenant } = await agency("me");
    for (const time of ["2026-11-23T23:59:59.999Z", "2026-11-24T00:00:00.000Z"])
      gather(JSON.stringify({ time }), time, tenant.id);
    await keepLog(keeping, false);
    for (const day of ["2026-11-23", "2026-11-24"])
      expect((await linesIn(env.FILES_ME, `log/${tenant.id}/${day}/`)).map(({ time }) => time.slice(0, 10))).toEqual([
        day,
      ]);
  });

  test("is not lost while the files cannot be reached, and the request hears nothing of it", async () => {
    const owner = await agency("me");
    const down = new Proxy(env.FILES_ME, { get: () => () => Promise.reject(new Error("unreachable")) });
    expect((await ask("/api/v1/me", owner.browser, { ...keeping, FILES_ME: down })).status).toBe(200);
    expect(await keysIn(env.FILES_ME, `log/${owner.tenant.id}/`)).toEqual([]);
    await keepLog(keeping, false);
    expect(await linesIn(env.FILES_ME, `log/${owner.tenant.id}/`)).toHaveLength(1);
  });
});

describe("the owner", () => {
  const read = (browser: Browser, day = dayBefore(0)) => browser.json("GET", `/operational-log?day=${day}`);

  test("reads a day of the own agency, a line a line, and of no other", async () => {
    await ask("/api/v1/me", home.browser);
    await ask("/api/v1/creators", home.browser);
    await ask("/api/v1/me", abroad.browser);
    const response = await read(home.browser);
    expect(response.headers.get("Content-Type")).toBe("application/x-ndjson");
    expect(response.headers.get("Content-Disposition")).toBe(`attachment; filename="log-${dayBefore(0)}.jsonl"`);
    const lines = (await response.text())
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect([...new Set(lines.map(({ tenantId }) => tenantId))]).toEqual([home.tenant.id]);
    expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).sort());
  });

  test("reads nothing of a day without a line, and is told what is no day", async () => {
    const empty = await read(home.browser, "2020-02-29");
    expect([empty.status, await empty.text()]).toEqual([200, ""]);
    for (const day of ["", "today", "2026-13-01", "2026-11-24/../..", "2026-11"])
      expect(await refusedFields(await read(home.browser, encodeURIComponent(day)))).toEqual(["day"]);
    expect(await refusedFields(await home.browser.json("GET", "/operational-log"))).toEqual(["day"]);
  });

  test("is the only one who reads it", async () => {
    for (const role of ["admin", "manager", "viewer"] as const)
      expect(await refusal(await read((await join(home, role)).browser))).toBe("403 not_allowed");
  });
});

test("the daily cron deletes days that are older than the policy says, of every tenant and of nobody, however many", async () => {
  const days = RETENTION_DAYS.operationalLogs;
  const kept: string[] = [];
  for (const owner of [home.tenant.id, newId("tenant"), "_"]) {
    for (const age of [days - 1, days]) kept.push(`log/${owner}/${dayBefore(age)}/a.jsonl`);
    for (const age of [days + 1, days + 400]) await env.FILES_EU.put(`log/${owner}/${dayBefore(age)}/a.jsonl`, "{}\n");
  }
  for (const key of kept) await env.FILES_EU.put(key, "{}\n");
  const many = Array.from({ length: 1_050 }, (_, at) => `log/${home.tenant.id}/${dayBefore(days + 2)}/${at}.jsonl`);
  for (let at = 0; at < many.length; at += 50)
    await Promise.all(many.slice(at, at + 50).map((key) => env.FILES_EU.put(key, "{}\n")));
  // What else lies there is not the log's to delete.
  await env.FILES_EU.put("audit/2020-01-01.json", "{}");
  await worker.scheduled(createScheduledController({ cron: "17 3 * * *", scheduledTime: new Date() }), keeping);
  const left = await keysIn(env.FILES_EU, "");
  expect(left).toEqual(expect.arrayContaining([...kept, "audit/2020-01-01.json"]));
  expect(left.filter((key) => key.startsWith("log/") && (key.split("/")[2] ?? "") < dayBefore(days))).toEqual([]);
});
