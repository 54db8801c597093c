import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod/mini";
import { decodeFetchResult, decodePushFrame, type RawMessage } from "../../durable/webcast/frames.ts";
import { KeyedHash } from "../../durable/webcast/keyed-hash.ts";
import { decodeMessage } from "../../durable/webcast/messages.ts";
import { LiveSession } from "../../durable/webcast/session.ts";
import { WireWriter } from "../../durable/webcast/wire-writer.ts";
import { ROOT } from "../../scripts/settings.ts";
import { loadConnector } from "./connector.ts";
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
        msgId: BigInt(msgId),
        payload: Uint8Array.from(Buffer.from(payload, "base64")),
        isHistory: false,
      }),
    );
    return { roomId: rows[0]?.roomId ?? "0", messages };
  });

type Recording = (typeof recordings)[number];

/** The gifts alone: the messages that the connector's own figures are told of (`live-protocol.md`). */
const gifts: Recording[] = recordings.map(({ roomId, messages }) => ({
  roomId,
  messages: messages.filter(({ method }) => method === "WebcastGiftMessage"),
}));

const sizeOf = (list: readonly Recording[]): number => list.reduce((sum, { messages }) => sum + messages.length, 0);

/** A frame as the socket brings it. */
function frame(messages: readonly RawMessage[], packed: boolean): Uint8Array {
  const result = new WireWriter();
  for (const { method, msgId, payload } of messages)
    result.bytes(1, new WireWriter().text(1, method).bytes(2, payload).uint(3, msgId).finish());
  const payload = result.text(2, "cursor").text(5, "internal_src:dim").uint(8, 10_000).uint(9, 1).finish();
  return new WireWriter()
    .uint(2, 7_400_000_000_000_000_000n)
    .text(6, "pb")
    .text(7, "msg")
    .bytes(8, packed ? gzipSync(payload) : payload)
    .finish();
}

const framesOf = (
  list: readonly Recording[],
  perFrame: number,
  packed: boolean,
): { roomId: string; frames: Uint8Array[] }[] =>
  list.map(({ roomId, messages }) => ({
    roomId,
    frames: Array.from({ length: Math.ceil(messages.length / perFrame) }, (_, at) =>
      frame(messages.slice(at * perFrame, (at + 1) * perFrame), packed),
    ),
  }));

const hash = new KeyedHash(new Uint8Array(16));

/** From the socket's bytes to the session's figures, every room once. */
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

/** How frames come: messages in each, whether they are packed, and how much faster than the connector we mean to be. */
const WAYS = [
  { what: "one a raw frame", perFrame: 1, packed: false, goal: 15 },
  { what: "one a gzip frame", perFrame: 1, packed: true, goal: 12 },
  { what: "ten a gzip frame", perFrame: 10, packed: true, goal: 7 },
] as const;

/** Of gunzip alone. */
const OF_GUNZIP = 0.8;

/** Something that is timed, and how many messages it takes in. */
interface Work {
  run(): void | Promise<void>;
  messages: number;
}

/**
 * Messages/s from the socket's bytes to a session's figures, in each way that TikTok packs them: of whole recordings
 * beside gunzip alone, and of their gifts beside the connector, which in its time drops no duplicate and counts nothing.
 */
export async function benchLive(roundMs: number, rounds: number, say: (line: string) => void): Promise<Figure[]> {
  const sample = gifts.flatMap(({ messages }) => messages).slice(0, 1);
  const connector = await loadConnector(frame(sample, true), say);
  const all = sizeOf(recordings);
  const works = new Map<string, Work>([["messages decoded and counted, bare", { run: countMessages, messages: all }]]);
  for (const { what, perFrame, packed } of WAYS) {
    const rooms = framesOf(recordings, perFrame, packed);
    works.set(what, { run: () => countFrames(rooms), messages: all });
    if (!packed || perFrame !== 1) continue;
    const zipped = rooms.flatMap(({ frames }) => frames.map(payloadOf));
    works.set("gunzip of the same frames alone", { run: () => unzip(zipped), messages: all });
  }
  for (const { what, perFrame, packed } of connector ? WAYS : []) {
    const rooms = framesOf(gifts, perFrame, packed);
    const messages = sizeOf(gifts);
    works.set(`gifts, ${what}`, { run: () => countFrames(rooms), messages });
    const itsOwn = async (): Promise<void> => {
      for (const { frames } of rooms) for (const bytes of frames) await connector?.read(bytes);
    };
    works.set(`gifts, ${what}: the connector`, { run: itsOwn, messages });
    const byHand = (): void => {
      for (const { frames } of rooms) for (const bytes of frames) connector?.readByHand(bytes);
    };
    works.set(`gifts, ${what}: the connector's parts, by hand`, { run: byHand, messages });
    if (!packed || perFrame !== 1) continue;
    const zipped = rooms.flatMap(({ frames }) => frames.map(payloadOf));
    works.set(`gifts, ${what}: gunzip alone`, { run: () => unzip(zipped), messages });
  }

  for (const work of works.values()) await perSecond(work, roundMs);
  const speeds: Map<string, number>[] = [];
  for (let round = 0; round < rounds; round++) {
    // What disturbs the machine for a while disturbs neighbours alike; each is the other's neighbour on either side.
    const inTurn = round % 2 === 0 ? [...works] : [...works].reverse();
    const heard = new Map<string, number>();
    for (const [what, work] of inTurn) heard.set(what, await perSecond(work, roundMs));
    speeds.push(heard);
  }
  const speed = (what: string): number => median(speeds.map((each) => each.get(what) ?? Number.NaN));
  const times = (what: string, one: string, other: string, atLeast?: number): Figure => ({
    group: "LIVE",
    unit: "×",
    what,
    value: median(speeds.map((each) => (each.get(one) ?? Number.NaN) / (each.get(other) ?? Number.NaN))),
    goal: atLeast === undefined ? null : { atLeast },
  });
  const perS = [...works.keys()].map(
    (what): Figure => ({ group: "LIVE", unit: "/s", goal: null, what, value: speed(what) }),
  );
  const packed = times(
    "one a gzip frame, of gunzip alone",
    "one a gzip frame",
    "gunzip of the same frames alone",
    OF_GUNZIP,
  );
  if (!connector) return [...perS, packed];
  return [
    ...perS,
    packed,
    // No decoder over the runtime's gunzip gets above this, whatever it is made of.
    times(
      `gifts, one a gzip frame: gunzip alone, of tiktok-live-connector ${connector.version}`,
      "gifts, one a gzip frame: gunzip alone",
      "gifts, one a gzip frame: the connector",
    ),
    ...WAYS.flatMap(({ what, goal }) => [
      times(
        `gifts, ${what}, of tiktok-live-connector ${connector.version}`,
        `gifts, ${what}`,
        `gifts, ${what}: the connector`,
        goal,
      ),
      times(
        `gifts, ${what}, of the connector's parts put together by hand`,
        `gifts, ${what}`,
        `gifts, ${what}: the connector's parts, by hand`,
      ),
    ]),
  ];
}

function unzip(packed: readonly Uint8Array[]): void {
  for (const bytes of packed) gunzipSync(bytes);
}

/** The payload as it was packed. */
function payloadOf(bytes: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x1f, 0x8b, 0x08]));
  return bytes.subarray(at);
}

async function perSecond({ run, messages }: Work, roundMs: number): Promise<number> {
  const began = performance.now();
  let passes = 0;
  let took = 0;
  for (; took < roundMs; took = performance.now() - began) {
    const pass = run();
    if (pass) await pass;
    passes += 1;
  }
  return (passes * messages * 1000) / took;
}
