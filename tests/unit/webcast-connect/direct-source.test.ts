import { describe, expect, it } from "vitest";
import type { Dial, DialAnswer } from "../../../durable/webcast/dial.ts";
import type { LiveSource } from "../../../durable/webcast/source.ts";
import { type DirectParts, direct, FakeSocket, NOW, ROOM, settle, signedResult } from "./lines.ts";
import { messagesFrame, rawMessage } from "./wire-frames.ts";

/** What is the direct line's own; what it shares with every source stands in `source.test.ts`. */

async function opened(parts: DirectParts = {}) {
  const room = direct(parts);
  room.source.open(ROOM);
  await settle();
  return room;
}

describe("opening a room", () => {
  it("signs, dials with the same browser and the signer's cookie, and enters", async () => {
    const room = direct();
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
    expect(late.closeCodes).toEqual([1000]);
    expect(room.told).toEqual(["closed transient"]);
  });
});

describe("the heartbeat", () => {
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

describe("hanging up", () => {
  it("while signing dials nothing", async () => {
    const { source, dials, told } = direct();
    source.open(ROOM);
    source.close();
    await settle();
    expect(dials).toHaveLength(0);
    expect(told).toEqual([]);
  });

  it("keeps one socket of two dials that overlap", async () => {
    const room = direct();
    room.source.open(ROOM);
    room.source.open(ROOM);
    await settle();
    expect(room.told).toEqual(["open", " @c1 e1"]);
    expect(room.dials).toHaveLength(1);
  });

  it("says goodbye to TikTok as a browser does, whatever the reason", async () => {
    const { source: direct, socket } = await opened();
    const source: LiveSource = direct;
    source.close([4403, "Not allowed any more"]);
    source.open(ROOM);
    await settle();
    source.open(ROOM, "c9");
    await settle();
    expect([socket(0).closes, socket(1).closes]).toEqual([[{ code: 1000, reason: "" }], [{ code: 1000, reason: "" }]]);
  });

  it("waits for nobody any more once the line is up or down", async () => {
    const { socket, clock, closed } = await opened();
    clock.pass(15_000);
    expect(closed).toEqual([]);
    socket().hangUp(1000);
    await settle();
    clock.pass(600_000);
    expect(closed).toHaveLength(1);
  });
});
