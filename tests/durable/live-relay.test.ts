import { env, runDurableObjectAlarm } from "cloudflare:test";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { isId, newId, type UserId } from "../../domain/ids.ts";
import type { Tiktok } from "../../domain/records/tiktok.ts";
import { tenantHub } from "../../durable/kit/stubs.ts";
import { LIVE_USER_AGENT } from "../../durable/webcast/connect-url.ts";
import { type Agency, addCreator, agency, ORIGIN, until } from "../helpers/workerd/agency.ts";
import { problemOf, refusal } from "../helpers/workerd/answers.ts";
import {
  consenting,
  crash,
  databaseOf,
  fault,
  hubOf,
  itemOf,
  placeOf,
  roomState,
  sessionPage,
  sessionsOf,
  sessionThat,
  startRoom,
  switchLive,
  type Tracked,
  toRoom,
  trackerOf,
  trackingOf,
} from "../helpers/workerd/live.ts";
import { addedUp, expectedOf, figuresOf, RECORDED, type RecordedRoom } from "../helpers/workerd/recordings.ts";
import {
  connectReader,
  endOf,
  framesAfter,
  framesOf,
  knock,
  listenBy,
  murmur,
  type OpenReader,
  recordedMessages,
  relayed,
  relayKey,
} from "../helpers/workerd/relay.ts";
import { run } from "../helpers/workerd/rows.ts";
import { gift, message } from "../unit/webcast/encode.ts";
import { messagesFrame } from "../unit/webcast-connect/wire-frames.ts";

/** What TikTok does not tell this server about, all through: where relays are for. */
const ACCOUNT = "blank.slate";
/** Of this one TikTok says all the time that it is not LIVE. */
const OFFLINE = "nameless.wren";

beforeAll(() => fault({ endpoint: "api_live", kind: "refuse", account: ACCOUNT, times: 100_000 }));

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

/** A room that nobody else of this run has. */
let rooms = 0;
const newRoom = (): string => String(7_500_000_000_000_000_000n + BigInt(Date.now()) * 1_000n + BigInt(rooms++));

/** A rose, given in `room` by somebody new. */
const rose = (room: string, number: number) =>
  gift({ at: Date.now(), room, user: String(6_900_000_000_000_000_000n + BigInt(number)), group: Date.now() });

/** Roses, a frame each; the cursor is the frame's number. */
const roses = (room: string, from: number, to: number): ArrayBuffer[] =>
  Array.from({ length: to - from + 1 }, (_, at) =>
    messagesFrame({ messages: [rose(room, from + at)], cursor: String(from + at), needAck: true }, String(from + at)),
  );

/** A reader of a LIVE that goes on. */
async function reading(
  { onTestFinished }: TestContext,
  account = ACCOUNT,
): Promise<{ creator: Tracked & { key: string; keyId: string }; room: string; reader: OpenReader; home: Agency }> {
  const home = await agency();
  const creator = await relayed(home, account);
  const room = newRoom();
  const reader = await connectReader(creator.id, room, creator.key);
  const quiet = murmur(reader);
  onTestFinished(async () => {
    quiet();
    await switchLive(creator, false).catch(() => undefined);
  });
  await until(async () => (await itemOf(creator))?.state === "live");
  return { creator, room, reader, home };
}

/** The agency's person and the creator are of one team. */
async function belongTo(home: Agency, { id }: Tracked, team: string): Promise<void> {
  await run(home, "UPDATE users SET team = ? WHERE tenant_id = ?", team, home.tenant.id);
  await run(home, "UPDATE creators SET team = ? WHERE id = ?", team, id);
}

const diamondsOf = async (creator: Tracked): Promise<number> => (await sessionsOf(creator))[0]?.diamondsTracked ?? 0;

