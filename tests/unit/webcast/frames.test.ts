import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeFetchResult,
  decodePushFrame,
  encodeAck,
  encodeEnterRoom,
  encodeHeartbeat,
} from "../../../durable/webcast/frames.ts";
import { WireError, WireReader } from "../../../durable/webcast/wire.ts";
import { WireWriter } from "../../../durable/webcast/wire-writer.ts";
import { bytesOf } from "../../../durable/webcast/words.ts";
import { ROOM } from "./encode.ts";
import { runs } from "./recordings.ts";

const frame = (payload: Uint8Array): Uint8Array =>
  new WireWriter()
    .uint(1, 7)
    .uint(2, 7_309_128_470_994_258_694n)
    .text(6, "pb")
    .text(7, "msg")
    .bytes(8, payload)
    .finish();

const entry = (key: string, value: string): Uint8Array => new WireWriter().text(1, key).text(2, value).finish();

const fetchResult = (): Uint8Array =>
  new WireWriter()
    .bytes(
      1,
      new WireWriter()
        .text(1, "WebcastChatMessage")
        .bytes(2, Uint8Array.of(1, 2))
        .uint(3, 9_007_199_254_740_993n)
        .finish(),
    )
    .bytes(1, new WireWriter().text(1, "WebcastChatMessage").uint(3, 2).uint(6, 1).finish())
    .text(2, "cursor-1")
    .uint(3, 1000)
    .text(5, "ext-1")
    .bytes(7, entry("a", "1"))
    .bytes(7, entry("b", "2"))
    .uint(8, 10_000)
    .uint(9, 1)
    .text(10, "wss://push.example")
    .uint(11, 1)
    .finish();

describe("what comes in", () => {
  test("a frame's payload is unpacked when it is gzip", () => {
    const plain = decodePushFrame(frame(fetchResult()));
    expect(plain).toEqual({ logId: 7309128470994258694n, payloadType: "msg", payload: fetchResult() });
    const packed = decodePushFrame(frame(gzipSync(fetchResult())));
    expect(Buffer.from(packed.payload).equals(fetchResult())).toBe(true);
  });

  test("a fetch result", () => {
    expect(decodeFetchResult(fetchResult())).toEqual({
      messages: [
        { method: "WebcastChatMessage", payload: Uint8Array.of(1, 2), msgId: 9007199254740993n, isHistory: false },
        { method: "WebcastChatMessage", payload: new Uint8Array(0), msgId: 2n, isHistory: true },
      ],
      cursor: bytesOf("cursor-1"),
      internalExt: bytesOf("ext-1"),
      routeParams: { a: "1", b: "2" },
      heartbeatMs: 10_000,
      needAck: true,
      pushServer: "wss://push.example",
      isFirst: true,
    });
  });

  test("what the server leaves out has its default", () => {
    expect(decodeFetchResult(new Uint8Array(0))).toMatchObject({ messages: [], heartbeatMs: null, needAck: false });
    expect(decodePushFrame(new Uint8Array(0))).toMatchObject({ logId: 0n, payloadType: "" });
  });

  test("a gzip bomb and a broken gzip are refused", () => {
    expect(() => decodePushFrame(frame(gzipSync(new Uint8Array(17 * 1024 * 1024))))).toThrow(WireError);
    expect(() => decodePushFrame(frame(gzipSync(fetchResult()).subarray(0, 30)))).toThrow(WireError);
  });

  test("garbage gives WireError or a frame, never anything else", () => {
    const tryAll = (bytes: Uint8Array): void => {
      try {
        decodeFetchResult(decodePushFrame(bytes).payload);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), tryAll), { numRuns: runs(200) });
    const whole = frame(fetchResult());
    for (let length = 0; length < whole.length; length++) tryAll(whole.subarray(0, length));
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(flip, ([at, mask]) => {
        const broken = Uint8Array.from(whole);
        broken[at] = (broken[at] ?? 0) ^ mask;
        tryAll(broken);
      }),
      { numRuns: runs(200) },
    );
  });
});

describe("what goes out", () => {
  const fields = (bytes: Uint8Array): Record<number, string> => {
    const wire = new WireReader(bytes);
    const found: Record<number, string> = {};
    while (wire.next()) found[wire.field] = wire.field === 5 || wire.field === 9 ? wire.text() : String(wire.id());
    return found;
  };

  test("entering a room", () => {
    const { payloadType, payload } = decodePushFrame(encodeEnterRoom(ROOM, 42n));
    expect(payloadType).toBe("im_enter_room");
    expect(fields(payload)).toEqual({ 1: ROOM, 4: "12", 5: "audience", 8: "42", 9: "0" });
    expect(encodeEnterRoom(ROOM)).not.toEqual(encodeEnterRoom(ROOM));
  });

  test("a heartbeat", () => {
    const { payloadType, payload } = decodePushFrame(encodeHeartbeat(ROOM, 3));
    expect(payloadType).toBe("hb");
    expect(fields(payload)).toEqual({ 1: ROOM, 2: "3" });
  });

  test("an ack carries the frame's logId and the internal ext", () => {
    const { logId, payloadType, payload } = decodePushFrame(encodeAck(7309128470994258694n, bytesOf("ext-1")));
    expect([logId, payloadType, new TextDecoder().decode(payload)]).toEqual([7309128470994258694n, "ack", "ext-1"]);
  });
});
