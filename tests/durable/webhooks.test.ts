import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../domain/ids.ts";
import type { WebhookMade } from "../../domain/records/webhook.ts";
import { webhookBody } from "../../domain/webhook-events.ts";
import { MOST_ATTEMPTS } from "../../durable/webhooks/schedule.ts";
import { signedHeaders } from "../../platform/webhooks/sign.ts";
import { type Agency, addCreator, agency, until } from "../helpers/workerd/agency.ts";
import { crash, sessionsOf, startRoom, toRoom, tracked } from "../helpers/workerd/live.ts";
import { mailsTo } from "../helpers/workerd/mail.ts";
import {
  addWebhook,
  connectReceivers,
  deliveriesOf,
  evict,
  heldBack,
  mailKeys,
  pretend,
  type Receiver,
  receiver,
  ring,
  senderOf,
  senderRows,
  webhookOf,
} from "../helpers/workerd/webhooks.ts";

const DAY = 86_400_000;
const SECOND = 1_000;

// To the end of the file: what a test left waiting is tried again while others run.
beforeAll(connectReceivers);

/** Of an owner's mails those that say that a webhook is off. */
const switchedOffMails = async (email: string) =>
  (await mailsTo(email)).filter(({ subject }) => subject.includes("is switched off"));

interface Listening {
  home: Agency;
  hook: WebhookMade;
  server: Receiver;
}

/** An agency whose server hears of new creators. */
async function listening(): Promise<Listening> {
  const home = await agency();
  const server = receiver();
  return { home, server, hook: await addWebhook(home.browser, server.url, ["creator.created"]) };
}

/** Something happens. Answers when the server has been told `times` times. */
async function happens({ home, server }: Listening, times = 1): Promise<string> {
  const before = server.heard.length;
  const { id } = await addCreator(home.browser);
  await until(async () => server.heard.length >= before + times);
  return id;
}

const onlyDelivery = async ({ home, hook }: Listening) => {
  const [delivery, ...others] = await deliveriesOf(home.browser, hook.id);
  if (!delivery || others.length > 0) throw new Error(`${others.length + (delivery ? 1 : 0)} deliveries, not one`);
  return delivery;
};

const settled = (one: Listening, state: string) =>
  until(async () => {
    const delivery = await onlyDelivery(one);
    return delivery.state === state && delivery;
  });

/** The only delivery once `attempts` of it are over. */
const attempted = (one: Listening, attempts: number) =>
  until(async () => {
    const delivery = await onlyDelivery(one);
    const over = delivery.status !== null || delivery.error !== null;
    return delivery.attempts === attempts && over && delivery;
  });

const refuses = (status: number) => () => new Response("no", { status });