describe.concurrent("a reader that forwards a recorded LIVE", () => {
  const play = async ({ onTestFinished }: TestContext, row: RecordedRoom = RECORDED[0]) => {
    const { room } = row;
    const messages = recordedMessages(row);
    const creator = await relayed(await agency(), ACCOUNT);
    const connect = async (): Promise<OpenReader> => {
      const reader = await connectReader(creator.id, room, creator.key);
      onTestFinished(murmur(reader));
      return reader;
    };
    return { creator, reader: await connect(), connect, frames: framesOf(messages), messages, room };
  };
  const ended = (creator: Tracked) => sessionThat(creator, ({ state }) => state === "ended", 25);

  test.for(RECORDED)("$file, room $room: gives exactly the figures of the direct line", async (row, context) => {
    const { creator, reader, frames } = await play(context, row);
    expect(reader.goOn).toEqual({ type: "go_on", roomId: row.room, cursor: "", userAgent: LIVE_USER_AGENT });
    await reader.forward(frames);
    // What changed nothing waits for no tick, so the order may be another one.
    const numbers = reader.acks.map(Number).toSorted((one, other) => one - other);
    expect(numbers).toEqual(frames.map((_, at) => at + 1));

    const session = await ended(creator);
    expect(figuresOf(session)).toEqual(expectedOf(row));
    expect(session.roomId).toBe(row.room);
    const stored = await sessionPage(creator.staff, session.id);
    expect(figuresOf(stored)).toEqual(expectedOf(row));
    expect(addedUp(stored)).toBe(stored.diamondsTracked);

    // It is over for good: TikTok itself said so.
    expect(await refusal(await knock(creator.id, row.room, bearer(creator.key)))).toBe("409 room_over");
  });

  test("with every frame twice counts it once, and is told when it is over", async (context) => {
    const { creator, reader, frames } = await play(context);
    await reader.forward(frames.flatMap((frame) => [frame, frame]));
    expect(figuresOf(await ended(creator))).toEqual(expectedOf(RECORDED[0]));
    // Once the figures have settled; a machine that stands still for two seconds meanwhile takes it for silence.
    expect(["The LIVE is over", "No frame came for too long: connect again"]).toContain((await reader.closed).reason);
  });

  test("goes on after a cut where it was told to, and nothing is lost or counted twice", async (context) => {
    const { creator, reader, connect, frames, messages } = await play(context);
    await reader.forward(frames.slice(0, 12));
    // These are sent, and the line breaks before anybody knows what became of them.
    for (const frame of frames.slice(12, 15)) reader.socket.send(frame);
    reader.socket.close(4000, "Cut");

    const again = await connect();
    expect(Number(again.goOn.cursor)).toBeGreaterThanOrEqual(12);
    await again.forward(framesAfter(messages, again.goOn.cursor));
    expect(figuresOf(await ended(creator))).toEqual(expectedOf(RECORDED[0]));
    expect(await sessionsOf(creator)).toHaveLength(1);
  });

  test("goes on after the tracker and the hub were cut off, from a frame that was acknowledged", async (context) => {
    const { creator, reader, connect, frames, messages } = await play(context);
    await reader.forward(frames.slice(0, 9));
    for (const object of [trackerOf(creator), hubOf(creator.place)]) await crash(object);

    const again = await connect();
    // Frames that changed nothing are not on disk: they may come again.
    expect(Number(again.goOn.cursor)).toBeGreaterThan(0);
    expect(Number(again.goOn.cursor)).toBeLessThanOrEqual(9);
    await again.forward(framesAfter(messages, again.goOn.cursor));
    expect(figuresOf(await ended(creator))).toEqual(expectedOf(RECORDED[0]));
  });
});

