import * as z from "zod/mini";
import type { ApiKeyId, SessionId, UserId } from "../../domain/ids.ts";
import { REACHES } from "../../domain/roles.ts";

/**
 * Hibernating WebSockets. What must outlive hibernation rides in the attachment (at most 16 KB),
 * and is parsed, not cast, when it comes back: an older deploy may have written it.
 */
const viewerSchema = z.object({
  /** The browser's session, or the program's key. */
  credential: z.custom<SessionId | ApiKeyId>((value) => typeof value === "string"),
  userId: z.custom<UserId>((value) => typeof value === "string"),
  team: z.nullable(z.string()),
  reach: z.enum(REACHES),
  /** One frame a tick, each answered; else a frame a message. */
  ticks: z.boolean(),
});
/** Who opens a dashboard's socket. */
export type SocketViewer = z.infer<typeof viewerSchema>;

const attachmentSchema = z.extend(viewerSchema, {
  /** The socket's own: the platform hands out other objects for the same socket. */
  id: z.string(),
  /** ms since epoch */
  expiresAt: z.number(),
});
export type SocketOwner = z.infer<typeof attachmentSchema>;

const VIEWER = "X-Viewer";

/** The headers of an upgrade that the worker hands on: it has checked who asks, and the object can be reached by it alone. */
export const upgradeOf = (viewer: SocketViewer): Record<string, string> => ({
  Upgrade: "websocket",
  [VIEWER]: encodeURIComponent(JSON.stringify(viewer)),
});

/** @throws ZodError when the worker named nobody */
export const viewerOf = (request: Request): SocketViewer =>
  viewerSchema.parse(JSON.parse(decodeURIComponent(request.headers.get(VIEWER) ?? "null")));

/** Why we close a socket, a dashboard's or a reader's: said by code, so that a client knows what to do. */
export const CLOSE = {
  signedOut: [4401, "Signed out"],
  notAllowed: [4403, "Not allowed any more"],
  renew: [4408, "Connect again"],
  /** To an agency's own reader of a LIVE room. */
  liveOver: [1000, "The LIVE is over"],
  tooLong: [1009, "A frame has at most 1 MB"],
  notStored: [1011, "The frame could not be stored: connect again"],
  silent: [4408, "No frame came for too long: connect again"],
  takenOver: [4409, "Another reader took over"],
} as const satisfies Record<string, readonly [number, string]>;

/** A socket lives so long; then the client comes back and its rights are read anew. */
export const SOCKET_MS = 10 * 60_000;

export const ownerOf = (socket: WebSocket): SocketOwner | null =>
  attachmentSchema.safeParse(socket.deserializeAttachment()).data ?? null;

/** Closing twice, or a socket that is gone already, throws; neither matters. */
export function close(socket: WebSocket, [code, reason]: readonly [number, string]): void {
  try {
    socket.close(code, reason);
  } catch {
    // It is closed: that was the wish.
  }
}

/** A close frame must be answered, except with the codes that are never sent on the wire (RFC 6455 §7.4.1). */
export function answerClose(socket: WebSocket, code: number): void {
  const unsendable = code === 1005 || code === 1006 || code === 1015;
  close(socket, [unsendable ? 1000 : code, ""]);
}
