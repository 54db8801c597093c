import { WebSocket } from "ws";
import { type LiveItem, liveMessageSchema, type Tracking, type TrackingState } from "../../domain/live-message.ts";
import type { Agent } from "../../scripts/agent.ts";
import type { Server } from "./server.ts";

/** A room as the simulator knows it. */
export interface RoomState {
  roomId: string;
  sent: number;
  connections: number;
  /** Sockets that are open now. */
  viewers: number;
  garbage: number;
  wrongAcks: number;
  /** A recording was played to its end, and everybody who watches has been sent all of it. */
  done: boolean;
  /** Diamonds really given, and how many of them no socket ever carried to its end; null for a recording. */
  truth: { diamonds: number; unsent: number } | null;
}

/** What the wall showed of one creator's LIVE. */
export interface Seen {
  roomId: string;
  /** Diamonds: no look may show more. Given for a recording, whose room does not know. */
  most: number | null;
  samples: number;
  /** Diamonds of the latest look; null before the first. */
  shown: number | null;
  /** Whether the latest look called that sure. */
  sure: boolean;
  /** Every look that showed more than was given by then, or less than the look before. */
  wrong: string[];
  /** What staff saw the tracking do: the latest of each state. */
  states: Map<TrackingState, Tracking>;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const LOOK_EVERY_MS = 250;

/**
 * Somebody has the LIVE wall open and is told every change of state; and looks at its figures all the time, and at
 * what was really given right after each look.
 */
export class Wall {
  readonly #server: Server;
  readonly #staff: Agent;
  readonly #seen = new Map<string, Seen>();
  #open = true;
  #looking: Promise<void> = Promise.resolve();
  #socket: WebSocket | null = null;
  #trouble: unknown = null;

  constructor(server: Server, staff: Agent) {
    this.#server = server;
    this.#staff = staff;
    this.#watch();
  }

  /** Follows a creator's LIVE from now on. */
  follow(creatorId: string, roomId: string, most: number | null): Seen {
    const seen: Seen = { roomId, most, samples: 0, shown: null, sure: false, wrong: [], states: new Map() };
    this.#seen.set(creatorId, seen);
    return seen;
  }

  /** Looks away while `work` is done: there is nothing to look at. */
  async away(work: () => Promise<void>): Promise<void> {
    await this.#leave();
    await work();
    this.#open = true;
    this.#watch();
  }

  /** Looks no more. @throws what went wrong with looking */
  async close(): Promise<void> {
    await this.#leave();
    if (this.#trouble !== null) throw this.#trouble;
  }

  #watch(): void {
    void this.#lookAgainAndAgain();
    const cookies = [...this.#staff.jar()].map(([name, value]) => `${name}=${value}`).join("; ");
    const url = `${this.#server.app.replace(/^http/, "ws")}/api/v1/live/socket`;
    this.#socket = new WebSocket(url, { headers: { cookie: cookies }, origin: this.#server.app });
    this.#socket.on("message", (text) => this.#hear(String(text)));
    this.#socket.on("error", (error) => {
      if (this.#open) this.#trouble ??= error;
    });
  }

  async #leave(): Promise<void> {
    this.#open = false;
    this.#socket?.terminate();
    await this.#looking;
  }

  #hear(text: string): void {
    const message = liveMessageSchema.parse(JSON.parse(text));
    if (message.type === "snapshot") for (const tracking of message.tracking) this.#note(tracking);
    else if (message.type === "tracking") this.#note(message);
  }

  #note(tracking: Tracking): void {
    this.#seen.get(tracking.creatorId)?.states.set(tracking.state, tracking);
  }

  async #lookAgainAndAgain(): Promise<void> {
    while (this.#open) {
      this.#looking = this.#look().catch((error: unknown) => {
        this.#trouble ??= error;
      });
      await this.#looking;
      await pause(LOOK_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    const { items } = await this.#staff.api<{ items: LiveItem[] }>("GET", "/live");
    const { rooms } = await this.#server.control<{ rooms: RoomState[] }>("GET", "/rooms");
    for (const { creatorId, diamonds, confidence } of items) {
      const seen = this.#seen.get(creatorId);
      if (!seen) continue;
      const room = rooms.find(({ roomId }) => roomId === seen.roomId);
      const most = seen.most ?? room?.truth?.diamonds ?? 0;
      if (diamonds > most) seen.wrong.push(`${diamonds} shown when ${most} were given`);
      if (diamonds < (seen.shown ?? 0)) seen.wrong.push(`${diamonds} shown after ${seen.shown}`);
      seen.samples += 1;
      seen.shown = diamonds;
      seen.sure = confidence !== "partial";
    }
  }
}