describe.concurrent("who may relay", () => {
  test("is nobody of another agency, and nobody without a key or a session", async () => {
    const creator = await relayed(await agency(), ACCOUNT);
    const { secret } = await relayKey(await agency(), "owner");
    const room = newRoom();
    expect(await refusal(await knock(creator.id, room, bearer(secret)))).toBe("404 not_found");
    expect(await refusal(await knock(creator.id, room, bearer(`${creator.key}x`)))).toBe("401 not_signed_in");
    expect(await refusal(await knock(creator.id, room, {}))).toBe("401 not_signed_in");
    expect(await trackerOf(creator).runningSession()).toBeNull();
  });

  test("is who has the right: owner, admin and the team's manager, by a key or by their own session from our own page", async () => {
    const home = await agency();
    const creator = await relayed(home, ACCOUNT);
    const room = newRoom();
    const asked = async (role: string) => {
      const { secret } = await relayKey(home, role);
      const answer = await knock(creator.id, room, bearer(secret));
      if (answer.webSocket) {
        answer.webSocket.accept();
        answer.webSocket.close();
        return 101;
      }
      return refusal(answer);
    };
    for (const role of ["finance", "viewer"]) expect([role, await asked(role)]).toEqual([role, "403 not_allowed"]);
    for (const role of ["owner", "admin"]) expect([role, await asked(role)]).toEqual([role, 101]);
    // Who does not even see the creator hears nothing of it.
    for (const role of ["manager", "agent"]) expect([role, await asked(role)]).toEqual([role, "404 not_found"]);
    await belongTo(home, creator, "North");
    expect(await asked("manager")).toBe(101);
    await run(home, "UPDATE creators SET owner_id = ? WHERE id = ?", home.user.id, creator.id);
    expect(await asked("agent")).toBe("403 not_allowed");
    const Cookie = [...home.browser.jar()].map(([name, value]) => `${name}=${value}`).join("; ");
    expect(await refusal(await knock(creator.id, room, { Cookie }))).toBe("403 cross_origin");
    expect(await refusal(await knock(creator.id, room, { Cookie, Origin: "https://evil.example" }))).toBe(
      "403 cross_origin",
    );
    const own = await knock(creator.id, room, { Cookie, Origin: ORIGIN });
    expect(own.status).toBe(101);
    own.webSocket?.accept();
    own.webSocket?.close();
    await switchLive(creator, false);
  });

  test("is told in a problem why not, in the order of the contract", async () => {
    const home = await agency();
    const { id } = await addCreator(home.browser);
    const { secret } = await relayKey(home);
    const room = newRoom();
    const why = async (creatorId: string, asked = room) =>
      (({ status, code }) => `${status} ${code}`)(await problemOf(await knock(creatorId, asked, bearer(secret))));
    expect(await why(newId("creator"))).toBe("404 not_found");
    const plain = await home.browser.fetch(`/api/v1/creators/${id}/live-relay?room=${room}`);
    expect(await refusal(plain)).toBe("400 websocket_only");
    expect(await why(id)).toBe("409 not_connected");

    const creator = await consenting(home, ACCOUNT);
    expect(await why(creator.id)).toBe("409 tracking_off");
    await listenBy(creator, "direct");
    expect(await why(creator.id)).toBe("409 relay_off");
    // A conflict is said before a field that is wrong.
    expect(await why(creator.id, "nonsense")).toBe("409 relay_off");
    expect(await listenBy(creator, "relay")).toMatchObject({ enabled: true, source: "relay" });
    for (const none of ["nonsense", "", "0", "-5", "1e9", "0x10", "1".repeat(20), `${room} `])
      expect([none, await why(creator.id, none)]).toEqual([none, "422 invalid_fields"]);
    await creator.creator.form(`${creator.page}/live`, [["value", "off"]]);
    expect(await why(creator.id)).toBe("409 awaiting_consent");
    const { detail } = await problemOf(await knock(creator.id, room, bearer(secret)));
    expect(detail).toBe("The creator has not agreed to LIVE tracking. They can, on their own page.");
  });
});

