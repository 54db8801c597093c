import { describe, expect, it } from "vitest";
import { ROOM, relay, settle } from "./lines.ts";
import { messagesFrame, rawMessage } from "./wire-frames.ts";

/** What is the relay's own; what it shares with every source stands in `source.test.ts`. */

const goOn = (cursor: string) => JSON.stringify({ type: "go_on", roomId: ROOM, cursor, userAgent: "Browser/1" });

describe("a reader", () => {
  it("is waited for, however long it takes", async () => {
    const { source, told, clock, connect } = relay();
    source.open(ROOM);
    clock.pass(600_000);
    await settle();
    expect(told).toEqual([]);
    connect();
    await settle();
    expect(told).toEqual(["open"]);
  });

  it("hears first from where it shall go on: from the beginning, or after what was heard", async () => {
    const { source, connect } = relay();
    source.open(ROOM);
    expect(connect().sent).toEqual([goOn("")]);
    source.open(ROOM, "c7");
    expect(connect().sent).toEqual([goOn("c7")]);
  });

  it("is answered when it asks whether we are there, which is no frame", async () => {
    const { source, connect, clock, closed } = relay();
    source.open(ROOM);
    const socket = connect();
    for (let second = 0; second < 60; second++) {
      socket.message("ping");
      clock.pass(1_000);
    }
    expect(socket.sent.filter((sent) => sent === "pong")).toHaveLength(60);
    expect(closed).toMatchObject([{ kind: "stale" }]);
    expect(socket.closes).toEqual([{ code: 4408, reason: expect.stringContaining("connect again") }]);
  });

  it("is told that another took its place", async () => {
    const { source, connect } = relay();
    source.open(ROOM);
    const socket = connect();
    source.open(ROOM, "c2");
    expect(socket.closes).toEqual([{ code: 4409, reason: "Another reader took over" }]);
  });

  it("is told why it has to go", () => {
    const { source, connect } = relay();
    source.open(ROOM);
    const first = connect();
    source.close([4403, "Not allowed any more"]);
    source.open(ROOM);
    const second = connect();
    source.close();
    expect([first.closes, second.closes]).toEqual([
      [{ code: 4403, reason: "Not allowed any more" }],
      [{ code: 1000, reason: "The LIVE is over" }],
    ]);
  });

  it("is asked to come again when a frame could not be stored", async () => {
    const { source, connect } = relay({ onMessages: () => Promise.reject(new Error("disk full")) });
    source.open(ROOM);
    const socket = connect();
    socket.message(messagesFrame({ messages: [rawMessage("1")], needAck: true }));
    await settle();
    expect(socket.closes).toEqual([{ code: 1011, reason: expect.stringContaining("connect again") }]);
  });

  it.each([
    ["a frame", new ArrayBuffer(1024 * 1024 + 1)],
    ["a text", "x".repeat(1024 * 1024 + 1)],
  ])("who sends %s of more than 1 MB is sent away, and what came before it counts", async (_what, message) => {
    const { source, connect, told } = relay();
    source.open(ROOM);
    const socket = connect();
    socket.message(messagesFrame({ messages: [rawMessage("1")], needAck: true }, "5"));
    socket.message(message);
    socket.message(messagesFrame({ messages: [rawMessage("2")], needAck: true }, "6"));
    await settle();
    expect(told).toEqual(["open", "1 @ ", "closed refused"]);
    expect(socket.acks).toEqual(["ack 5 "]);
    expect(socket.closes).toEqual([{ code: 1009, reason: "A frame has at most 1 MB" }]);
  });

  it("may send a frame of exactly 1 MB", async () => {
    const { source, connect, closed } = relay();
    source.open(ROOM);
    connect().message(new ArrayBuffer(1024 * 1024));
    await settle();
    expect(closed).toEqual([]);
  });
});
