import ReconnectingWebSocket from "partysocket/ws";
import { readLive } from "./api.ts";
import { refreshSession } from "./http.ts";
import { readFrame } from "./live-frame.ts";
import { link, takeMessages, takeSnapshot } from "./state/live.ts";

/** `http.md`: why the server closed the dashboard's socket. */
const CLOSED = { signedOut: 4401, rightLost: 4403, renew: 4408 } as const;

/** A middlebox drops a silent connection after a minute or less; the answer costs the server nothing. */
const PING_MS = 25_000;
/** Without an answer for this long the connection is dead, whatever the browser believes. */
const DEAD_MS = 60_000;
/** While no socket stands, the wall is read by plain requests. */
const POLL_MS = 15_000;
const RENEW_MS = 30_000;

export interface LiveSocket {
  close(): void;
}

/**
 * Keeps the dashboard's socket open and writes what it says into `state/live.ts`.
 * @param onSignedOut the session is over and could not be renewed
 */
export function openLiveSocket(onSignedOut: () => void): LiveSocket {
  const url = new URL("/api/v1/live/socket?frames=ticks", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new ReconnectingWebSocket(url.href, [], {
    minReconnectionDelay: 500 + Math.random() * 1_500,
    maxReconnectionDelay: 20_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 10_000,
    // These three are answered below; everything else comes back by itself, later and later.
    shouldReconnectOnClose: ({ code }) => !Object.values<number>(CLOSED).includes(code),
  });
  let heardAt = Date.now();
  let renewedAt = 0;
  let closed = false;
  let polling: ReturnType<typeof setInterval> | undefined;

  const poll = async () => {
    const now = await readLive().catch(() => null);
    if (now && link.peek() !== "open") takeSnapshot(now);
  };
  const stopPolling = () => {
    clearInterval(polling);
    polling = undefined;
  };

  /** A session that was renewed a moment ago and is refused again is over. */
  const renewSession = async () => {
    const again = Date.now() - renewedAt < RENEW_MS;
    renewedAt = Date.now();
    if (again || !(await refreshSession())) onSignedOut();
    else if (!closed) socket.reconnect();
  };

  socket.addEventListener("open", () => {
    heardAt = Date.now();
    link.value = "open";
    stopPolling();
  });

  socket.addEventListener("message", ({ data }) => {
    heardAt = Date.now();
    if (data === "pong" || typeof data !== "string") return;
    const { tick, messages } = readFrame(data);
    takeMessages(messages);
    // Said only now: a server that hears nothing of a tick waits with the next.
    if (tick !== null) socket.send(`heard ${tick}`);
  });

  socket.addEventListener("close", ({ code }) => {
    if (closed) return;
    if (code === CLOSED.renew) return socket.reconnect();
    if (code === CLOSED.rightLost) {
      link.value = "refused";
      return stopPolling();
    }
    link.value = "reconnecting";
    if (code === CLOSED.signedOut) return void renewSession();
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
      closed = true;
      clearInterval(heartbeat);
      stopPolling();
      socket.close();
    },
  };
}
