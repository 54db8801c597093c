/** Frames that a client must survive: one after another of the kinds below. */
import { randomBytes } from "node:crypto";
import { encodeFetchResult, encodePushFrame, type FetchResult, type WireMessage } from "./wire.ts";

const msgFrame = (payload: Uint8Array, payloadType = "msg"): Uint8Array =>
  encodePushFrame({ seqId: "1", logId: "1", headers: {}, payloadType, payload });

const resultOf = (frame: FetchResult, message: WireMessage): Uint8Array =>
  encodeFetchResult({ ...frame, messages: [message], needAck: false });

/** `number` counts the garbage of a room; `like` is the last honest frame. */
export const garbageFrame = (number: number, like: FetchResult): Uint8Array => {
  const kinds: readonly (() => Uint8Array)[] = [
    // Looks like gzip and is none.
    () => msgFrame(Buffer.concat([Buffer.from([0x1f, 0x8b, 0x08]), randomBytes(40)])),
    // A good frame, cut in the middle.
    () => {
      const whole = msgFrame(encodeFetchResult(like));
      return whole.subarray(0, Math.floor(whole.length / 2));
    },
    () => randomBytes(64),
    // A type of message that nobody knows, in an otherwise good frame.
    () => msgFrame(resultOf(like, { method: "WebcastTomorrowMessage", msgId: "1", payload: randomBytes(24) })),
    // A known type whose payload is none: that message alone must be dropped.
    () =>
      msgFrame(resultOf(like, { method: "WebcastGiftMessage", msgId: "2", payload: Buffer.from([0x0a, 0xff, 0x7f]) })),
    () => msgFrame(randomBytes(8), "tomorrow"),
    () => new Uint8Array(),
  ];
  return kinds[number % kinds.length]?.() ?? new Uint8Array();
};
