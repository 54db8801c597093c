import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod/mini";
import { decodeFetchResult, decodePushFrame, type RawMessage } from "../../durable/webcast/frames.ts";
import { KeyedHash } from "../../durable/webcast/keyed-hash.ts";
import { decodeMessage } from "../../durable/webcast/messages.ts";
import { LiveSession } from "../../durable/webcast/session.ts";
import { WireWriter } from "../../durable/webcast/wire.ts";
import { ROOT } from "../../scripts/settings.ts";
import { type Figure, median } from "./figures.ts";

const FIXTURES = join(ROOT, "tests", "fixtures", "live");

const rowSchema = z.object({ method: z.string(), msgId: z.string(), roomId: z.string(), payload: z.string() });

/** The recordings, each with the room of its first message. */
const recordings = readdirSync(FIXTURES)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => {
    const rows = readFileSync(join(FIXTURES, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => rowSchema.parse(JSON.parse(line)));
    const messages = rows.map(
      ({ method, msgId, payload }): RawMessage => ({
        method,
        msgId,
        payload: Buffer.from(payload, "base64"),
        isHistory: false,
      }),
    );
    return { roomId: rows[0]?.roomId ?? "0", messages };
  });

const MESSAGES = recordings.reduce((sum, { messages }) => sum + messages.length, 0);

/** A frame as the socket brings it. */
function frame(messages: readonly RawMessage[], packed: boolean): Uint8Array {
  const result = new WireWriter();
  for (const { method, msgId, payload } of messages)
    result.bytes(1, new WireWriter().text(1, method).bytes(2, payload).uint(3, BigInt(msgId)).finish());
  const payload = result.text(2, "cursor").text(5, "internal_src:dim").uint(8, 10_000).uint(9, 1).finish();
  return new WireWriter()
    .uint(2, 7_400_000_000_000_000_000n)
    .text(6, "pb")
    .text(7, "msg")
    .bytes(8, packed ? gzipSync(payload) : payload)
    .finish();
}

const framesOf = (perFrame: number, packed: boolean): { roomId: string; frames: Uint8Array[] }[] =>
  recordings.map(({ roomId, messages }) => ({
    roomId,
    frames: Array.from({ length: Math.ceil(messages.length / perFrame) }, (_, at) =>
      frame(messages.slice(at * perFrame, (at + 1) * perFrame), packed),
    ),
  }));

const hash = new KeyedHash(new Uint8Array(16));

/** From the socket's bytes to the session's figures, every recording once. */
function countFrames(rooms: ReturnType<typeof framesOf>): void {
  for (const { roomId, frames } of rooms) {
    const session = new LiveSession(roomId);
    for (const bytes of frames)
      for (const raw of decodeFetchResult(decodePushFrame(bytes).payload).messages) count(session, raw);
    session.totals();
  }
}

function countMessages(): void {
  for (const { roomId, messages } of recordings) {
    const session = new LiveSession(roomId);
    for (const raw of messages) count(session, raw);
    session.totals();
  }
}

function count(session: LiveSession, raw: RawMessage): void {
  const event = decodeMessage(raw, hash);
  if (event !== null) session.apply(event);
}

/** Messages/s from bytes to figures, in each way that TikTok packs them, and how near gzip itself that comes. */
export function benchLive(roundMs: number, rounds: number): Figure[] {
  const raw = framesOf(1, false);
  const packed = framesOf(1, true);
  const tenPacked = framesOf(10, true);
  const zipped = packed.map(({ frames }) => frames.map(payloadOf));
  const works = {
    bare: countMessages,
    raw: () => countFrames(raw),
    packed: () => countFrames(packed),
    tenPacked: () => countFrames(tenPacked),
    gunzip: () => {
      for (const frames of zipped) for (const bytes of frames) gunzipSync(bytes);
    },
  };
  type Work = keyof typeof works;
  const names = Object.keys(works) as Work[];
  for (const name of names) perSecond(works[name], roundMs);
  const speeds = Array.from({ length: rounds }, () =>
    Object.fromEntries(names.map((name) => [name, perSecond(works[name], roundMs)])),
  );
  const speed = (name: Work): number => median(speeds.map((each) => each[name] ?? Number.NaN));
  const share = median(speeds.map(({ packed = Number.NaN, gunzip = Number.NaN }) => packed / gunzip));
  const of = { group: "LIVE", unit: "/s", goal: null } as const;
  return [
    { ...of, what: "messages decoded and counted, bare", value: speed("bare") },
    { ...of, what: "one a raw frame", value: speed("raw") },
    { ...of, what: "one a gzip frame", value: speed("packed") },
    { ...of, what: "ten a gzip frame", value: speed("tenPacked") },
    { ...of, what: "gunzip of the same frames alone", value: speed("gunzip") },
    { ...of, unit: "×", what: "one a gzip frame, of gunzip alone", value: share },
  ];
}

/** The payload as it was packed. */
function payloadOf(bytes: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x1f, 0x8b, 0x08]));
  return bytes.subarray(at);
}

function perSecond(work: () => void, roundMs: number): number {
  const began = performance.now();
  let passes = 0;
  let took = 0;
  for (; took < roundMs; took = performance.now() - began) {
    work();
    passes += 1;
  }
  return (passes * MESSAGES * 1000) / took;
}
