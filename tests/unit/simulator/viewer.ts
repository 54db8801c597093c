/** A viewer of the simulated LIVE over a real socket: signs, dials, enters, beats, acknowledges, and keeps what it got. */
import { gunzipSync } from "node:zlib";
import { PbfReader } from "pbf";
import { WebSocket } from "ws";
import { decodePushFrame, encode, encodePushFrame, writeInt64 } from "../../../simulator/live/wire.ts";

export interface Got {
  method: string;
  payload: Uint8Array;
  msgId: string;
  isHistory: boolean;
}

interface FetchResult {
  messages: Got[];
  cursor: string;
  internalExt: string;
  pushServer: string;
  routeParams: Record<string, string>;
}

const varint = (pbf: PbfReader): string => {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = pbf.buf[pbf.pos++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value.toString();
  }
};

const readMessage = (bytes: Uint8Array): Got =>
  new PbfReader(bytes).readFields<Got>(
    (field, message, pbf) => {
      if (field === 1) message.method = pbf.readString();
      else if (field === 2) message.payload = pbf.readBytes();
      else if (field === 3) message.msgId = varint(pbf);
      else if (field === 6) message.isHistory = pbf.readBoolean();
    },
    { method: "", payload: new Uint8Array(), msgId: "0", isHistory: false },
  );

export const readFetchResult = (bytes: Uint8Array): FetchResult =>
  new PbfReader(bytes).readFields<FetchResult>(
    (field, result, pbf) => {
      if (field === 1) result.messages.push(readMessage(pbf.readBytes()));
      else if (field === 2) result.cursor = pbf.readString();
      else if (field === 5) result.internalExt = pbf.readString();
      else if (field === 10) result.pushServer = pbf.readString();
      else if (field === 7) {
        const [key, value] = new PbfReader(pbf.readBytes()).readFields<[string, string]>(
          (part, entry, inner) => {
            if (part === 1) entry[0] = inner.readString();
            else if (part === 2) entry[1] = inner.readString();
          },
          ["", ""],
        );
        result.routeParams[key] = value;
      }
    },
    { messages: [], cursor: "", internalExt: "", pushServer: "", routeParams: {} },
  );

export const USER_AGENT = "Mozilla/5.0 (a test)";

export interface Signed extends FetchResult {
  cookie: string;
}

export const sign = async (origin: string, roomId: string, cursor?: string): Promise<Signed> => {
  const query = new URLSearchParams({ client: "test", user_agent: USER_AGENT, ...(cursor ? { cursor } : {}) });
  const answer = await fetch(`${origin}/webcast/rooms/${roomId}/connect?${query}`);
  if (!answer.ok) throw new Error(`not signed: ${answer.status}`);
  const result = readFetchResult(new Uint8Array(await answer.arrayBuffer()));
  return { ...result, cookie: answer.headers.get("x-set-tt-cookie") ?? "" };
};

export interface Watching {
  got: Got[];
  /** Payloads of `msg` frames that came gzipped. */
  gzipped: number;
  frames: number;
  /** Frames that were no frames. */
  garbage: number;
  cursor: string;
  /** The handshake-msg of a refusal, or null once the socket is open. */
  refused: string | null;
  /** Resolves when the socket has opened or was refused. */
  settled: Promise<void>;
  closed: boolean;
  heard: string[];
  socket: WebSocket;
}

export const watch = (signed: Signed, roomId: string, headers: Record<string, string> = {}): Watching => {
  const query = new URLSearchParams({
    aid: "1988",
    compress: "gzip",
    room_id: roomId,
    cursor: signed.cursor,
    internal_ext: signed.internalExt,
    ...signed.routeParams,
  });
  const socket = new WebSocket(`${signed.pushServer}?${query}`, {
    headers: { "user-agent": USER_AGENT, cookie: signed.cookie, ...headers },
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  const watching: Watching = {
    got: [],
    gzipped: 0,
    frames: 0,
    garbage: 0,
    cursor: signed.cursor,
    refused: null,
    settled: promise,
    closed: false,
    heard: [],
    socket,
  };
  const send = (payloadType: string, payload: Uint8Array, logId = "0"): void =>
    socket.send(encodePushFrame({ seqId: "0", logId, headers: {}, payloadType, payload }));
  socket.on("open", () => {
    const room = encode((pbf) => writeInt64(pbf, 1, roomId));
    send("im_enter_room", room);
    send("hb", room);
    resolve();
  });
  socket.on("unexpected-response", (request, response) => {
    watching.refused = String(response.headers["handshake-msg"]);
    request.destroy();
    resolve();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    watching.closed = true;
  });
  socket.on("message", (bytes) => {
    watching.frames += 1;
    try {
      const frame = decodePushFrame(bytes instanceof Buffer ? bytes : new Uint8Array());
      watching.heard.push(frame.payloadType);
      if (frame.payloadType !== "msg") return;
      const isGzip = frame.payload[0] === 0x1f && frame.payload[1] === 0x8b;
      const result = readFetchResult(isGzip ? gunzipSync(frame.payload) : frame.payload);
      if (result.cursor === "") throw new Error("no cursor");
      if (isGzip) watching.gzipped += 1;
      watching.got.push(...result.messages);
      watching.cursor = result.cursor;
      send("ack", Buffer.from(result.internalExt), frame.logId);
    } catch {
      watching.garbage += 1;
    }
  });
  return watching;
};