describe("an event", () => {
  test("comes signed, says what happened, and is delivered once", async () => {
    const one = await listening();
    const before = Date.now();
    const id = await happens(one);
    const delivery = await settled(one, "delivered");
    expect(delivery).toMatchObject({
      type: "creator.created",
      attempts: 1,
      status: 200,
      error: null,
      nextAttemptAt: null,
    });
    const [received, ...more] = one.server.heard;
    expect(more).toEqual([]);
    expect(received).toMatchObject({
      id: delivery.id,
      event: { type: "creator.created", data: { id, stage: "lead" } },
    });
    expect(Date.parse(received?.event.timestamp ?? "")).toBeGreaterThanOrEqual(before);
    const { "webhook-signature": signature } = signedHeaders(
      delivery.id,
      (received?.timestamp ?? 0) * SECOND,
      received?.body ?? "",
      [one.hook.secret],
    );
    expect(received?.signatures).toEqual([signature]);
  });

  test("that is heard twice is sent once", async () => {
    const one = await listening();
    const at = Date.now();
    const id = newId("webhookEvent", at);
    const data = { id: "cr_1", stage: "lead", tier: null, ownerId: null, team: null, tags: [], version: 1 } as const;
    const times = { createdAt: "", updatedAt: "", deletedAt: null };
    const body = webhookBody("creator.created", at, { ...data, tags: [], ...times });
    const event = { id, type: "creator.created", body, at } as const;
    await senderOf(one.home).hear(event);
    await senderOf(one.home).hear(event);
    await settled(one, "delivered");
    await senderOf(one.home).hear(event);
    await ring(one.home);
    expect(one.server.heard).toHaveLength(1);
  });

  test("goes to every webhook that asked for it, and to no other", async () => {
    const one = await listening();
    const [also, deaf] = [receiver(), receiver()];
    await addWebhook(one.home.browser, also.url, ["member.left", "creator.created"]);
    await addWebhook(one.home.browser, deaf.url, ["creator.deleted"]);
    await happens(one);
    await until(async () => also.heard.length === 1);
    expect(deaf.heard).toEqual([]);
    const [here, there] = [one.server.heard[0], also.heard[0]];
    expect(there?.id).toBe(here?.id);
    expect(there?.signatures).not.toEqual(here?.signatures);
  });

  test("of an agency without webhooks leaves nothing, not even a table", async () => {
    const home = await agency();
    await addCreator(home.browser);
    await senderOf(home).wake();
    expect(await home.browser.api("GET", "/webhooks")).toEqual({ items: [], nextCursor: null });
    expect(
      await senderRows(
        home,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      ),
    ).toEqual([]);
  });
});

describe("what is not taken", () => {
  test("is tried again by the schedule with the same id and a new signature, and stops at success", async () => {
    const one = await listening();
    one.server.answers(refuses(500));
    await happens(one);
    const first = await attempted(one, 1);
    expect(first).toMatchObject({ state: "pending", status: 500 });
    const wait = Date.parse(first.nextAttemptAt ?? "") - Date.parse(first.lastAttemptAt ?? "");
    expect(wait).toBeGreaterThanOrEqual(4 * SECOND);
    expect(wait).toBeLessThan(6 * SECOND + 5 * SECOND);
    expect((await webhookOf(one.home.browser, one.hook.id)).failingSince).not.toBeNull();

    one.server.answers(() => new Response(null, { status: 204 }));
    await ring(one.home);
    expect(await attempted(one, 2)).toMatchObject({ state: "delivered", status: 204 });
    expect((await webhookOf(one.home.browser, one.hook.id)).failingSince).toBeNull();
    expect(new Set(one.server.heard.map(({ id }) => id)).size).toBe(1);
    expect(new Set(one.server.heard.map(({ body }) => body)).size).toBe(1);
    await ring(one.home);
    expect(one.server.heard).toHaveLength(2);
  });

  test("is given up after the last attempt, and others go on", async () => {
    const one = await listening();
    one.server.answers(refuses(500));
    await happens(one);
    for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
      await attempted(one, attempt);
      await ring(one.home);
    }
    expect(await attempted(one, MOST_ATTEMPTS)).toMatchObject({ state: "failed", status: 500, nextAttemptAt: null });
    await ring(one.home);
    expect(one.server.heard).toHaveLength(MOST_ATTEMPTS);

    one.server.answers(() => new Response("well again"));
    await happens(one);
    await until(async () => (await deliveriesOf(one.home.browser, one.hook.id))[0]?.state === "delivered");
  });

  test("waits as long as a busy server asks", async () => {
    const one = await listening();
    one.server.answers(() => new Response("", { status: 429, headers: { "Retry-After": "3600" } }));
    await happens(one);
    const { nextAttemptAt } = await attempted(one, 1);
    expect(Date.parse(nextAttemptAt ?? "")).toBeGreaterThan(Date.now() + 3_000 * SECOND);
  });

  test.each([
    [
      "leads elsewhere",
      () => new Response(null, { status: 302, headers: { Location: "https://elsewhere.example" } }),
      302,
    ],
    ["knows no such path", refuses(404), 404],
    ["says garbage of a megabyte", () => new Response(new Uint8Array(1_000_000), { status: 503 }), 503],
  ])("by a server that %s has failed once", async (_what, answer, status) => {
    const one = await listening();
    one.server.answers(answer);
    await happens(one);
    expect(await attempted(one, 1)).toMatchObject({ state: "pending", status, error: null });
    expect(one.server.heard).toHaveLength(1);
  });

  test("by a server that is not there has failed once", async () => {
    const one = await listening();
    one.server.answers(() => Promise.reject(new TypeError("reset")));
    await happens(one);
    expect(await attempted(one, 1)).toMatchObject({ state: "pending", status: null, error: "unreachable" });
  });

  test("holds up nothing: a slow server's neighbour hears at once", async () => {
    const one = await listening();
    const slow = receiver();
    const { answer, release } = heldBack();
    slow.answers(answer);
    await addWebhook(one.home.browser, slow.url, ["creator.created"]);
    await happens(one);
    await until(async () => slow.heard.length === 1);
    await happens(one);
    expect(slow.heard).toHaveLength(1);
    release(200);
    await until(async () => slow.heard.length === 2);
  });
});