describe.concurrent("a LIVE that a reader reads", () => {
  test("is on the wall, and counts gift by gift", async (context) => {
    const { creator, room, reader } = await reading(context);
    await reader.forward(roses(room, 1, 5));
    await until(async () => (await itemOf(creator))?.diamondsTracked === 5);
    expect(await trackingOf(creator)).toMatchObject({ state: "live", reason: null });
    reader.socket.send("ping");
    await until(async () => reader.texts.includes("pong"));
  });

  test("has one reader: a newer one takes the older one's place, and goes on where it was", async (context) => {
    const { creator, room, reader, home } = await reading(context);
    await reader.forward(roses(room, 1, 3));
    const { secret } = await relayKey(home, "owner");
    const newer = await connectReader(creator.id, room, secret);
    context.onTestFinished(murmur(newer));
    expect(await reader.closed).toEqual({ code: 4409, reason: "Another reader took over" });
    expect(newer.goOn.cursor).toBe("3");
    await newer.forward(roses(room, 4, 6));
    expect(await diamondsOf(creator)).toBe(6);
    expect(await sessionsOf(creator)).toHaveLength(1);
  });

  test("is another session when the room is another one, whoever read the one before", async (context) => {
    const { creator, room, reader } = await reading(context);
    await reader.forward(roses(room, 1, 2));
    const next = newRoom();
    const newer = await connectReader(creator.id, next, creator.key);
    context.onTestFinished(murmur(newer));
    expect(await reader.closed).toEqual({ code: 4409, reason: "Another reader took over" });
    expect(newer.goOn).toMatchObject({ roomId: next, cursor: "" });
    await newer.forward(roses(next, 11, 13));
    const sessions = await until(async () => {
      const all = await sessionsOf(creator);
      return all.length === 2 && all;
    });
    expect(sessions.map(({ roomId, state, diamondsTracked }) => [roomId, state, diamondsTracked])).toEqual([
      [next, "live", 3],
      [room, "ended", 2],
    ]);
  });

  test("is lost when the reader hangs up, and says since when", async (context) => {
    const { creator, room, reader } = await reading(context);
    await reader.forward(roses(room, 1, 2));
    const before = Date.now();
    reader.socket.close(4001, "Going home");
    const lost = await until(async () => {
      const now = await trackingOf(creator);
      return now?.state === "lost" && now;
    });
    expect(lost.reason).toBe("Your reader hung up (4001). Waiting for your reader to connect again.");
    expect(Date.parse(lost.since ?? "")).toBeGreaterThanOrEqual(before);
    expect(await itemOf(creator)).toMatchObject({ state: "lost", diamondsTracked: 2 });
  });

  test("goes on while its reader hears it though TikTok says that it is over, and ends when neither does", async (context) => {
    const { creator, room, reader } = await reading(context, OFFLINE);
    await reader.forward(roses(room, 1, 2));
    const { sessionId } = await until(() => itemOf(creator));
    // TikTok is asked every second here.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await itemOf(creator)).toMatchObject({ state: "live", sessionId });
    expect((await trackingOf(creator))?.state).toBe("live");
    reader.socket.close(4001, "Going home");
    const session = await sessionThat(creator, ({ state }) => state === "ended");
    expect(session).toMatchObject({ id: sessionId, diamondsTracked: 2 });
  });

  test("is over when neither its reader comes back nor TikTok tells; taken up again it is the same session", async (context) => {
    const { creator, room, reader } = await reading(context);
    await reader.forward(roses(room, 1, 2));
    const { sessionId } = await until(() => itemOf(creator));
    reader.socket.close(4001, "Going home");
    await until(async () => (await trackingOf(creator))?.state === "lost");
    await until(async () => {
      await runDurableObjectAlarm(trackerOf(creator));
      return (await sessionsOf(creator))[0]?.state === "ended";
    }, 40);
    const again = await connectReader(creator.id, room, creator.key);
    context.onTestFinished(murmur(again));
    await again.forward(roses(room, 3, 4));
    const item = await until(() => itemOf(creator));
    expect(item).toMatchObject({ sessionId, diamonds: 4 });
  }, 60_000);

  test("is lost when no frame comes for too long, whatever else the reader says", async (context) => {
    const creator = await relayed(await agency(), ACCOUNT);
    context.onTestFinished(() => switchLive(creator, false).then(() => undefined));
    const reader = await connectReader(creator.id, newRoom(), creator.key);
    const pings = setInterval(() => reader.socket.send("ping"), 300);
    context.onTestFinished(() => clearInterval(pings));
    expect(await reader.closed).toEqual({ code: 4408, reason: "No frame came for too long: connect again" });
    const lost = await until(async () => {
      const now = await trackingOf(creator);
      return now?.state === "lost" && now;
    });
    expect(lost.reason).toBe("The LIVE connection fell silent. Waiting for your reader to connect again.");
  });

  test("loses nothing that was counted to a frame that is too long", async (context) => {
    const { creator, room, reader } = await reading(context);
    await reader.forward(roses(room, 1, 4));
    reader.socket.send(new ArrayBuffer(1024 * 1024 + 1));
    expect((await reader.closed).code).toBe(1009);
    const again = await connectReader(creator.id, room, creator.key);
    context.onTestFinished(murmur(again));
    expect(again.goOn.cursor).toBe("4");
    await again.forward(roses(room, 5, 6));
    expect(await diamondsOf(creator)).toBe(6);
  });
});

