import { gzipSync } from "node:zlib";
import type { FetchResult, RawMessage } from "../../../durable/webcast/frames.ts";
import { WireWriter } from "../../../durable/webcast/wire-writer.ts";

/** TikTok's side of the wire: what a server sends, for a test to send. */

/** What a test says of a frame; what is handed back as it came is text here. */
export interface SentResult extends Partial<Omit<FetchResult, "cursor" | "internalExt">> {
  cursor?: string;
  internalExt?: string;
}

const message = ({ method, payload, msgId, isHistory }: RawMessage) =>
  new WireWriter()
    .text(1, method)
    .bytes(2, payload)
    .uint(3, msgId)
    .uint(6, isHistory ? 1 : 0)
    .finish();

export function fetchResult(result: SentResult): Uint8Array<ArrayBuffer> {
  const wire = new WireWriter();
  for (const each of result.messages ?? []) wire.bytes(1, message(each));
  wire.text(2, result.cursor ?? "").text(5, result.internalExt ?? "");
  for (const [key, value] of Object.entries(result.routeParams ?? {})) {
    wire.bytes(7, new WireWriter().text(1, key).text(2, value).finish());
  }
  if (result.heartbeatMs) wire.uint(8, result.heartbeatMs);
  wire.uint(9, result.needAck ? 1 : 0);
  return wire.text(10, result.pushServer ?? "").finish();
}

export const pushFrame = (payloadType: string, payload: Uint8Array, logId = "7"): ArrayBuffer =>
  new WireWriter().uint(2, BigInt(logId)).text(7, payloadType).bytes(8, payload).finish().slice().buffer;

/** A frame of messages as the server packs it. */
export const messagesFrame = (result: SentResult, logId?: string): ArrayBuffer =>
  pushFrame("msg", gzipSync(fetchResult(result)), logId);

export const rawMessage = (msgId: string): RawMessage => ({
  method: "WebcastGiftMessage",
  payload: new Uint8Array([8, 1]),
  msgId: BigInt(msgId),
  isHistory: false,
});
