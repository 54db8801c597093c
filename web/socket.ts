import ReconnectingWebSocket from "partysocket/ws";
import { safeParse } from "zod/mini";
import { liveMessageSchema } from "../domain/live-message.ts";
import { readLive } from "./api.ts";
import { refreshSession } from "./http.ts";
import { link, takeMessage, takeSnapshot } from "./state/live.ts";

/** `http.md`: why the server closed the dashboard's socket. */
const CLOSED = { signedOut: 4401, rightLost: 4403, renew: 4408 } as const;

/** A middlebox drops a silent connection after a minute or less; the answer costs the server nothing. */
const PING_MS = 25_000;
/** Without an answer for this long the connection is dead, whatever the browser believes. */
const DEAD_MS = 60_000;
/** While no socket stands, the wall is read by plain requests. */
const POLL_MS = 15_000;

export interface LiveSocket {
  close(): void;
}

/**
 * Keeps the dashboard's socket open and writes what it says into `state/live.ts`.
 * @param onSignedOut the session is over and could not be renewed
 */
export function openLiveSocket(onSignedOut: () => void): LiveSocket {
  const url = new URL("/api/v1/live/socket", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new ReconnectingWebSocket(url.href, [], {
    minReconnectionDelay: 500 + Math.random() * 1_500,
    maxReconnectionDelay: 20_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 10_000,
  });
  let heardAt = Date.now();
  let polling: ReturnType<typeof setInterval> | undefined;

  const poll = async () => {
    const now = await readLive().catch(() => null);
    if (now && link.peek() !== "open") takeSnapshot(now);
  };
  const stopPolling = () => {
    clearInterval(polling);
    polling = undefined;
  };

  socket.addEventListener("open", () => {
    heardAt = Date.now();
    link.value = "open";
    stopPolling();
  });

  socket.addEventListener("message", ({ data }) => {
    heardAt = Date.now();
    if (data === "pong" || typeof data !== "string") return;
    const message = parse(data);
    if (message) takeMessage(message);
  });

  socket.addEventListener("close", ({ code }) => {
    link.value = "reconnecting";
    if (code === CLOSED.rightLost) {
      stopPolling();
      socket.close();
      return;
    }
    if (code === CLOSED.signedOut) {
      socket.close();
      void refreshSession().then((renewed) => (renewed ? socket.reconnect() : onSignedOut()));
      return;
    }
    if (code === CLOSED.renew) socket.reconnect();
    if (polling === undefined) {
      polling = setInterval(poll, POLL_MS);
      void poll();
    }
  });

  const heartbeat = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heardAt > DEAD_MS) socket.reconnect();
    else socket.send("ping");
  }, PING_MS);

  return {
    close() {
      clearInterval(heartbeat);
      stopPolling();
      socket.close();
    },
  };
}

/** A message of a newer server that this page does not know is skipped, not fatal. */
function parse(text: string) {
  try {
    const parsed = safeParse(liveMessageSchema, JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
