import type { Tracking, TrackingState } from "../../domain/live-message.ts";
import type { Creator } from "../../domain/records/creator.ts";
import type { LiveSession, LiveSessionSummary } from "../../domain/records/tiktok.ts";
import { Agent, connectCreator } from "../../scripts/agent.ts";
import type { Server } from "./server.ts";
import { pause, type RoomState, type Seen, Wall } from "./wall.ts";

/** A LIVE at its end: what the product says, and what was really given. */
export interface Outcome {
  /** `GET /live-sessions/:id`, once its figures have settled. */
  session: LiveSession;
  room: RoomState;
  seen: Seen;
}

/** An agency whose owner is signed in, and who watches the wall. */
export interface Studio {
  server: Server;
  staff: Agent;
  wall: Wall;
}

/** After an end figures settle: they are final within 15 s. */
const SETTLED_MS = 10_000;
/** A counter trails its gift by up to a second and is told every 2 s; a line that was lost is back in as much. */
const CAUGHT_UP_MS = 20_000;

export async function openStudio(server: Server): Promise<Studio> {
  const staff = new Agent(server.app);
  await staff.api("POST", "/auth/register", {
    agency: "Test Agency",
    region: "eu",
    name: "Olga Owner",
    email: "owner@agency.example",
    password: "an umbrella for two otters",
  });
  return { server, staff, wall: new Wall(server, staff) };
}

/** Asks until it holds. */
export async function until<T>(what: string, ask: () => T | null | undefined | Promise<T | null | undefined>) {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: it did not come to hold within a minute`);
    await pause(100);
  }
}

export interface Fault {
  endpoint: "sign" | "socket";
  kind: string;
  times?: number;
  retryAfter?: number;
}

/** How a LIVE begins: options of its room, and what its dials meet. */
export interface Opening {
  room?: Record<string, unknown>;
  faults?: readonly Fault[];
  /** Diamonds of the whole recording. */
  most?: number;
}

/** A creator's LIVE that staff track, from the invite to the end through the product's own doors. */
export class OnAir {
  readonly #studio: Studio;
  readonly #account: string;
  readonly #creatorId: string;
  readonly seen: Seen;

  private constructor(studio: Studio, account: string, creatorId: string, seen: Seen) {
    this.#studio = studio;
    this.#account = account;
    this.#creatorId = creatorId;
    this.seen = seen;
  }

  /** `account` connects, agrees to LIVE tracking, goes LIVE, and is tracked from then on. */
  static async start(studio: Studio, account: string, { room, faults = [], most }: Opening = {}): Promise<OnAir> {
    const { server, staff, wall } = studio;
    const { id } = await staff.api<Creator>("POST", "/creators", { displayName: account });
    const { url } = await staff.api<{ url: string }>("POST", `/creators/${id}/invites`);
    const arrived = await connectCreator(new Agent(server.app), url, { account, live: true });
    if (arrived.status !== 200) throw new Error(`@${account} could not connect: ${arrived.status} at ${arrived.url}`);
    for (const fault of faults) await server.control("POST", "/faults", { ...fault, account });
    const asked = { kind: "synthetic", tempo: 3, secondsAgo: 600, ...room, handle: account };
    const { roomId } = await server.control<{ roomId: string }>("POST", "/rooms", asked);
    const onAir = new OnAir(studio, account, id, wall.follow(id, roomId, most ?? null));
    await onAir.track(true);
    return onAir;
  }

  /** Staff switch the tracking on or off. */
  async track(enabled: boolean): Promise<void> {
    await this.#studio.staff.api("PUT", `/creators/${this.#creatorId}/live-tracking`, { enabled });
  }

  /** Waits until staff see the tracking in `state`, and forgets that they did. */
  async sees(state: TrackingState): Promise<Tracking> {
    const tracking = await until(`@${this.#account}: ${state}`, () => this.seen.states.get(state));
    this.seen.states.delete(state);
    return tracking;
  }

  act(name: string, body: object = {}): Promise<RoomState> {
    return this.#studio.server.control("POST", `/rooms/${this.seen.roomId}/${name}`, body);
  }

  room(): Promise<RoomState> {
    return this.#studio.server.control("GET", `/rooms/${this.seen.roomId}`);
  }

  /** Nobody gives any more. Waits until the wall shows all that was given and is sure of it, at most as long as that may take. */
  async catchesUp(): Promise<void> {
    const { truth } = await this.act("calm");
    const end = Date.now() + CAUGHT_UP_MS;
    while (!(this.seen.sure && this.seen.shown === truth?.diamonds) && Date.now() < end) await pause(100);
  }

  /** Waits until the room was dialed for the `dials`th time, and the line stands. */
  async isBack(dials: number): Promise<void> {
    await until(`@${this.#account}: dial ${dials}`, async () => {
      const { connections, viewers } = await this.room();
      return connections >= dials && viewers > 0 ? true : null;
    });
  }

  sessions(): Promise<{ items: LiveSessionSummary[] }> {
    return this.#studio.staff.api("GET", `/creators/${this.#creatorId}/live-sessions`);
  }

  /** The LIVE ends, with or without a word; its figures settle, and it is tracked no more. */
  async end({ silent = false } = {}): Promise<Outcome> {
    await this.act("end", { silent });
    return this.outcome();
  }

  /** Of a LIVE that ends by itself. */
  async outcome(): Promise<Outcome> {
    const { id } = await until(`@${this.#account}: the end`, async () =>
      (await this.sessions()).items.find(({ state }) => state === "ended"),
    );
    await pause(SETTLED_MS);
    const session = await this.#studio.staff.api<LiveSession>("GET", `/live-sessions/${id}`);
    await this.track(false);
    return { session, room: await this.room(), seen: this.seen };
  }
}