describe.concurrent("a reader is sent away with 4403, and nothing that it says after is counted,", () => {
  /** Does it while the reader sends without a pause. */
  async function sentAway(
    { creator, room, reader }: Awaited<ReturnType<typeof reading>>,
    act: () => Promise<unknown>,
  ): Promise<void> {
    await reader.forward(roses(room, 1, 3));
    await act();
    expect(await reader.closed).toEqual({ code: 4403, reason: "Not allowed any more" });
    const counted = await diamondsOf(creator);
    for (const frame of roses(room, 50, 60))
      try {
        reader.socket.send(frame);
      } catch {
        // The line is down: that is the point.
      }
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await diamondsOf(creator)).toBe(counted);
    expect(reader.acks).not.toContain("60");
  }

  const userOf = ({ user }: Agency): UserId => {
    if (!isId("user", user.id)) throw new Error(`${user.id} is no user's id`);
    return user.id;
  };

  test("when staff switch tracking off", async (context) => {
    const all = await reading(context);
    await sentAway(all, () => switchLive(all.creator, false));
    expect((await sessionsOf(all.creator))[0]).toMatchObject({ state: "ended", diamondsTracked: 3 });
  });

  test("when the creator takes the consent back", async (context) => {
    const all = await reading(context);
    await sentAway(all, () => all.creator.creator.form(`${all.creator.page}/live`, [["value", "off"]]));
    expect((await trackingOf(all.creator))?.state).toBe("awaiting_consent");
  });

  test("when the creator disconnects, and nothing stays", async (context) => {
    const all = await reading(context);
    await sentAway(all, () => all.creator.staff.api("DELETE", `/creators/${all.creator.id}/tiktok`));
    expect(await sessionsOf(all.creator)).toEqual([]);
  });

  test("when the key is revoked, though the hub was born anew meanwhile; another key goes on", async (context) => {
    const all = await reading(context);
    const { creator, room, home } = all;
    await crash(hubOf(creator.place));
    await sentAway(all, () => creator.staff.api("DELETE", `/api-keys/${creator.keyId}`));
    expect(await trackingOf(creator)).toMatchObject({
      state: "lost",
      reason: "Your reader's key or session is not good any more. Waiting for one that is.",
    });
    const { secret } = await relayKey(home);
    const again = await connectReader(creator.id, room, secret);
    context.onTestFinished(murmur(again));
    expect(again.goOn.cursor).toBe("3");
  });

  test("when the person whose key it is may not any more", async (context) => {
    const all = await reading(context);
    await sentAway(all, async () => {
      await databaseOf(all.creator.place)
        .sql("UPDATE users SET role = 'viewer' WHERE tenant_id = ?1 AND id = ?2", all.home.user.id)
        .run();
      await tenantHub(env, placeOf(all.home)).rightsChanged(userOf(all.home));
    });
  });

  test("when the creator is another team's, and the key is a manager's", async (context) => {
    const home = await agency();
    const creator = await relayed(home, ACCOUNT);
    await belongTo(home, creator, "North");
    const { secret } = await relayKey(home, "manager");
    const room = newRoom();
    const reader = await connectReader(creator.id, room, secret);
    context.onTestFinished(murmur(reader));
    context.onTestFinished(() => switchLive(creator, false).then(() => undefined));
    await sentAway({ creator, room, reader, home }, async () => {
      const { version } = await home.browser.api<{ version: number }>("GET", `/creators/${creator.id}`);
      await home.browser.api("PATCH", `/creators/${creator.id}`, { team: "South", version });
    });
  });

  test("when nobody told that the key was revoked, and the tracker asks by itself", async (context) => {
    const all = await reading(context);
    await sentAway(all, async () => {
      await databaseOf(all.creator.place)
        .sql("UPDATE api_keys SET revoked_at = ?3 WHERE tenant_id = ?1 AND id = ?2", all.creator.keyId, Date.now())
        .run();
      await trackerOf(all.creator).reconsider();
    });
  });

  test("when this server is to listen", async (context) => {
    const all = await reading(context);
    await sentAway(all, () => listenBy(all.creator, "direct"));
    expect(await refusal(await knock(all.creator.id, all.room, bearer(all.creator.key)))).toBe("409 relay_off");
  });
});

