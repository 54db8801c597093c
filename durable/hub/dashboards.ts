import type { ApiKeyId, SessionId } from "../../domain/ids.ts";
import type { LiveMessage } from "../../domain/live-message.ts";
import { answerClose, CLOSE, close, ownerOf, SOCKET_MS, type SocketOwner } from "../kit/sockets.ts";

/** The sockets of a tenant's open dashboards. They hibernate: all that is known of one rides in its attachment. */
export class Dashboards {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /**
   * Opens a dashboard's socket, which first hears `snapshot`.
   * @param request the worker's own, which checked who asks: `X-Session`, `X-User`
   * @returns the upgrade, and when the socket is to be renewed (ms since epoch); null: nobody was named
   */
  open(request: Request, snapshot: LiveMessage): { response: Response; expiresAt: number } | null {
    const [client, server] = Object.values(new WebSocketPair());
    const owner: SocketOwner = {
      sessionId: request.headers.get("X-Session") ?? "",
      userId: request.headers.get("X-User") ?? "",
      expiresAt: Date.now() + SOCKET_MS,
    };
    if (!client || !server || owner.sessionId === "") return null;
    this.#ctx.acceptWebSocket(server, [owner.sessionId]);
    server.serializeAttachment(owner);
    server.send(JSON.stringify(snapshot));
    return { response: new Response(null, { status: 101, webSocket: client }), expiresAt: owner.expiresAt };
  }

  tell(message: LiveMessage): void {
    const text = JSON.stringify(message);
    for (const socket of this.#ctx.getWebSockets()) {
      try {
        socket.send(text);
      } catch {
        // It is closing; its owner gets a snapshot when it comes back.
      }
    }
  }

  closed(socket: WebSocket, code: number): void {
    answerClose(socket, code);
  }

  /** A session ended: its sockets close at once. */
  signedOut(sessionId: SessionId | ApiKeyId): void {
    for (const socket of this.#ctx.getWebSockets(sessionId)) close(socket, CLOSE.signedOut);
  }

  /** Closes what has lived its time. @returns when the next has, ms since epoch; null without sockets */
  renew(now = Date.now()): number | null {
    const expiries = this.#ctx.getWebSockets().flatMap((socket) => {
      const expiresAt = ownerOf(socket)?.expiresAt ?? 0;
      if (expiresAt > now) return [expiresAt];
      close(socket, CLOSE.renew);
      return [];
    });
    return expiries.length > 0 ? Math.min(...expiries) : null;
  }
}
