import type { LiveSourceKind } from "../../domain/live-message.ts";
import type { DurableEnv } from "../env.ts";
import { hubContext } from "../hub/context.ts";
import { standing } from "../hub/live-check.ts";
import { CLOSE } from "../kit/sockets.ts";
import { tenantHub } from "../kit/stubs.ts";
import type { Farewell } from "../webcast/source.ts";
import type { Line } from "./line.ts";
import { mayRelay, NOT_ALLOWED, RELAY_OFF, type ReaderCall, ROOM_OVER, refusedUpgrade } from "./reader.ts";
import { isEnding, type Running } from "./running.ts";
import type { WatchTarget } from "./watch.ts";

/** What the door needs of the tracker that it leads to. */
export interface DoorHolder {
  running(): Running | null;
  /** @returns what runs for the room now; null for one that is over, or that must not be watched */
  watchRoom(target: WatchTarget, farewell: Farewell): Promise<Running | null>;
  /** Nobody may listen any more. */
  stop(): Promise<void>;
}

/**
 * Who may listen to a creator's room: this server, or a reader of the agency's own, which comes in
 * here. The tracker calls it in its turn.
 */
export class Door {
  readonly #env: DurableEnv;
  readonly #line: Line;
  readonly #holder: DoorHolder;

  constructor(env: DurableEnv, line: Line, holder: DoorHolder) {
    this.#env = env;
    this.#line = line;
    this.#holder = holder;
  }

  /** Lets a reader in, after the same questions as before a room is watched. @returns the upgrade, or why not */
  async letIn({ place, creatorId, roomId, ...reader }: ReaderCall): Promise<Response> {
    const hub = hubContext(this.#env, place);
    const who = await standing(hub, creatorId);
    if ("state" in who) return refusedUpgrade({ code: who.code, sentence: who.sentence });
    if (who.source !== "relay") return refusedUpgrade(RELAY_OFF);
    await tenantHub(this.#env, place).reading(creatorId, reader);
    if (!(await mayRelay(hub.db(), reader, creatorId, Date.now()))) return refusedUpgrade(NOT_ALLOWED);

    const { connectionId, generation } = who;
    const username = who.username ?? "";
    const target = { place, creatorId, connectionId, generation, username, roomId, createdAt: null };
    const running = await this.#holder.watchRoom(target, CLOSE.takenOver);
    if (!running) return refusedUpgrade(ROOM_OVER);
    this.#listenBy(running, who.source);
    await this.#line.prepare(running);
    if (this.#holder.running() !== running || isEnding(running)) return refusedUpgrade(ROOM_OVER);

    const { 0: client, 1: server } = new WebSocketPair();
    server.binaryType = "arraybuffer";
    server.accept();
    this.#line.read(running, reader, server);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Something that decides on who may listen is another one: staff's choice, a key, a role. */
  async reconsider(): Promise<void> {
    const running = this.#holder.running();
    if (!running) return;
    const { place, creatorId } = running.watch;
    const hub = hubContext(this.#env, place);
    const who = await standing(hub, creatorId);
    if (this.#holder.running() !== running) return;
    if ("state" in who) return this.#holder.stop();
    this.#listenBy(running, who.source);
    const { reader } = running;
    if (reader === null || (await mayRelay(hub.db(), reader, creatorId, Date.now()))) return;
    if (this.#holder.running() === running && running.reader === reader) this.#line.dismiss(running);
  }

  /** The session goes on, whoever listens. */
  #listenBy(running: Running, source: LiveSourceKind): void {
    if (running.watch.source === source) return;
    running.watch.source = source;
    this.#line.hangUp(running);
  }
}