/** A room at the simulator: TikTok's own status of the account is a LIVE. */
describe("who listens", () => {
  const HOST = "host_f";
  const live = async (creator: Tracked, state: string) => {
    const now = await until(async () => {
      const tracking = await trackingOf(creator);
      return tracking?.state === state && tracking;
    });
    return now;
  };

  test("may change while a LIVE runs: it stays one session, and nobody listens twice", async ({ onTestFinished }) => {
    const home = await agency();
    const creator = await consenting(home, HOST);
    const room = await startRoom(HOST, { kind: "synthetic", tempo: 2, secondsAgo: 600 });
    onTestFinished(async () => {
      await switchLive(creator, false);
      await toRoom(room, "end", { silent: true });
    });
    expect(await listenBy(creator, "direct")).toMatchObject({ source: "direct" });
    await live(creator, "live");
    const { sessionId } = await until(() => itemOf(creator));
    expect((await roomState(room)).viewers).toBe(1);

    await listenBy(creator, "relay");
    await until(async () => (await roomState(room)).viewers === 0);
    expect((await live(creator, "lost")).reason).toBe("Waiting for your reader to connect.");
    const { connections } = await roomState(room);

    const { secret } = await relayKey(home);
    const reader = await connectReader(creator.id, room, secret);
    onTestFinished(murmur(reader));
    expect(reader.goOn.cursor).not.toBe("");
    await live(creator, "live");
    const shown = await creator.staff.api<Tiktok>("GET", `/creators/${creator.id}/tiktok`);
    expect(shown.live).toMatchObject({ source: "relay", enabled: true, state: "live" });
    await until(async () => (await itemOf(creator))?.sessionId === sessionId);
    expect((await roomState(room)).connections).toBe(connections);

    await listenBy(creator, "direct");
    expect((await reader.closed).code).toBe(4403);
    await until(async () => (await roomState(room)).viewers === 1);
    await live(creator, "live");
    expect((await sessionsOf(creator)).map(({ id }) => id)).toEqual([sessionId]);
  });

  test("with a reader of its own this server neither signs nor dials: it waits, and says for what", async ({
    onTestFinished,
  }) => {
    const creator = await relayed(await agency(), HOST);
    const room = await startRoom(HOST, { kind: "synthetic", tempo: 2 });
    onTestFinished(async () => {
      await switchLive(creator, false);
      await toRoom(room, "end", { silent: true }).catch(() => undefined);
    });
    expect(await live(creator, "dialing")).toMatchObject({ reason: "Waiting for your reader to connect." });
    expect(await sessionsOf(creator)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await roomState(room)).connections).toBe(0);
    // A LIVE that nobody read is over, too.
    await toRoom(room, "end", { silent: true });
    await until(async () => {
      await runDurableObjectAlarm(trackerOf(creator));
      return (await trackingOf(creator))?.state === "waiting";
    });
    expect(await sessionsOf(creator)).toEqual([]);
  });

  test("a reader is waited for though TikTok does not speak to this server", async ({ onTestFinished }) => {
    await fault({ endpoint: "api_live", kind: "refuse", account: HOST, times: 50 });
    const creator = await relayed(await agency(), HOST);
    const room = newRoom();
    const reader = await connectReader(creator.id, room, creator.key);
    const quiet = murmur(reader);
    onTestFinished(async () => {
      quiet();
      await switchLive(creator, false);
    });
    await reader.forward([
      ...roses(room, 1, 2),
      messagesFrame({ messages: [message("WebcastRoomUserSeqMessage", { at: Date.now(), room })], needAck: true }, "3"),
    ]);
    await live(creator, "live");
    await reader.forward([messagesFrame({ messages: [endOf(room, Date.now())], needAck: true }, "4")]);
    expect(await sessionThat(creator, ({ state }) => state === "ended")).toMatchObject({ diamondsTracked: 2 });
    expect((await live(creator, "waiting")).reason).toBeNull();
  });
});