describe("an eviction", () => {
  test("between attempts loses nothing", async () => {
    const one = await listening();
    one.server.answers(() => new Response("", { status: 503, headers: { "Retry-After": "3600" } }));
    await happens(one);
    await attempted(one, 1);
    await evict(one.home);
    one.server.answers(() => new Response("ok"));
    await ring(one.home);
    expect(await attempted(one, 2)).toMatchObject({ state: "delivered" });
  });

  test("in the middle of an attempt has it made once more", async () => {
    const one = await listening();
    one.server.answers(() => new Promise(() => {}));
    await happens(one);
    await crash(senderOf(one.home));
    one.server.answers(() => new Response("ok"));
    await ring(one.home);
    expect(await settled(one, "delivered")).toMatchObject({ attempts: 2 });
    expect(new Set(one.server.heard.map(({ id }) => id)).size).toBe(1);
  });

  test("with a lost alarm is made good by the daily round", async () => {
    const one = await listening();
    one.server.answers(refuses(500));
    await happens(one);
    await attempted(one, 1);
    await pretend(one.home, "DELETE FROM tasks");
    await runInDurableObject(senderOf(one.home), (_, { storage }) => storage.deleteAlarm());
    await pretend(one.home, "UPDATE deliveries SET next_attempt_at = 0");
    one.server.answers(() => new Response("ok"));
    await senderOf(one.home).wake();
    await settled(one, "delivered");
  });
});

