import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, type TestContext, test } from "vitest";
import { type LiveMessage, liveMessageSchema } from "../../domain/live-message.ts";
import { agency, Browser, ORIGIN, PASSWORD, until } from "../helpers/workerd/agency.ts";
import { consenting, hubOf, placeOf, sessionPage, startRoom, switchLive, toRoom } from "../helpers/workerd/live.ts";

/** Each test has a hub of its own: what befalls one is none of another's. */
const BUSY = { kind: "synthetic", tempo: 8, secondsAgo: 600 };

/** A dashboard: every message it gets is checked against the contract. */
interface Dashboard {
  socket: WebSocket;
  messages: LiveMessage[];
  texts: string[];
  closed: Promise<{ code: number; reason: string }>;
  /** The first message of a kind, once it came. */
  heard<T extends LiveMessage["type"]>(type: T): Promise<Extract<LiveMessage, { type: T }>>;
}

const upgrade = (browser: Browser, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(
    new Request(`${ORIGIN}/api/v1/live/socket`, {
      headers: {
        Upgrade: "websocket",
        Origin: ORIGIN,
        Cookie: [...browser.jar()].map(([name, value]) => `${name}=${value}`).join("; "),
        ...headers,
      },
    }),
  );

async function dashboard({ onTestFinished }: TestContext, browser: Browser): Promise<Dashboard> {
  const { webSocket: socket, status } = await upgrade(browser);
  if (!socket) throw new Error(`No socket: ${status}`);
  const messages: LiveMessage[] = [];
  const texts: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    texts.push(String(data));
    if (data !== "pong") messages.push(liveMessageSchema.parse(JSON.parse(String(data))));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
  );
  socket.accept();
  onTestFinished(() => socket.close());
  const heard = <T extends LiveMessage["type"]>(type: T) =>
    until(async () => messages.find((message): message is Extract<LiveMessage, { type: T }> => message.type === type));
  return { socket, messages, texts, closed, heard };
}

describe.concurrent("the dashboard's socket", () => {
  test("a snapshot comes first, then every change of a LIVE until it is over", async (context) => {
    const staff = await agency("us");
    const first = await dashboard(context, staff.browser);
    expect(await first.heard("snapshot")).toMatchObject({ items: [], totals: { perMinute: { length: 60 } } });

    const creator = await consenting(staff, "crowd.112");
    const room = await startRoom("crowd.112", BUSY);
    await switchLive(creator, true);
    const live = await first.heard("live");
    expect(live).toMatchObject({ creatorId: creator.id, state: "live", displayName: "Mira Daneshkar" });
    expect(first.messages.findIndex(({ type }) => type === "tracking")).toBeGreaterThan(0);
    const states = first.messages.flatMap((message) => (message.type === "tracking" ? [message.state] : []));
    expect(states.at(-1)).toBe("live");

    const second = await dashboard(context, staff.browser);
    const snapshot = await second.heard("snapshot");
    expect(snapshot.items.map(({ creatorId }) => creatorId)).toEqual([creator.id]);
    expect(snapshot.tracking).toMatchObject([{ creatorId: creator.id, state: "live" }]);

    // Diamonds only rise, and the whole tenant's figures move with them.
    await until(async () => {
      const shown = second.messages.flatMap((message) => (message.type === "live" ? [message.diamonds] : []));
      expect(shown).toEqual(shown.toSorted((a, b) => a - b));
      return new Set(shown).size > 2;
    });
    expect((await second.heard("totals")).diamondsToday).toBeGreaterThan(0);

    await toRoom(room, "end");
    const ended = await second.heard("ended");
    expect(ended).toMatchObject({ creatorId: creator.id, sessionId: live.sessionId });
    // Told once more when the figures have settled.
    await switchLive(creator, false);
    const { diamonds } = await sessionPage(staff.browser, live.sessionId);
    const last = second.messages.flatMap((message) => (message.type === "ended" ? [message.diamonds] : [])).at(-1);
    expect(last).toBe(diamonds);
  });

  test("a creator who disconnects is removed from every screen", async (context) => {
    const staff = await agency("us");
    const { heard } = await dashboard(context, staff.browser);
    const creator = await consenting(staff, "crowd.111");
    await creator.staff.api("DELETE", `/creators/${creator.id}/tiktok`);
    expect((await heard("removed")).creatorId).toBe(creator.id);
  });

  test("a sync that ended is told", async (context) => {
    const staff = await agency("us");
    const { heard } = await dashboard(context, staff.browser);
    const creator = await consenting(staff, "crowd.110");
    expect((await heard("synced")).creatorId).toBe(creator.id);
  });

  test("ping is answered with pong", async (context) => {
    const staff = await agency("us");
    const { socket, texts } = await dashboard(context, staff.browser);
    socket.send("ping");
    await until(async () => texts.includes("pong"));
  });

  test("it hears on after the hub slept, and after it was evicted", async (context) => {
    const staff = await agency("us");
    const { messages } = await dashboard(context, staff.browser);
    await evictDurableObject(hubOf(placeOf(staff)), { webSockets: "hibernate" });
    const creator = await consenting(staff, "crowd.113");
    await until(async () => messages.some((message) => message.type === "synced" && message.creatorId === creator.id));
    expect(messages.filter(({ type }) => type === "snapshot")).toHaveLength(1);
  });

  test("a page of another site gets no socket, nor does who is not signed in", async () => {
    const staff = await agency("us");
    expect((await upgrade(staff.browser, { Origin: "https://elsewhere.example" })).status).toBe(403);
    expect((await upgrade(staff.browser, { Cookie: "" })).status).toBe(401);
    expect((await staff.browser.json("GET", "/live/socket")).status).toBe(400);
  });

  test("signing out closes that browser's sockets with 4401, and no other's", async (context) => {
    const staff = await agency("us");
    const other = new Browser();
    await other.api("POST", "/auth/login", { email: staff.email, password: PASSWORD });
    const leaving = await dashboard(context, other);
    const staying = await dashboard(context, staff.browser);
    await leaving.heard("snapshot");
    await other.json("POST", "/auth/logout");
    expect(await leaving.closed).toEqual({ code: 4401, reason: "Signed out" });
    staying.socket.send("ping");
    await until(async () => staying.texts.includes("pong"));
  });

  test("a socket that has lived its time closes with 4408, so that its rights are read again", async (context) => {
    const staff = await agency("us");
    const old = await dashboard(context, staff.browser);
    await old.heard("snapshot");
    const hub = hubOf(placeOf(staff));
    await runInDurableObject(hub, (_, state) => {
      state.storage.sql.exec("UPDATE tasks SET due_at = 0 WHERE kind = 'sockets'");
      for (const socket of state.getWebSockets()) {
        const owner: unknown = socket.deserializeAttachment();
        if (typeof owner === "object") socket.serializeAttachment({ ...owner, expiresAt: 0 });
      }
    });
    const young = await dashboard(context, staff.browser);
    await runDurableObjectAlarm(hub);
    expect(await old.closed).toEqual({ code: 4408, reason: "Connect again" });
    young.socket.send("ping");
    await until(async () => young.texts.includes("pong"));
  });
});
