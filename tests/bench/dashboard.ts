import { WebSocket } from "ws";
import * as z from "zod/mini";
import { liveMessageSchema, liveTickSchema } from "../../domain/live-message.ts";

/** What a viewer was shown of one creator: when it came (ms since epoch), and the diamonds. */
export interface Shown {
  at: number;
  diamonds: number;
}

const frameSchema = z.union([liveTickSchema, liveMessageSchema]);

/** A viewer of the wall, as a browser is one: the product's own socket, with an ear for when each figure came. */
export class Dashboard {
  /** By creator, in the order in which it came. */
  readonly shown = new Map<string, Shown[]>();
  readonly #socket: WebSocket;
  #frames = 0;
  #bytes = 0;
  #closed = false;

  /** @param cookie of somebody who may see LIVEs */
  static open(app: string, cookie: string): Promise<Dashboard> {
    const socket = new WebSocket(`${app.replace(/^http/, "ws")}/api/v1/live/socket?frames=ticks`, {
      headers: { Cookie: cookie, Origin: app },
    });
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(new Dashboard(socket)));
      socket.once("error", reject);
    });
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (text) => this.#heard(Date.now(), String(text)));
    // What breaks closes too.
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#closed = true;
    });
  }

  get frames(): number {
    return this.#frames;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it was closed by the other side. */
  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#socket.terminate();
  }

  #heard(at: number, text: string): void {
    this.#frames += 1;
    this.#bytes += Buffer.byteLength(text);
    const frame = frameSchema.parse(JSON.parse(text));
    const messages = frame.type === "tick" ? frame.messages : [frame];
    // A viewer that does not say what it has heard is sent nothing more.
    if (frame.type === "tick") this.#socket.send(`heard ${frame.tick}`);
    for (const message of messages) {
      if (message.type === "snapshot")
        for (const { creatorId, diamonds } of message.items) this.#note(creatorId, at, diamonds);
      else if (message.type === "live" || message.type === "moved" || message.type === "ended")
        this.#note(message.creatorId, at, message.diamonds);
    }
  }

  /** `moved` says only what is another one than before. */
  #note(creatorId: string, at: number, diamonds: number | undefined): void {
    if (diamonds === undefined) return;
    const known = this.shown.get(creatorId);
    if (known) known.push({ at, diamonds });
    else this.shown.set(creatorId, [{ at, diamonds }]);
  }
}
