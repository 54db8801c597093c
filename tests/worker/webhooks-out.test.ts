import { env } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../domain/ids.ts";
import { type WebhookMade, webhookSchema } from "../../domain/records/webhook.ts";
import { SUBSCRIBED_TYPES } from "../../domain/webhook-events.ts";
import { type Agency, addCreator, agency, connect, ORIGIN, until } from "../helpers/workerd/agency.ts";
import { problemOf, refusal, refusedFields } from "../helpers/workerd/answers.ts";
import { changeMember, join } from "../helpers/workerd/members.ts";
import { openApiDocument } from "../helpers/workerd/operations.ts";
import { connectionRow, dump } from "../helpers/workerd/rows.ts";
import {
  addWebhook,
  connectReceivers,
  deliveriesOf,
  type Received,
  receiver,
  senderRows,
  webhookOf,
} from "../helpers/workerd/webhooks.ts";

let home: Agency;
beforeAll(async () => {
  connectReceivers();
  home = await agency();
});
afterAll(() => vi.unstubAllGlobals());
afterEach(() => vi.restoreAllMocks());

const URL_OF_OURS = "https://hooks.agency.example/etica?key=abc";
const wanted = (more: Record<string, unknown> = {}) => ({ url: URL_OF_OURS, events: ["creator.created"], ...more });

