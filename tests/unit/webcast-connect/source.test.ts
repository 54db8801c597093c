import { describe, expect, it } from "vitest";
import { SOURCES, settle } from "./lines.ts";
import { messagesFrame, pushFrame, rawMessage } from "./wire-frames.ts";

/** What every source keeps to, whoever dialed the room. */
describe.each(SOURCES)("a line that is %s", (_name, opened) => {
  /** Something to wait for. */
  function storing() {
    const { promise, resolve } = Promise.withResolvers<void>();
    return { stored: resolve, promise };
  }

  it("is told as open, once", async () => {
    const { told } = await opened();
    expect(told.filter((event) => event === "open")).toEqual(["open"]);
    expect(told[0]).toBe("open");
  });

  it("tells the frames in their order, with where to go on from", async () => {
    const { socket, told, greeting } = await opened();
    socket().message(messagesFrame({ messages: [rawMessage("1")], cursor: "c2", internalExt: "e2" }));
    socket().message(messagesFrame({ messages: [rawMessage("2"), rawMessage("3")], cursor: "", internalExt: "e3" }));
    await settle();
    expect(told.slice(greeting)).toEqual(["1 @c2 e2", "2+3 @c2 e3"]);
  });

  it("tells from where to go on that it was given, until a frame says better", async () => {
    const { socket, told, greeting } = await opened();
    socket().message(messagesFrame({ messages: [rawMessage("1")] }));
    await settle();
    expect(told.slice(greeting)).toEqual(["1 @c1 "]);
  });

  it("acknowledges what asks for it, and only when it was stored", async () => {
    const { stored, promise } = storing();
    const { socket } = await opened((messages) => (messages.length > 0 ? promise : undefined));
    socket().message(
      messagesFrame({ messages: [rawMessage("1")], needAck: true, internalExt: "e2" }, "9007199254740993"),
    );
    socket().message(messagesFrame({ messages: [rawMessage("2")], needAck: false }));
    await settle();
    expect(socket().acks).toEqual([]);
    stored();
    await settle();
    expect(socket().acks).toEqual(["ack 9007199254740993 e2"]);
  });

  it("cannot acknowledge a frame that has no name, and takes it all the same", async () => {
    const { socket, told, greeting } = await opened();
    socket().message(messagesFrame({ messages: [rawMessage("1")], needAck: true, internalExt: "e2" }, "0"));
    await settle();
    expect(told.slice(greeting)).toEqual(["1 @c1 e2"]);
    expect(socket().acks).toEqual([]);
  });

  it("tells the next frame while one is being stored", async () => {
    const { stored, promise } = storing();
    const { socket, told, greeting } = await opened((messages) => (messages.length > 0 ? promise : undefined));
    socket().message(messagesFrame({ messages: [rawMessage("1")], needAck: true }, "1"));
    socket().message(messagesFrame({ messages: [rawMessage("2")], needAck: true }, "2"));
    await settle();
    expect(told.slice(greeting)).toEqual(["1 @c1 ", "2 @c1 "]);
    stored();
    await settle();
    expect(socket().acks).toEqual(["ack 1 ", "ack 2 "]);
  });

  it("acknowledges nothing that could not be taken in, and ends so that it comes again", async () => {
    const { socket, told, greeting } = await opened((messages) => {
      if (messages.length > 0) throw new Error("disk full");
    });
    socket().message(messagesFrame({ messages: [rawMessage("1")], needAck: true }));
    socket().message(messagesFrame({ messages: [rawMessage("2")], needAck: true }));
    await settle();
    expect(socket().acks).toEqual([]);
    expect(told.slice(greeting)).toEqual(["1 @c1 ", "closed transient"]);
    expect(socket().closes).toHaveLength(1);
  });

  it("nor what could not be stored in the end", async () => {
    const { socket, told, greeting } = await opened(async (messages) => {
      if (messages.length > 0) throw new Error("disk full");
    });
    socket().message(messagesFrame({ messages: [rawMessage("1")], needAck: true }));
    await settle();
    socket().message(messagesFrame({ messages: [rawMessage("2")], needAck: true }));
    await settle();
    expect(socket().acks).toEqual([]);
    expect(told.slice(greeting)).toEqual(["1 @c1 ", "closed transient"]);
  });

  it.each([
    ["bytes that are no frame", new Uint8Array([0xff, 0xff, 0xff]).buffer],
    ["a payload that does not unpack", pushFrame("msg", new Uint8Array([0x1f, 0x8b, 0x08, 0, 1]))],
    ["a payload that is no fetch result", pushFrame("msg", new Uint8Array([0xff, 0xff]))],
    ["text", "hello"],
    ["nothing", new ArrayBuffer(0)],
    ["another type of frame", pushFrame("im_enter_room_resp", new Uint8Array([1]))],
  ])("loses to %s that frame alone", async (_what, garbage) => {
    const { socket, told, greeting } = await opened();
    socket().message(garbage);
    socket().message(messagesFrame({ messages: [rawMessage("1")], cursor: "c2" }));
    await settle();
    expect(told.slice(greeting)).toEqual(["1 @c2 "]);
  });

  it("is stale after 60 s without a frame, counted from the last", async () => {
    const { socket, clock, told, closed } = await opened();
    clock.pass(59_000);
    socket().message(pushFrame("hb", new Uint8Array()));
    clock.pass(59_999);
    expect(closed).toEqual([]);
    clock.pass(1);
    expect(closed).toEqual([{ kind: "stale", sentence: "The LIVE connection fell silent." }]);
    expect(socket().closes).toHaveLength(1);
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
    expect(socket().closeCodes).toEqual(closes);
    expect(closed).toMatchObject([{ kind: "closed", sentence: expect.stringContaining(String(code)) }]);
    expect(clock.pending).toBe(0);
  });

  it("ends after the frames that came before its end", async () => {
    const { socket, told, greeting } = await opened(() => settle().then(() => undefined));
    socket().message(messagesFrame({ messages: [rawMessage("1")] }));
    socket().hangUp(1000);
    await settle();
    await settle();
    await settle();
    expect(told.slice(greeting)).toEqual(["1 @c1 ", "closed closed"]);
  });

  it("tells its end once, however often it breaks", async () => {
    const { socket, closed } = await opened();
    socket().break();
    socket().hangUp(1006);
    await settle();
    expect(closed).toMatchObject([{ kind: "transient" }]);
  });

  it("is silent after close(), which may be said twice", async () => {
    const { source, socket, told, clock, greeting } = await opened();
    source.close();
    source.close();
    socket().message(messagesFrame({ messages: [rawMessage("1")] }));
    socket().hangUp(1000);
    clock.pass(600_000);
    await settle();
    expect(told).toHaveLength(greeting);
    expect(socket().closeCodes).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it("is dropped when the room is opened again, with every event of its own", async () => {
    const { socket, told, greeting, again } = await opened();
    await again();
    const before = told.length;
    expect(before).toBe(2 * greeting);
    socket(0).message(messagesFrame({ messages: [rawMessage("8")] }));
    socket(0).break();
    socket(0).hangUp(1000);
    socket(1).message(messagesFrame({ messages: [rawMessage("9")], cursor: "c10" }));
    await settle();
    expect(told.slice(before)).toEqual(["9 @c10 "]);
    expect(socket(0).closes.length).toBeGreaterThan(0);
  });

  it("does not acknowledge on the next line what this one brought", async () => {
    const { stored, promise } = storing();
    const { socket, again } = await opened((messages) => (messages.length > 0 ? promise : undefined));
    socket(0).message(messagesFrame({ messages: [rawMessage("1")], needAck: true }));
    await settle();
    await again();
    stored();
    await settle();
    expect([...socket(0).acks, ...socket(1).acks]).toEqual([]);
  });
});
