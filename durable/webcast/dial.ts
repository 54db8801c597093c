import type { Fetch } from "../../platform/hosts.ts";

/** What a LIVE source needs of a WebSocket. Binary messages come as `ArrayBuffer`. */
export interface LiveSocket {
  send(message: Uint8Array<ArrayBuffer> | string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

export type DialAnswer =
  | { socket: LiveSocket }
  /** `status`: the handshake's own where it has one, else HTTP's. `message`: TikTok's word for it, or "". */
  | { refused: { status: number; message: string } };

/** @throws when the network fails */
export type Dial = (url: string, headers: Record<string, string>) => Promise<DialAnswer>;

/**
 * Dials by the Workers runtime's `fetch`, which wants `https:` for `wss:` and hands the
 * socket over in the response. A refusal of TikTok's is an HTTP 200 without a socket that
 * explains itself in `handshake-status` and `handshake-msg`.
 */
export const dialThrough =
  (fetch: Fetch): Dial =>
  async (url, headers) => {
    const answer = await fetch(url.replace(/^ws/, "http"), { headers: { ...headers, upgrade: "websocket" } });
    const socket = answer.webSocket;
    if (!socket) {
      await answer.body?.cancel();
      const status = Number(answer.headers.get("handshake-status")) || answer.status;
      return { refused: { status, message: answer.headers.get("handshake-msg") ?? "" } };
    }
    socket.binaryType = "arraybuffer";
    // Events come from the next turn of the event loop on, when the caller has added its listeners.
    socket.accept();
    return { socket };
  };