describe("a webhook is switched off", () => {
  test("at once by 410 Gone, and the owners are told without the address's secrets", async () => {
    const one = await listening();
    one.server.answers(refuses(410));
    await happens(one);
    expect(await attempted(one, 1)).toMatchObject({ state: "failed", status: 410 });
    expect(await webhookOf(one.home.browser, one.hook.id)).toMatchObject({ state: "off", offReason: "gone" });
    const [mail] = await until(async () => {
      const mails = await switchedOffMails(one.home.email);
      return mails.length > 0 && mails;
    });
    expect(mail?.subject).toContain(new URL(one.server.url).host);
    expect(mail?.text).toContain("410 Gone");
    expect(mail?.text).not.toContain(one.server.url);

    await addCreator(one.home.browser);
    await ring(one.home);
    expect(one.server.heard).toHaveLength(1);
    expect(await switchedOffMails(one.home.email)).toHaveLength(1);
  });

  test("after five days of failures, not before, and what waits can be replayed", async () => {
    const one = await listening();
    one.server.answers(refuses(500));
    await happens(one);
    await attempted(one, 1);
    await pretend(one.home, "UPDATE webhooks SET failing_since = ?", Date.now() - 5 * DAY + 3_600_000);
    await ring(one.home);
    await attempted(one, 2);
    expect((await webhookOf(one.home.browser, one.hook.id)).state).toBe("on");
    await pretend(one.home, "UPDATE webhooks SET failing_since = ?", Date.now() - 5 * DAY);
    await ring(one.home);
    await until(async () => (await switchedOffMails(one.home.email)).length === 1);
    const off = await webhookOf(one.home.browser, one.hook.id);
    expect(off).toMatchObject({ state: "off", offReason: "failing" });
    const given = await onlyDelivery(one);
    expect(given).toMatchObject({ state: "failed", error: "switched_off", nextAttemptAt: null });

    one.server.answers(() => new Response("ok"));
    const { browser } = one.home;
    const on = { state: "on", version: off.version };
    expect(await browser.api("PATCH", `/webhooks/${one.hook.id}`, on)).toMatchObject({
      state: "on",
      failingSince: null,
    });
    await browser.api("POST", `/webhooks/${one.hook.id}/deliveries/${given.id}/replay`);
    await settled(one, "delivered");
  });

  test("with one mail to each owner, however often the task is run", async () => {
    const one = await listening();
    one.server.answers(refuses(410));
    await happens(one);
    await until(async () => (await switchedOffMails(one.home.email)).length === 1);
    const again = "INSERT INTO tasks (kind, subject, due_at) VALUES ('mail', ?, 0) ON CONFLICT DO NOTHING";
    await pretend(one.home, again, one.hook.id);
    await ring(one.home);
    const keys = mailKeys.filter((key) => key.startsWith(one.hook.id));
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
  });

  test("never by what an address said that it does not have any more", async () => {
    const one = await listening();
    const moved = receiver();
    one.server.answers(async () => {
      const { version } = await webhookOf(one.home.browser, one.hook.id);
      await one.home.browser.api("PATCH", `/webhooks/${one.hook.id}`, { url: moved.url, version });
      return new Response("", { status: 410 });
    });
    await happens(one);
    await attempted(one, 1);
    expect(await webhookOf(one.home.browser, one.hook.id)).toMatchObject({
      state: "on",
      url: moved.url,
      failingSince: null,
    });
  });
});

describe("a replay", () => {
  test("sends the very same message under a new signature", async () => {
    const one = await listening();
    await happens(one);
    const { id } = await settled(one, "delivered");
    await one.home.browser.api("POST", `/webhooks/${one.hook.id}/deliveries/${id}/replay`);
    await until(async () => one.server.heard.length === 2);
    const [first, second] = one.server.heard;
    expect([second?.id, second?.body]).toEqual([first?.id, first?.body]);
    expect(await settled(one, "delivered")).toMatchObject({ attempts: 1, status: 200 });
  });

  test("of what is just under way is made all the same", async () => {
    const one = await listening();
    const { answer, release } = heldBack();
    one.server.answers(answer);
    await happens(one);
    const { id } = await onlyDelivery(one);
    await one.home.browser.api("POST", `/webhooks/${one.hook.id}/deliveries/${id}/replay`);
    one.server.answers(() => new Response("ok"));
    release(500);
    await until(async () => one.server.heard.length === 2);
    await settled(one, "delivered");
  });
});

describe("a rotated secret", () => {
  test("signs beside the new one for a day, then no more, and is dropped", async () => {
    const one = await listening();
    const { browser } = one.home;
    const { secret } = await browser.api<WebhookMade>("POST", `/webhooks/${one.hook.id}/rotate`);
    const signaturesOf = (secrets: string[]) => {
      const { id = "", timestamp = 0, body = "" } = one.server.heard.at(-1) ?? {};
      return signedHeaders(id, timestamp * SECOND, body, secrets)["webhook-signature"]?.split(" ");
    };
    await happens(one);
    expect(one.server.heard.at(-1)?.signatures).toEqual(signaturesOf([secret, one.hook.secret]));

    await pretend(one.home, "UPDATE webhooks SET old_secret_until = ?", Date.now() - 1);
    await happens(one);
    expect(one.server.heard.at(-1)?.signatures).toEqual(signaturesOf([secret]));
    expect((await webhookOf(browser, one.hook.id)).oldSecretUntil).toBeNull();
    await pretend(one.home, "UPDATE tasks SET due_at = 0 WHERE kind = 'tidy'");
    await ring(one.home);
    expect(await senderRows(one.home, "SELECT old_secret FROM webhooks")).toEqual([{ old_secret: null }]);
  });

  test("lies sealed, the new and the old", async () => {
    const one = await listening();
    const { secret } = await one.home.browser.api<WebhookMade>("POST", `/webhooks/${one.hook.id}/rotate`);
    const [row] = await senderRows(one.home, "SELECT * FROM webhooks");
    for (const sealed of [row?.secret, row?.old_secret]) expect(sealed).toMatch(/^v1\.test\./);
    for (const clear of [secret, one.hook.secret]) expect(JSON.stringify(row)).not.toContain(clear.slice(6));
  });
});

