import { type ApiKeyId, type CreatorId, isId, type SessionId, type UserId } from "../../domain/ids.ts";
import type { LiveItem, LiveMessage, LiveTick } from "../../domain/live-message.ts";
import { answerClose, CLOSE, close, ownerOf, SOCKET_MS, type SocketOwner, type SocketViewer } from "../kit/sockets.ts";
import { audienceOf, seenBy, type Viewer } from "./audience.ts";
import type { Faces } from "./faces.ts";
import type { Listener } from "./switchboard.ts";
import { type Sees, Tick, type TickSource } from "./tick.ts";

/** A viewer whose answers trail by so much is behind: nothing more is sent until they have caught up. */
const BEHIND_MS = 2_000;

export interface DashboardSource extends TickSource {
  snapshot(sees: Sees): LiveMessage & { type: "snapshot" };
  /** ms between two ticks. */
  everyMs(): number;
}

/** How far a viewer has come; lives as long as the object is awake. */
interface Progress {
  sent: number;
  heard: number;
}

/**
 * The sockets of a tenant's open dashboards. They hibernate: all that must be known of one rides in its attachment.
 *
 * What changes is gathered and told once a tick, in one frame that is written once for all who see the same. A
 * viewer who does not keep up is not queued for: the next thing it hears is the newest snapshot.
 */
export class Dashboards implements Listener {
  readonly #ctx: DurableObjectState;
  readonly #source: DashboardSource;
  readonly #faces: Faces;
  readonly #progress = new Map<SocketOwner["id"], Progress>();
  readonly #shown = new Map<CreatorId, LiveItem>();
  #next: Tick;
  #number = 0;
  #lastAt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ctx: DurableObjectState, source: DashboardSource, faces: Faces) {
    this.#ctx = ctx;
    this.#source = source;
    this.#faces = faces;
    this.#next = new Tick(source, this.#shown);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /**
   * Opens a dashboard's socket, which first hears a snapshot.
   * @returns the upgrade, and when the socket is to be renewed (ms since epoch)
   */
  open(viewer: SocketViewer): { response: Response; expiresAt: number } {
    const { 0: client, 1: server } = new WebSocketPair();
    const owner: SocketOwner = { ...viewer, id: crypto.randomUUID(), expiresAt: Date.now() + SOCKET_MS };
    // What has gathered is in the snapshot.
    this.tick();
    this.#ctx.acceptWebSocket(server, [owner.credential, owner.userId]);
    server.serializeAttachment(owner);
    this.#show(server, owner);
    return { response: new Response(null, { status: 101, webSocket: client }), expiresAt: owner.expiresAt };
  }

  moved(creatorId: CreatorId): void {
    this.#next.moved(creatorId);
    this.#soon();
  }

  totalled(): void {
    this.#next.totalled();
    this.#soon();
  }

  say(message: LiveMessage & { creatorId: string }): void {
    this.#next.say(message);
    // What must not be seen any more leaves the screens at once.
    if (message.type === "removed") this.tick();
    else this.#soon();
  }

  /** Tells everybody what has gathered. */
  tick(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const tick = this.#next;
    if (tick.empty) return;
    this.#next = new Tick(this.#source, this.#shown);
    this.#lastAt = Date.now();
    this.#number++;
    // One text an audience, however many look.
    const plain = new Map<string, string[]>();
    const whole = (owner: SocketOwner): string[] =>
      once(plain, audienceOf(owner), () => tick.whole(seenBy(owner, this.#faces)).map((each) => JSON.stringify(each)));
    const frames = new Map<string, string>();
    const frame = (owner: SocketOwner): string =>
      once(frames, audienceOf(owner), () => this.#frame(tick.changes(seenBy(owner, this.#faces))));
    for (const socket of this.#ctx.getWebSockets()) {
      const owner = ownerOf(socket);
      if (!owner) continue;
      if (!owner.ticks) for (const text of whole(owner)) send(socket, text);
      else this.#advance(socket, owner, () => frame(owner));
    }
    tick.done();
  }

  /** A viewer says which tick it has taken in. */
  heard(socket: WebSocket, text: string): void {
    const [, number] = /^heard (\d{1,15})$/.exec(text) ?? [];
    const owner = number === undefined ? null : ownerOf(socket);
    if (!owner?.ticks) return;
    const progress = this.#progress.get(owner.id);
    if (!progress) {
      // Where it stands is forgotten: it may have missed something.
      this.#show(socket, owner);
      return;
    }
    const behind = this.#isBehind(progress);
    progress.heard = Math.max(progress.heard, Math.min(progress.sent, Number(number)));
    if (!behind || this.#isBehind(progress)) return;
    this.tick();
    this.#show(socket, owner);
  }

  closed(socket: WebSocket, code: number): void {
    const owner = ownerOf(socket);
    if (owner) this.#progress.delete(owner.id);
    answerClose(socket, code);
  }

  /** A session ended: its sockets close at once. */
  signedOut(sessionId: SessionId | ApiKeyId): void {
    for (const socket of this.#ctx.getWebSockets(sessionId)) close(socket, CLOSE.signedOut);
  }

  /** Somebody's membership is another one now; null: there is none that may sign in. */
  rightsChanged(userId: UserId, now: Viewer | null): void {
    this.tick();
    for (const socket of this.#ctx.getWebSockets(userId)) {
      const owner = ownerOf(socket);
      if (!owner) continue;
      if (now === null) close(socket, CLOSE.signedOut);
      // What a key may do is more than its maker's membership says: its rights are read when it is back.
      else if (isId("apiKey", owner.credential)) close(socket, CLOSE.renew);
      else if (now.reach === "none") close(socket, CLOSE.notAllowed);
      else {
        const changed = { ...owner, ...now };
        socket.serializeAttachment(changed);
        this.#show(socket, changed);
      }
    }
  }

  /**
   * A creator belongs to somebody else now: who sees only some is shown anew what they see. What had
   * gathered before was told before, by whom it belonged to then.
   */
  belongingChanged(): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const owner = ownerOf(socket);
      if (owner && audienceOf(owner) !== "all") this.#show(socket, owner);
    }
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

  #soon(): void {
    this.#timer ??= setTimeout(() => this.tick(), Math.max(0, this.#lastAt + this.#source.everyMs() - Date.now()));
  }

  /** Sends a tick to a viewer who keeps up. */
  #advance(socket: WebSocket, owner: SocketOwner, frame: () => string): void {
    const progress = this.#progress.get(owner.id);
    if (!progress) this.#show(socket, owner);
    else if (!this.#isBehind(progress)) {
      send(socket, frame());
      progress.sent = this.#number;
    }
  }

  /** Sends the newest snapshot: whatever came before does not matter any more. */
  #show(socket: WebSocket, owner: SocketOwner): void {
    const snapshot = this.#source.snapshot(seenBy(owner, this.#faces));
    if (!owner.ticks) {
      send(socket, JSON.stringify(snapshot));
      return;
    }
    this.#progress.set(owner.id, { sent: this.#number, heard: this.#number - 1 });
    send(socket, this.#frame([snapshot]));
  }

  #isBehind({ sent, heard }: Progress): boolean {
    return (sent - heard) * this.#source.everyMs() >= BEHIND_MS;
  }

  #frame(messages: LiveTick["messages"]): string {
    const tick: LiveTick = { type: "tick", tick: this.#number, at: new Date().toISOString(), messages };
    return JSON.stringify(tick);
  }
}

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

function send(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // It is closing; its owner gets a snapshot when it comes back.
  }
}
