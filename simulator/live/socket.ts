/** The push server: /webcast/im/ws/. A refusal is HTTP 200 with two headers, and no upgrade. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Fault } from "../faults.ts";
import type { Simulation } from "../simulation.ts";
import { STATUS } from "./room.ts";
import { positionOf } from "./room-log.ts";
import { Viewer } from "./viewer.ts";

const PATH = "/webcast/im/ws/";

/** TikTok's code for every refusal that has been seen. */
const REFUSED = "415";

const refuse = (socket: Duplex, reason: string): void => {
  socket.end(
    `HTTP/1.1 200 OK\r\nHandshake-Msg: ${reason}\r\nHandshake-Status: ${REFUSED}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
};

const answer = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
};

const SLOWNESS_MS = 5_000;
const SILENCE_MS = 60_000;
const LINES: Partial<Record<Fault["kind"], string>> = {
  "401": "401 Unauthorized",
  "402": "402 Payment Required",
  "403": "403 Forbidden",
  "429": "429 Too Many Requests",
  "500": "500 Internal Server Error",
  html: "502 Bad Gateway",
};

export interface SocketDoor {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export const socketDoor = (simulation: Simulation): SocketDoor => {
  const { rooms, tickets, faults, requests, clock, options } = simulation;
  // TikTok's server does not answer WebSocket pings; a client that relies on them must notice.
  const sockets = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });

  const open = (request: IncomingMessage, socket: Duplex, head: Buffer, query: URLSearchParams): string | undefined => {
    const { cookie = "", "user-agent": userAgent = "" } = request.headers;
    const refusal = tickets.refusal(query, cookie, userAgent);
    if (refusal) return refusal;
    const room = rooms.byId(query.get("room_id") ?? "");
    if (!room || room.status === STATUS.ended) return "ROOM_NOT_LIVE";
    const position = positionOf(query.get("cursor") ?? "");
    if (position === undefined) return "INVALID_CURSOR";
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      new Viewer(webSocket, room, { position, gzip: query.get("compress") === "gzip", clock });
    });
    return undefined;
  };

  /** True: the fault has taken the request over. */
  const meet = (fault: Fault, socket: Duplex, proceed: () => void): void => {
    const line = LINES[fault.kind];
    if (fault.kind === "slow") setTimeout(proceed, fault.delayMs ?? SLOWNESS_MS).unref();
    else if (fault.kind === "nothing") setTimeout(() => socket.destroy(), fault.delayMs ?? SILENCE_MS).unref();
    else if (line) answer(socket, line);
    else refuse(socket, "DEVICE_BLOCKED");
  };

  return {
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const { pathname, searchParams } = new URL(request.url ?? "/", options.origin);
      if (pathname !== PATH) {
        answer(socket, "404 Not Found");
        return;
      }
      const handle = rooms.byId(searchParams.get("room_id") ?? "")?.handle;
      const seen = (status: number): void =>
        requests.add({
          at: clock(),
          method: "GET",
          path: PATH,
          endpoint: "socket",
          account: handle ?? null,
          status,
        });
      const proceed = (): void => {
        const refusal = open(request, socket, head, searchParams);
        seen(refusal ? 200 : 101);
        if (refusal) refuse(socket, refusal);
      };
      const fault = faults.take("socket", handle);
      if (!fault) {
        proceed();
        return;
      }
      if (fault.kind !== "slow") seen(Number(LINES[fault.kind]?.slice(0, 3) ?? 200));
      meet(fault, socket, proceed);
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
};
