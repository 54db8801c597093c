import { exports } from "cloudflare:workers";
import * as z from "zod/mini";
import { decodePushFrame, type RawMessage } from "../../../durable/webcast/frames.ts";
import complete from "../../fixtures/live/room-complete.jsonl?raw";
import end from "../../fixtures/live/room-end.jsonl?raw";
import gap from "../../fixtures/live/room-gap.jsonl?raw";
import pause from "../../fixtures/live/room-pause.jsonl?raw";
import streaks from "../../fixtures/live/room-streaks.jsonl?raw";
import { message } from "../../unit/webcast/encode.ts";
import { messagesFrame } from "../../unit/webcast-connect/wire-frames.ts";
import { type Agency, ORIGIN, until } from "./agency.ts";
import { consenting, type Tracked } from "./live.ts";
import type { RecordedRoom } from "./recordings.ts";

/** An agency's own reader of a LIVE room, without a room: what TikTok sent, it makes up. */

const goOnSchema = z.object({
  type: z.literal("go_on"),
  roomId: z.string(),
  cursor: z.string(),
  userAgent: z.string(),
});
export type GoOn = z.infer<typeof goOnSchema>;

export interface OpenReader {
  socket: WebSocket;
  goOn: GoOn;
  texts: string[];
  /** Frames that were acknowledged, by their ids. */
  acks: string[];
  closed: Promise<{ code: number; reason: string }>;
  /** Sends frames as TikTok's socket would bring them, and waits until each is acknowledged. */
  forward(frames: readonly ArrayBuffer[]): Promise<void>;
}

export const relayKey = async ({ browser }: Agency, role = "admin"): Promise<{ id: string; secret: string }> =>
  browser.api("POST", "/api-keys", { name: "LIVE reader", role });

/** A tracked creator whose LIVE an own reader reads, and a key for it. */
export async function relayed(agency: Agency, account: string): Promise<Tracked & { key: string; keyId: string }> {
  const creator = await consenting(agency, account);
  await listenBy(creator, "relay");
  const { id, secret } = await relayKey(agency);
  return { ...creator, key: secret, keyId: id };
}

export const listenBy = (
  { staff, id }: Tracked,
  source: "direct" | "relay",
): Promise<{ enabled: boolean; state: string; source: string }> =>
  staff.api("PUT", `/creators/${id}/live-tracking`, { enabled: true, source });

/** Asks for the upgrade, whatever comes of it. */
export const knock = (creatorId: string, room: string, headers: Record<string, string>): Promise<Response> =>
  exports.default.fetch(
    new Request(`${ORIGIN}/api/v1/creators/${creatorId}/live-relay?room=${encodeURIComponent(room)}`, {
      headers: { Upgrade: "websocket", ...headers },
    }),
  );

export async function connectReader(creatorId: string, room: string, key: string): Promise<OpenReader> {
  const answer = await knock(creatorId, room, { Authorization: `Bearer ${key}` });
  const { webSocket: socket } = answer;
  if (!socket) throw new Error(`No socket: ${answer.status} ${await answer.text()}`);
  const texts: string[] = [];
  const acks: string[] = [];
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") texts.push(data);
    else acks.push(decodePushFrame(new Uint8Array(data)).logId);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
  );
  socket.accept();
  await until(async () => texts.length > 0);
  const goOn = goOnSchema.parse(JSON.parse(texts[0] ?? ""));
  const forward = async (frames: readonly ArrayBuffer[]): Promise<void> => {
    const before = acks.length;
    for (const frame of frames) socket.send(frame);
    await until(async () => acks.length >= before + frames.length);
  };
  return { socket, goOn, texts, acks, closed, forward };
}

const FILES: Record<RecordedRoom["file"], string> = {
  "room-complete": complete,
  "room-end": end,
  "room-gap": gap,
  "room-pause": pause,
  "room-streaks": streaks,
};

const rowSchema = z.object({
  method: z.string(),
  msgId: z.string(),
  roomId: z.string(),
  createTime: z.string(),
  payload: z.string(),
});

/** A recording's messages in the order of their arrival, and TikTok's word that the LIVE is over. */
export function recordedMessages({ file, room }: RecordedRoom): RawMessage[] {
  const rows = FILES[file]
    .trimEnd()
    .split("\n")
    .map((line) => rowSchema.parse(JSON.parse(line)));
  const times = rows.flatMap(({ method, roomId, createTime }) =>
    roomId === room && method !== "WebcastRoomMessage" ? [Number(createTime)] : [],
  );
  return [
    ...rows.map(({ method, msgId, payload }) => ({
      method,
      msgId,
      payload: Buffer.from(payload, "base64"),
      isHistory: false,
    })),
    endOf(room, Math.max(...times) + 1),
  ];
}

const A_FRAME = 5;

/** Messages as TikTok's socket packs them; the cursor of each frame is its place: `1`, `2`, … */
export const framesOf = (messages: readonly RawMessage[]): ArrayBuffer[] =>
  Array.from({ length: Math.ceil(messages.length / A_FRAME) }, (_, at) =>
    messagesFrame(
      {
        messages: messages.slice(at * A_FRAME, (at + 1) * A_FRAME),
        cursor: String(at + 1),
        internalExt: `ext-${at + 1}`,
        needAck: true,
      },
      String(at + 1),
    ),
  );

/** Sent again after a cut: they happened before. */
const asHistory = (messages: readonly RawMessage[]): RawMessage[] =>
  messages.map((raw) => ({ ...raw, isHistory: true }));

/** What a reader that went on from `cursor` would get of it. */
export const framesAfter = (messages: readonly RawMessage[], cursor: string): ArrayBuffer[] =>
  framesOf(asHistory(messages)).slice(Number(cursor || 0));

export const endOf = (room: string, at: number): RawMessage =>
  message("WebcastControlMessage", { at, room }, (writer) => writer.uint(2, 3));

/** A room that goes on: something that means nothing, again and again. */
export function murmur({ socket }: OpenReader): () => void {
  const frame = messagesFrame({ messages: [message("WebcastNothing", { at: Date.now() })] }, "999999");
  const timer = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame);
  }, 300);
  return () => clearInterval(timer);
}
