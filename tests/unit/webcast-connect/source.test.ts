import { describe, expect, it } from "vitest";
import type { Dial, DialAnswer, LiveSocket } from "../../../durable/webcast/dial.ts";
import { decodePushFrame, type FetchResult } from "../../../durable/webcast/frames.ts";
import type { SignAnswer } from "../../../durable/webcast/room-api.ts";
import { type Closed, DirectRoomSource, type LiveSourceEvents } from "../../../durable/webcast/source.ts";
import { messagesFrame, pushFrame, rawMessage } from "./wire-frames.ts";

const ROOM = "7301027923362859808";
const NOW = 1_800_000_000_000;

/** Time that passes when the test says so. */
class Clock {
  time = NOW;
  #timers: { at: number; run: () => void }[] = [];
  now = () => this.time;
  after = (ms: number, run: () => void) => {
    const timer = { at: this.time + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
  get pending(): number {
    return this.#timers.length;
  }
}

/** TikTok's end of a socket. */
class FakeSocket implements LiveSocket {
  readonly sent: string[] = [];
  readonly closes: (number | undefined)[] = [];
  readonly #listeners = new Map<string, (event: { data: unknown; code: number; reason: string }) => void>();

  send(message: Uint8Array): void {
    if (this.closes.length > 0) throw new TypeError("closed");
    const { payloadType, logId, payload } = decodePushFrame(message);
    this.sent.push(payloadType === "ack" ? `ack ${logId} ${new TextDecoder().decode(payload)}` : payloadType);
  }
  close(code?: number): void {
    this.closes.push(code);
  }
  addEventListener(type: string, listener: (event: { data: unknown; code: number; reason: string }) => void): void {
    this.#listeners.set(type, listener);
  }
  message(data: unknown): void {
    this.#listeners.get("message")?.({ data, code: 0, reason: "" });
  }
  hangUp(code: number): void {
    this.#listeners.get("close")?.({ data: null, code, reason: "bye" });
  }
  break(): void {
    this.#listeners.get("error")?.({ data: null, code: 0, reason: "" });
  }
}

const signedResult: FetchResult = {
  messages: [],
  cursor: "c1",
  internalExt: "e1",
  routeParams: {},
  heartbeatMs: null,
  needAck: false,
  pushServer: "wss://ws.tiktok.com/push/",
  isFirst: true,
};

/** Lets everything that waits for a promise run. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

function setUp(parts: { sign?: SignAnswer; dial?: Dial; onMessages?: LiveSourceEvents["onMessages"] } = {}) {
  const clock = new Clock();
  const sockets: FakeSocket[] = [];
  const signs: unknown[] = [];
  const dials: { url: URL; headers: Record<string, string> }[] = [];
  const told: string[] = [];
  const closed: Closed[] = [];
  const source = new DirectRoomSource(
    {
      roomApi: {
        async sign(roomId, dial) {
          signs.push({ roomId, ...dial });
          return parts.sign ?? { result: signedResult, cookie: "ttwid=abc" };
        },
      },
      userAgent: "Browser/1",
      dial: async (url, headers): Promise<DialAnswer> => {
        dials.push({ url: new URL(url), headers });
        if (parts.dial) return parts.dial(url, headers);
        const socket = new FakeSocket();
        sockets.push(socket);
        return { socket };
      },
      staleMs: 60_000,
      now: clock.now,
      after: clock.after,
    },
    {
      onOpen: () => void told.push("open"),
      onMessages: (messages, cursor, internalExt) => {
        told.push(`${messages.map(({ msgId }) => msgId).join("+")} @${cursor} ${internalExt}`);
        return parts.onMessages?.(messages, cursor, internalExt);
      },
      onClosed: (reason) => {
        told.push(`closed ${reason.kind}`);
        closed.push(reason);
      },
    },
  );
  const socket = (index = 0): FakeSocket => {
    const found = sockets[index];
    if (!found) throw new Error(`Socket ${index} was never dialed.`);
    return found;
  };
  return { source, clock, signs, dials, told, closed, socket };
}

async function opened(parts: Parameters<typeof setUp>[0] = {}) {
  const room = setUp(parts);
  room.source.open(ROOM);
  await settle();
  return room;
}

describe("opening a room", () => {
  it("signs, dials with the same browser and the signer's cookie, and enters", async () => {
    const room = setUp();
    room.source.open(ROOM, "c0");
    await settle();
    expect(room.signs).toEqual([{ roomId: ROOM, cursor: "c0", userAgent: "Browser/1" }]);
    expect(room.dials[0]?.headers).toEqual({ "user-agent": "Browser/1", cookie: "ttwid=abc" });
    expect(room.dials[0]?.url.searchParams.get("cursor")).toBe("c1");
    expect(room.dials[0]?.url.searchParams.get("room_id")).toBe(ROOM);
    expect(room.socket().sent).toEqual(["im_enter_room"]);
    expect(room.told).toEqual(["open", " @c1 e1"]);
  });

  it("tells what the signer brought, since the socket goes on behind it", async () => {
    const { told } = await opened({
      sign: { result: { ...signedResult, messages: [rawMessage("1"), rawMessage("2")] }, cookie: "a=1" },
    });
    expect(told).toEqual(["open", "1+2 @c1 e1"]);
  });

  it.each([
    [
      { refused: "limited", until: NOW + 5, label: "hour", sentence: "Later." },
      { kind: "limited", until: NOW + 5, sentence: "Later." },
    ],
    [
      { refused: "blocked", sentence: "No key." },
      { kind: "blocked", sentence: "No key." },
    ],
    [
      { refused: "transient", sentence: "Down." },
      { kind: "transient", sentence: "Down." },
    ],
  ] as const)("passes the signer's refusal on: %o", async (sign, reason) => {
    const { closed, dials } = await opened({ sign });
    expect(closed).toEqual([reason]);
    expect(dials).toHaveLength(0);
  });

  it.each([
    [200, "", "refused"],
    [200, "DEVICE_BLOCKED", "blocked"],
    [403, "", "blocked"],
    [429, "", "limited"],
    [503, "", "transient"],
  ] as const)("tells a handshake refused with %d %j", async (status, message, kind) => {
    const { closed } = await opened({ dial: async () => ({ refused: { status, message } }) });
    expect(closed).toHaveLength(1);
    expect(closed[0]).toMatchObject({ kind, sentence: expect.stringContaining(message || String(status)) });
    expect(closed[0]?.until).toBe(kind === "limited" ? NOW + 60_000 : undefined);
  });

  it("shows no more of a refusal than a word", async () => {
    const dial: Dial = async () => ({ refused: { status: 200, message: `<script>${"x".repeat(500)}` } });
    const { closed } = await opened({ dial });
    expect(closed[0]?.sentence).not.toContain("<");
    expect(closed[0]?.sentence.length).toBeLessThan(120);
  });

  it("that fails in the network is tried again by who asked, not by itself", async () => {
    const { closed, dials, clock } = await opened({ dial: () => Promise.reject(new TypeError("act.SECRET")) });
    expect(closed).toEqual([{ kind: "transient", sentence: expect.not.stringContaining("SECRET") }]);
    clock.pass(600_000);
    await settle();
    expect(dials).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("gives up when nobody answers, and hangs up on who answers too late", async () => {
    let answer = (_: DialAnswer): void => {};
    const room = await opened({
      dial: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    room.clock.pass(15_000);
    expect(room.closed).toMatchObject([{ kind: "transient" }]);
    const late = new FakeSocket();
    answer({ socket: late });
    await settle();
    expect(late.closes).toEqual([1000]);
    expect(room.told).toEqual(["closed transient"]);
  });
});

describe("listening", () => {
  it("tells the frames in their order, with where to go on from", async () => {
    const { socket, told } = await opened();
    socket().message(messagesFrame({ messages: [rawMessage("1")], cursor: "c2", internalExt: "e2" }));
    socket().message(messagesFrame({ messages: [rawMessage("2"), rawMessage("3")], cursor: "", internalExt: "e3" }));
    await settle();
    expect(told.slice(2)).toEqual(["1 @c2 e2", "2+3 @c2 e3"]);
  });

  it("acknowledges what asks for it, and only when it was stored", async () => {
    let stored = (): void => {};
    const storing = new Promise<void>((resolve) => {
      stored = resolve;
    });
    const { socket } = await opened({ onMessages: (messages) => (messages.length > 0 ? storing : undefined) });
    socket().message(
      messagesFrame({ messages: [rawMessage("1")], needAck: true, internalExt: "e2" }, "9007199254740993"),
    );
    socket().message(messagesFrame({ messages: [rawMessage("2")], needAck: false }));
    await settle();
    expect(socket().sent).toEqual(["im_enter_room"]);
    stored();
    await settle();
    expect(socket().sent).toEqual(["im_enter_room", "ack 9007199254740993 e2"]);
  });

  it("acknowledges nothing that could not be stored, and asks the server for it again", async () => {
    const { socket, told } = await opened({
      onMessages: (messages) => {
        if (messages.length > 0) throw new Error("disk full");
      },
    });
    socket().message(messagesFrame({ messages: [rawMessage("1")], needAck: true }));
    socket().message(messagesFrame({ messages: [rawMessage("2")], needAck: true }));
    await settle();
    expect(socket().sent).toEqual(["im_enter_room"]);
    expect(told.slice(2)).toEqual(["1 @c1 ", "closed transient"]);
  });

  it.each([
    ["bytes that are no frame", new Uint8Array([0xff, 0xff, 0xff]).buffer],
    ["a payload that does not unpack", pushFrame("msg", new Uint8Array([0x1f, 0x8b, 0x08, 0, 1]))],
    ["a payload that is no fetch result", pushFrame("msg", new Uint8Array([0xff, 0xff]))],
    ["text", "hello"],
    ["nothing", new ArrayBuffer(0)],
    ["another type of frame", pushFrame("im_enter_room_resp", new Uint8Array([1]))],
  ])("loses to %s that frame alone", async (_, garbage) => {
    const { socket, told } = await opened();
    socket().message(garbage);
    socket().message(messagesFrame({ messages: [rawMessage("1")], cursor: "c2" }));
    await settle();
    expect(told.slice(2)).toEqual(["1 @c2 "]);
  });

  it("beats every 10 s, or as often as the server says", async () => {
    const { socket, clock } = await opened();
    const beats = () => socket().sent.filter((sent) => sent === "hb").length;
    clock.pass(30_000);
    expect(beats()).toBe(3);
    socket().message(messagesFrame({ heartbeatMs: 5000 }));
    await settle();
    clock.pass(10_000);
    clock.pass(20_000);
    expect(beats()).toBe(3 + 1 + 4);
  });

  it("is not driven into a busy loop by a server", async () => {
    const { socket, clock } = await opened({
      sign: { result: { ...signedResult, heartbeatMs: 1 }, cookie: "a=1" },
    });
    clock.pass(10_000);
    expect(socket().sent.filter((sent) => sent === "hb").length).toBeLessThanOrEqual(10);
  });
});

describe("the end", () => {
  it("is stale after 60 s without a frame, counted from the last", async () => {
    const { socket, clock, told, closed } = await opened();
    clock.pass(59_000);
    socket().message(pushFrame("hb", new Uint8Array()));
    clock.pass(59_999);
    expect(closed).toEqual([]);
    clock.pass(1);
    expect(closed).toEqual([{ kind: "stale", sentence: "The LIVE connection fell silent." }]);
    expect(socket().closes).toEqual([1000]);
    expect(clock.pending).toBe(0);

    socket().message(messagesFrame({ messages: [rawMessage("1")] }));
    socket().hangUp(1006);
    await settle();
    expect(told.at(-1)).toBe("closed stale");
  });

  it.each([
    [1000, [1000]],
    [4003, [4003]],
    [1005, []],
    [1006, []],
    [1015, []],
  ])("answers close code %d with %o", async (code, closes) => {
    const { socket, closed, clock } = await opened();
    socket().hangUp(code);
    await settle();
    expect(socket().closes).toEqual(closes);
    expect(closed).toMatchObject([{ kind: "closed" }]);
    expect(clock.pending).toBe(0);
  });

  it("comes after the frames that came before it", async () => {
    const { socket, told } = await opened({ onMessages: () => settle().then(() => undefined) });
    socket().message(messagesFrame({ messages: [rawMessage("1")] }));
    socket().hangUp(1000);
    await settle();
    await settle();
    await settle();
    expect(told.slice(2)).toEqual(["1 @c1 ", "closed closed"]);
  });

  it("is told once, however often the line breaks", async () => {
    const { socket, closed } = await opened();
    socket().break();
    socket().hangUp(1006);
    await settle();
    expect(closed).toMatchObject([{ kind: "transient" }]);
  });

  it("by close() is silent, and may be said twice", async () => {
    const { source, socket, told, clock } = await opened();
    source.close();
    source.close();
    socket().message(messagesFrame({ messages: [rawMessage("1")] }));
    socket().hangUp(1000);
    clock.pass(600_000);
    await settle();
    expect(told).toEqual(["open", " @c1 e1"]);
    expect(socket().closes).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it("by close() while signing dials nothing", async () => {
    const { source, dials, told } = setUp();
    source.open(ROOM);
    source.close();
    await settle();
    expect(dials).toHaveLength(0);
    expect(told).toEqual([]);
  });
});

describe("opening again", () => {
  it("drops every event of the older dial", async () => {
    const { source, socket, told } = await opened();
    source.open(ROOM, "c9");
    await settle();
    socket(0).message(messagesFrame({ messages: [rawMessage("8")] }));
    socket(0).break();
    socket(0).hangUp(1000);
    socket(1).message(messagesFrame({ messages: [rawMessage("9")], cursor: "c10" }));
    await settle();
    expect(told).toEqual(["open", " @c1 e1", "open", " @c1 e1", "9 @c10 "]);
    expect(socket(0).closes[0]).toBe(1000);
  });

  it("keeps one socket of two dials that overlap", async () => {
    const room = setUp();
    room.source.open(ROOM);
    room.source.open(ROOM);
    await settle();
    expect(room.told).toEqual(["open", " @c1 e1"]);
    expect(room.dials).toHaveLength(1);
  });

  it("does not acknowledge on the new line what the old one brought", async () => {
    let stored = (): void => {};
    const storing = new Promise<void>((resolve) => {
      stored = resolve;
    });
    const { source, socket } = await opened({ onMessages: (messages) => (messages.length > 0 ? storing : undefined) });
    socket(0).message(messagesFrame({ messages: [rawMessage("1")], needAck: true }));
    await settle();
    source.open(ROOM);
    stored();
    await settle();
    expect([...socket(0).sent, ...socket(1).sent].filter((sent) => sent.startsWith("ack"))).toEqual([]);
  });
});