test("deliveries are kept for thirty days and then gone", async () => {
  const one = await listening();
  await happens(one);
  await happens(one);
  await until(async () =>
    (await deliveriesOf(one.home.browser, one.hook.id)).every(({ state }) => state === "delivered"),
  );
  const [newer, older] = await deliveriesOf(one.home.browser, one.hook.id);
  await pretend(one.home, "UPDATE deliveries SET created_at = ? WHERE id = ?", Date.now() - 30 * DAY, older?.id ?? "");
  await pretend(one.home, "UPDATE deliveries SET created_at = ? WHERE id = ?", Date.now() - 29 * DAY, newer?.id ?? "");
  await pretend(one.home, "UPDATE tasks SET due_at = 0 WHERE kind = 'tidy'");
  await ring(one.home);
  expect((await deliveriesOf(one.home.browser, one.hook.id)).map(({ id }) => id)).toEqual([newer?.id]);
  // The next look is at the very moment when the next one has been kept long enough.
  const [tidy] = await senderRows(
    one.home,
    "SELECT due_at - created_at AS kept FROM tasks, deliveries WHERE kind = 'tidy'",
  );
  expect(tidy?.kept).toBe(30 * DAY);
});

test("an alarm does not throw for one webhook whose secret does not open: the others hear", async () => {
  const one = await listening();
  const broken = receiver();
  const other = await addWebhook(one.home.browser, broken.url, ["creator.created"]);
  await pretend(one.home, "UPDATE webhooks SET secret = 'v1.test.nothing' WHERE id = ?", other.id);
  await happens(one);
  expect(await runDurableObjectAlarm(senderOf(one.home))).toBe(true);
  await settled(one, "delivered");
  expect(broken.heard).toEqual([]);
});

test("a LIVE is told of twice, that it began and that it ended, and forgotten when its creator disconnects", async () => {
  const home = await agency();
  const server = receiver();
  const hook = await addWebhook(home.browser, server.url, ["live.started", "live.ended"]);
  const told = () => server.heard.map(({ event }) => event);
  const room = await startRoom("crowd.731", { kind: "synthetic", tempo: 8, secondsAgo: 600 });
  const creator = await tracked(home, "crowd.731");
  await until(async () => told().length === 1);
  await toRoom(room, "end");
  await until(async () => told().length === 2);
  await until(async () => (await sessionsOf(creator))[0]?.state === "ended");
  const [session] = await sessionsOf(creator);
  const data = { sessionId: session?.id, creatorId: creator.id };
  // The end is heard once more when its figures have settled: nobody is told again.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(told()).toEqual([
    { type: "live.started", timestamp: expect.any(String), data },
    { type: "live.ended", timestamp: expect.any(String), data },
  ]);
  for (const { body } of server.heard) expect(body).not.toMatch(new RegExp(`${room}|crowd`));

  // When a creator was LIVE came from TikTok: it goes with the connection, the rest stays.
  await home.browser.api("POST", `/webhooks/${hook.id}/test`);
  expect(await deliveriesOf(home.browser, hook.id)).toHaveLength(3);
  await home.browser.api("DELETE", `/creators/${creator.id}/tiktok`);
  expect((await deliveriesOf(home.browser, hook.id)).map(({ type }) => type)).toEqual(["webhook.test"]);
});