describe("a webhook is registered", () => {
  test("with its secret in the answer, and in no other answer, row or log line", async () => {
    const mine = await agency();
    const lines: string[] = [];
    for (const level of ["log", "warn", "error"] as const)
      vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
        lines.push(words.join(" "));
      });
    const { secret, ...webhook } = await addWebhook(mine.browser, URL_OF_OURS, ["live.ended", "creator.created"]);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({
      url: URL_OF_OURS,
      events: ["creator.created", "live.ended"],
      state: "on",
      offReason: null,
      failingSince: null,
      oldSecretUntil: null,
      lastDelivery: null,
      createdBy: mine.user.id,
      version: 1,
    });
    const { secret: second } = await mine.browser.api<WebhookMade>("POST", `/webhooks/${webhook.id}/rotate`);
    const said = [
      await mine.browser.api("GET", "/webhooks"),
      await mine.browser.api("GET", `/webhooks/${webhook.id}`),
      await mine.browser.api("PATCH", `/webhooks/${webhook.id}`, { events: ["live.ended"], version: 2 }),
      await mine.browser.api("POST", `/webhooks/${webhook.id}/test`),
      await mine.browser.api("GET", `/webhooks/${webhook.id}/deliveries`),
      await senderRows(mine, "SELECT * FROM webhooks"),
      await senderRows(mine, "SELECT * FROM deliveries"),
      await dump(env.DB_EU),
    ];
    for (const clear of [secret, second]) {
      expect(JSON.stringify(said)).not.toContain(clear.slice(6));
      expect(lines.join("\n")).not.toContain(clear.slice(6));
    }
    // The address may hold a secret of the receiver's.
    expect(lines.join("\n")).not.toContain("hooks.agency.example");
  });

  test("at an address of the public Internet, and the refusal says why", async () => {
    // The runtime's own parser reads them: one address, however it is written.
    const hosts = ["192.168.0.1", "10.1", "0xa.1", "012.0.0.1", "167772161", "172.16.1", "3232235521", "169.254.43518"];
    const others = [
      "100.64.0.1",
      "224.1",
      "[fd00::1]",
      "[fe80::1]",
      "[::ffff:10.0.0.1]",
      "[64:ff9b::a00:1]",
      "[2002:a00:1::]",
    ];
    const names = ["metadata.google.internal", "printer.local.", "intranet", "a:b@hooks.agency.example"];
    const urls = [...hosts, ...others, ...names].map((host) => `https://${host}/`);
    for (const url of [...urls, "http://hooks.agency.example/", "https://hooks.agency.example:22/", "x"]) {
      const problem = await problemOf(await home.browser.json("POST", "/webhooks", wanted({ url })));
      expect([url, problem.code, problem.errors?.map(({ path }) => path)]).toEqual([url, "invalid_fields", ["url"]]);
    }
    const { id, version } = await addWebhook(home.browser, URL_OF_OURS, ["live.ended"]);
    const moved = { url: "https://[::ffff:10.0.0.1]/", version };
    expect(await refusedFields(await home.browser.json("PATCH", `/webhooks/${id}`, moved))).toEqual(["url"]);
    expect((await webhookOf(home.browser, id)).url).toBe(URL_OF_OURS);
    await home.browser.api("DELETE", `/webhooks/${id}`);
  });

  test.each([
    ["no events", { events: [] }, ["events"]],
    ["an event that there is not", { events: ["creator.liked"] }, ["events.0"]],
    ["the test, which nobody subscribes to", { events: ["webhook.test"] }, ["events.0"]],
    ["no address", { url: " " }, ["url"]],
    ["a long address", { url: `https://hooks.agency.example/${"x".repeat(500)}` }, ["url"]],
    ["a secret of one's own", { secret: "whsec_AAAA" }, ["secret"]],
  ])("not with %s", async (_what, fields, refused) => {
    expect(await refusedFields(await home.browser.json("POST", "/webhooks", wanted(fields)))).toEqual(refused);
  });

  test("ten times at most", async () => {
    const mine = await agency();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => mine.browser.json("POST", "/webhooks", wanted())),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(await refusal(await mine.browser.json("POST", "/webhooks", wanted()))).toBe("409 too_many_webhooks");
    const { items } = await mine.browser.api<{ items: { id: string }[] }>("GET", "/webhooks");
    await mine.browser.api("DELETE", `/webhooks/${items[0]?.id}`);
    expect((await mine.browser.json("POST", "/webhooks", wanted())).status).toBe(201);
  });

  test("by a person, never by a key: it would outlive the key that was stolen", async () => {
    const { id, version } = await addWebhook(home.browser, URL_OF_OURS, ["live.ended"]);
    const { secret } = await home.browser.api<{ secret: string }>("POST", "/api-keys", { name: "P", role: "admin" });
    const ask = (method: string, path: string, body?: unknown) =>
      exports.default.fetch(
        new Request(`${ORIGIN}/api/v1${path}`, {
          method,
          headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    expect(await refusal(await ask("POST", "/webhooks", wanted()))).toBe("403 not_for_keys");
    expect(await refusal(await ask("PATCH", `/webhooks/${id}`, { state: "off", version }))).toBe("403 not_for_keys");
    expect(await refusal(await ask("POST", `/webhooks/${id}/rotate`))).toBe("403 not_for_keys");
    expect((await ask("GET", `/webhooks/${id}/deliveries`)).status).toBe(200);
    expect((await ask("POST", `/webhooks/${id}/test`)).status).toBe(202);
    expect((await ask("DELETE", `/webhooks/${id}`)).status).toBe(204);
  });
});

describe("a webhook is changed", () => {
  test("over the version that was seen", async () => {
    const { id } = await addWebhook(home.browser, URL_OF_OURS, ["live.ended"]);
    const path = `/webhooks/${id}`;
    expect(await refusal(await home.browser.json("PATCH", path, { state: "off" }))).toBe("428 version_needed");
    const off = webhookSchema.parse(await home.browser.api("PATCH", path, { state: "off" }, { "If-Match": '"1"' }));
    expect(off).toMatchObject({ state: "off", offReason: "by_hand", version: 2 });
    const stale = await problemOf(await home.browser.json("PATCH", path, { state: "on", version: 1 }));
    expect(stale).toMatchObject({ code: "version_conflict", current: { id, version: 2 } });
    const on = webhookSchema.parse(await home.browser.api("PATCH", path, { state: "on", version: 2 }));
    expect(on).toMatchObject({ state: "on", offReason: null, version: 3 });
    await home.browser.api("DELETE", path);
    expect(await refusal(await home.browser.json("GET", path))).toBe("404 not_found");
  });

  test("and while it is off nothing is sent, by hand neither", async () => {
    const server = receiver();
    const { id } = await addWebhook(home.browser, server.url, ["creator.created"]);
    await home.browser.api("POST", `/webhooks/${id}/test`);
    const [delivery] = await until(async () => {
      const all = await deliveriesOf(home.browser, id);
      return all[0]?.state === "delivered" && all;
    });
    await home.browser.api("PATCH", `/webhooks/${id}`, { state: "off", version: 1 });
    await addCreator(home.browser);
    const replay = `/webhooks/${id}/deliveries/${delivery?.id}/replay`;
    expect(await refusal(await home.browser.json("POST", replay))).toBe("409 webhook_off");
    expect(await refusal(await home.browser.json("POST", `/webhooks/${id}/test`))).toBe("409 webhook_off");
    expect(await deliveriesOf(home.browser, id)).toHaveLength(1);
    const never = `/webhooks/${id}/deliveries/${newId("webhookEvent")}/replay`;
    expect(await refusal(await home.browser.json("POST", never))).toBe("404 not_found");
    await home.browser.api("DELETE", `/webhooks/${id}`);
  });
});

test("a test message is sent once, whatever is answered, and speaks for no failure that lasts", async () => {
  const server = receiver();
  server.answers(() => new Response("", { status: 500 }));
  const { id } = await addWebhook(home.browser, server.url, ["creator.created"]);
  const sent = await home.browser.api<{ id: string }>("POST", `/webhooks/${id}/test`);
  const { lastDelivery, failingSince } = await until(async () => {
    const now = await webhookOf(home.browser, id);
    return now.lastDelivery?.state === "failed" && now;
  });
  expect(lastDelivery).toMatchObject({ id: sent.id, type: "webhook.test", attempts: 1, status: 500 });
  expect(failingSince).toBeNull();
  expect(server.heard.map(({ event }) => event)).toEqual([
    { type: "webhook.test", timestamp: expect.any(String), data: { webhookId: id } },
  ]);
  await home.browser.api("DELETE", `/webhooks/${id}`);
});

test("deliveries are read a page at a time, newest first", async () => {
  const server = receiver();
  const { id } = await addWebhook(home.browser, server.url, ["live.ended"]);
  const sent: string[] = [];
  for (let at = 0; at < 5; at++) sent.push((await home.browser.api<{ id: string }>("POST", `/webhooks/${id}/test`)).id);
  const read: string[] = [];
  for (let cursor: string | null = "", pages = 0; cursor !== null && pages < 5; pages++) {
    const path = `/webhooks/${id}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`;
    const page: { items: { id: string }[]; nextCursor: string | null } = await home.browser.api("GET", path);
    read.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  }
  expect(read).toEqual(sent.toSorted().toReversed());
  const path = `/webhooks/${id}/deliveries`;
  expect(await refusal(await home.browser.json("GET", `${path}?cursor=nonsense`))).toBe("400 bad_cursor");
  expect(await refusedFields(await home.browser.json("GET", `${path}?limit=201`))).toEqual(["limit"]);
  await home.browser.api("DELETE", `/webhooks/${id}`);
});

test("openapi.json tells TikTok's webhook, which comes in, from the agency's, which go out", async () => {
  const { paths } = await openApiDocument();
  expect(
    Object.keys(paths)
      .filter((path) => path.includes("webhooks"))
      .sort(),
  ).toEqual([
    "/api/v1/webhooks",
    "/api/v1/webhooks/{id}",
    "/api/v1/webhooks/{id}/deliveries",
    "/api/v1/webhooks/{id}/deliveries/{deliveryId}/replay",
    "/api/v1/webhooks/{id}/rotate",
    "/api/v1/webhooks/{id}/test",
  ]);
  const theirs = await home.browser.fetch("/webhooks/tiktok", { method: "POST", body: "{}" });
  expect((await problemOf(theirs)).code).toMatch(/^webhook_/);
});

describe("what happens is told", () => {
  /** An agency whose server hears of everything. */
  async function attentive() {
    const mine = await agency();
    const server = receiver();
    await addWebhook(mine.browser, server.url, SUBSCRIBED_TYPES);
    /** What it was told of a kind, once there are so many. */
    const told = (kind: string, count = 1): Promise<Received["event"][]> =>
      until(async () => {
        const all = server.heard.map(({ event }) => event).filter(({ type }) => type.startsWith(kind));
        return all.length >= count && all;
      });
    return { mine, server, told };
  }

  test("of a creator: ids and the agency's own fields, and which others changed", async () => {
    const { mine, server, told } = await attentive();
    const fields = { displayName: "Nadia Nine", email: "nadia@mail.example", tags: ["vip"], tier: "A" };
    const { id } = await addCreator(mine.browser, fields);
    const [created] = await told("creator.created");
    expect(created?.data).toEqual({
      id,
      stage: "lead",
      tier: "A",
      ownerId: null,
      team: null,
      tags: ["vip"],
      version: 1,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      deletedAt: null,
    });
    await mine.browser.api("PATCH", `/creators/${id}`, {
      niche: "craft",
      phone: "+1 555 0100",
      tags: ["vip"],
      version: 1,
    });
    const [updated] = await told("creator.updated");
    expect(updated?.data).toMatchObject({ id, version: 2, changed: ["phone", "niche"] });
    await mine.browser.api("PATCH", `/creators/${id}`, { niche: "craft", version: 2 });
    await mine.browser.api("DELETE", `/creators/${id}`);
    expect((await told("creator.deleted"))[0]?.data).toEqual({ id });
    await mine.browser.api("POST", `/creators/${id}/restore`);
    expect((await told("creator.restored"))[0]?.data).toMatchObject({ id, deletedAt: null });
    // Neither the second change, which changed nothing, nor a restoring of what is there.
    await mine.browser.api("POST", `/creators/${id}/restore`);
    await addCreator(mine.browser);
    await told("creator.created", 2);
    expect(server.heard.map(({ event }) => event.type).sort()).toEqual([
      "creator.created",
      "creator.created",
      "creator.deleted",
      "creator.restored",
      "creator.updated",
    ]);
    for (const { body } of server.heard) expect(body).not.toMatch(/Nadia|@mail|555/);
  });

  test("of nothing that was refused", async () => {
    const { mine, server, told } = await attentive();
    await mine.browser.json("POST", "/creators", { displayName: "" });
    const { id } = await addCreator(mine.browser);
    await mine.browser.json("PATCH", `/creators/${id}`, { niche: "x", version: 9 });
    await told("creator.created");
    await addCreator(mine.browser);
    await told("creator.created", 2);
    expect(server.heard).toHaveLength(2);
  });

  test("of a member: who joined as what, who became what, who left and who took over", async () => {
    const { mine, server, told } = await attentive();
    const person = await join(mine, "agent", "North");
    expect((await told("member.joined"))[0]?.data).toEqual({ id: person.id, role: "agent", team: "North" });
    await changeMember(mine.browser, person.id, { team: "South" });
    await changeMember(mine.browser, person.id, { role: "manager" });
    expect((await told("member.role_changed"))[0]?.data).toEqual({
      id: person.id,
      role: "manager",
      team: "South",
      previousRole: "agent",
    });
    await addCreator(mine.browser, { ownerId: person.id });
    await mine.browser.api("DELETE", `/members/${person.id}`, { reassignTo: mine.user.id });
    expect((await told("member.left"))[0]?.data).toEqual({ id: person.id, reassignedTo: mine.user.id });
    for (const { body } of server.heard) expect(body).not.toContain("@agency.example");
    expect(server.heard.filter(({ event }) => event.type === "member.role_changed")).toHaveLength(1);
  });

  test("of an ownership that was handed over: both roles", async () => {
    const { mine, told } = await attentive();
    const heir = await join(mine, "admin");
    await mine.browser.api("POST", `/members/${heir.id}/transfer-ownership`);
    const both = (await told("member.role_changed", 2)).map(({ data }) => [data.id, data.role, data.previousRole]);
    expect(both.sort()).toEqual(
      [
        [heir.id, "owner", "admin"],
        [mine.user.id, "admin", "owner"],
      ].sort(),
    );
  });

  test("of a connection: ids alone", async () => {
    const { mine, server, told } = await attentive();
    const { id } = await addCreator(mine.browser);
    await connect(mine.browser, id, { account: "mira.folds" });
    const connection = await connectionRow(mine, id);
    const ids = { id: connection.id, creatorId: id };
    expect((await told("connection.connected"))[0]?.data).toEqual(ids);
    await mine.browser.api("DELETE", `/creators/${id}/tiktok`);
    expect((await told("connection.disconnected"))[0]?.data).toEqual(ids);
    for (const { body } of server.heard) {
      expect(body).not.toContain(String(connection.open_id));
      expect(body).not.toContain("mira");
    }
  });

  test("and where it cannot be, the request succeeds all the same, and the loss is logged", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "warn").mockImplementation((line: string) => {
      lines.push(line);
    });
    vi.spyOn(env.WEBHOOK_SENDER, "get").mockImplementation(() => {
      throw new Error("No sender today");
    });
    const { id } = await addCreator(home.browser);
    expect((await home.browser.json("PATCH", `/creators/${id}`, { niche: "craft", version: 1 })).status).toBe(200);
    await until(async () => lines.filter((line) => line.includes("webhook.event_lost")).length === 2);
  });
});
