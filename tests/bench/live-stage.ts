import * as z from "zod/mini";
import { end } from "../../scripts/processes.ts";
import { startSimulator } from "../../scripts/servers.ts";
import { settings } from "../../scripts/settings.ts";
import { freePort } from "../helpers/node/simulator.ts";
import { Dashboard, type Shown } from "./dashboard.ts";
import { type LiveAgency, makeLiveAgency } from "./live-agency.ts";
import { Client } from "./load.ts";
import { memoryBytes, processorSeconds } from "./processes.ts";
import { inMemory, type Made, running, type Started, startWorker } from "./runtime.ts";
import { between, type Tally, tallySchema } from "./tally.ts";

/** LIVEs that run at once, all alike. */
export interface Stage {
  rooms: number;
  /** How busy each is, by the simulator's measure: at 1 a room brings 1.4 gift messages a second, and 7 of all kinds. */
  tempo: number;
  /** No gift comes before its room is listened to: TikTok's own counter trails, and tells of such to within a second only. */
  quietSeconds: number;
  /** How long is measured, once every room is on the wall. */
  seconds: number;
  /** Whether each LIVE is ended, and what the database holds compared with what was given. */
  toTheEnd: boolean;
}

/** What was seen in the time that was measured; processor time and memory are NaN where the system does not tell. */
export interface Measured extends Stage {
  /** Gift messages, of all messages. */
  gifts: number;
  messages: number;
  frames: number;
  /** Processor time, s: the Worker's process (all objects and databases run in it), and the simulator's. */
  workerSeconds: number;
  simulatorSeconds: number;
  /** What the Worker's process held more with these rooms than without, bytes. */
  memoryBytes: number;
  tally: Tally;
  /** What a viewer was sent. */
  viewer: { frames: number; bytes: number };
  /** From the simulator's sending of gifts to a viewer's frame that includes them, ms. */
  latencies: number[];
  /** Rooms whose total in the database is not what was given; null where they were not ended. */
  off: number | null;
}

const CONNECTIONS = 16;
const BEGIN_AT_ONCE = 50;
/** Nothing that is waited for takes longer, or the machine is too slow to measure on. */
const PATIENCE_MS = 90_000;
/** Until the measuring begins, once the last room's quiet is over: streaks' first taps are no steady state. */
const CALM_MS = 2_000;

const roomSchema = z.object({
  roomId: z.string(),
  sent: z.number(),
  frames: z.number(),
  viewers: z.number(),
  truth: z.nullable(z.object({ diamonds: z.number() })),
});
type RoomState = z.infer<typeof roomSchema>;
const roomsSchema = z.object({ rooms: z.array(roomSchema) });
const givenSchema = z.object({
  rooms: z.array(
    z.object({
      roomId: z.string(),
      given: z.array(z.object({ at: z.number(), gifts: z.number(), diamonds: z.number() })),
    }),
  ),
});
const madeSchema = z.object({ roomId: z.string() });

/** Sets the stage, plays it and takes everything away again. */
export async function play(made: Made, stage: Stage): Promise<Measured> {
  const simulatorPort = await freePort();
  const simulatorUrl = `http://localhost:${simulatorPort}`;
  const simulator = await startSimulator({ ...settings(), simulatorPort, simulatorUrl, empty: true });
  const simulated = { stop: () => end(simulator) };
  running.add(simulated);
  const urls = ["LIVE_WEB_URL", "LIVE_WEBCAST_URL", "LIVE_SIGN_URL", "TIKTOK_API_URL", "MAIL_URL"];
  const control = new Client(`${simulatorUrl}/_control`, {}, CONNECTIONS);
  try {
    const worker = await startWorker(made, ["default", "door"], {
      state: inMemory(),
      vars: {
        ...Object.fromEntries(urls.map((name) => [name, simulatorUrl])),
        // A LIVE that ended is not looked for again.
        LIVE_CHECK_SECONDS: "86400",
      },
    });
    const door = new Client(worker.origins.door, {}, 4);
    try {
      return await onStage(stage, { worker, door, control, simulatorPid: simulator.pid });
    } finally {
      door.close();
      await worker.stop();
    }
  } finally {
    control.close();
    running.delete(simulated);
    await simulated.stop();
  }
}

interface Scenery {
  worker: Started<"default" | "door">;
  door: Client;
  control: Client;
  simulatorPid: number | undefined;
}

async function onStage(stage: Stage, scenery: Scenery): Promise<Measured> {
  const { worker, control, door, simulatorPid } = scenery;
  const agency = await makeLiveAgency(worker, stage.rooms);
  const viewer = await Dashboard.open(worker.origins.default, agency.cookie);
  try {
    const emptyBytes = memoryBytes(worker.pid);
    const creatorOf = await begin(stage, agency, scenery);
    await until("every LIVE to be on the wall", async () => viewer.shown.size === stage.rooms);
    await pause(stage.quietSeconds * 1_000 + CALM_MS);

    const look = async () => ({
      at: Date.now(),
      workerSeconds: processorSeconds(worker.pid),
      simulatorSeconds: processorSeconds(simulatorPid),
      tally: tallySchema.parse(JSON.parse((await door.good("GET", "/tally")).body)),
      rooms: await roomsOf(control),
      viewer: { frames: viewer.frames, bytes: viewer.bytes },
    });
    const first = await look();
    await pause(stage.seconds * 1_000);
    const last = await look();
    const held = memoryBytes(worker.pid);

    const given = await givenIn(control, first.at, last.at);
    await shownAll(viewer, given, creatorOf);
    const sum = (rooms: RoomState[], count: "sent" | "frames") => rooms.reduce((total, room) => total + room[count], 0);
    const measured: Measured = {
      ...stage,
      seconds: (last.at - first.at) / 1_000,
      gifts: [...given.values()].flat().reduce((total, { gifts }) => total + gifts, 0),
      messages: sum(last.rooms, "sent") - sum(first.rooms, "sent"),
      frames: sum(last.rooms, "frames") - sum(first.rooms, "frames"),
      workerSeconds: last.workerSeconds - first.workerSeconds,
      simulatorSeconds: last.simulatorSeconds - first.simulatorSeconds,
      memoryBytes: held - emptyBytes,
      tally: between(first.tally, last.tally),
      viewer: {
        frames: last.viewer.frames - first.viewer.frames,
        bytes: last.viewer.bytes - first.viewer.bytes,
      },
      latencies: latenciesOf(viewer, given, creatorOf),
      off: stage.toTheEnd ? await endAll(agency, scenery) : null,
    };
    if (viewer.closed) throw new Error("The viewer's socket was closed while it was measured");
    return measured;
  } finally {
    viewer.close();
  }
}

/**
 * Puts everybody on air and has each watched, some at a time: as many dials at once as one machine bears.
 * @returns the creator of each room
 */
async function begin(
  { tempo, quietSeconds }: Stage,
  { tenantId, creators }: LiveAgency,
  { control, door }: Scenery,
): Promise<Map<string, string>> {
  const creatorOf = new Map<string, string>();
  for (let at = 0; at < creators.length; at += BEGIN_AT_ONCE) {
    const rooms = await Promise.all(
      creators.slice(at, at + BEGIN_AT_ONCE).map(async ({ id, handle }) => {
        const room = { kind: "synthetic", handle, tempo, quietSeconds };
        const { status, body } = await control.ask("POST", "/rooms", room);
        if (status !== 201) throw new Error(`The simulator made no room for ${handle}: ${body}`);
        return { creatorId: id, roomId: madeSchema.parse(JSON.parse(body)).roomId };
      }),
    );
    for (const { roomId, creatorId } of rooms) creatorOf.set(roomId, creatorId);
    await door.good("POST", "/watch", { tenantId, rooms });
    let onAir: RoomState[] = [];
    await until("rooms to be listened to", async () => {
      onAir = await Promise.all(rooms.map(({ roomId }) => roomOf(control, roomId)));
      return onAir.every(({ viewers }) => viewers > 0);
    });
    if (onAir.some(({ truth }) => truth?.diamonds))
      throw new Error(
        "This machine is too busy: gifts came before their room was listened to, so nothing can be judged",
      );
  }
  return creatorOf;
}

/** Ends every LIVE and waits for its last word. @returns how many totals are not what was given */
async function endAll({ tenantId, creators }: LiveAgency, { worker, control }: Scenery): Promise<number> {
  const rooms = await roomsOf(control);
  await Promise.all(rooms.map(({ roomId }) => control.good("POST", `/rooms/${roomId}/end`, {})));
  const truth = new Map((await roomsOf(control)).map((room) => [room.roomId, room.truth?.diamonds]));
  // The days are what a tracker settles last.
  const settled = worker.database
    .prepare("SELECT count(DISTINCT creator_id) AS settled FROM creator_days WHERE tenant_id = ?1")
    .bind(tenantId);
  await until("every LIVE to have settled", async () => (await settled.first("settled")) === creators.length);
  const { results } = await worker.database
    .prepare("SELECT room_id AS roomId, diamonds FROM live_sessions WHERE tenant_id = ?1 AND state = 'ended'")
    .bind(tenantId)
    .all<{ roomId: string; diamonds: number }>();
  const right = results.filter(({ roomId, diamonds }) => truth.get(roomId) === diamonds);
  return creators.length - right.length;
}

const roomOf = async (control: Client, roomId: string): Promise<RoomState> =>
  roomSchema.parse(JSON.parse((await control.good("GET", `/rooms/${roomId}`)).body));

const roomsOf = async (control: Client) =>
  roomsSchema.parse(JSON.parse((await control.good("GET", "/rooms")).body)).rooms;

type GivenByRoom = Map<string, z.infer<typeof givenSchema>["rooms"][number]["given"]>;

async function givenIn(control: Client, from: number, to: number): Promise<GivenByRoom> {
  const { rooms } = givenSchema.parse(JSON.parse((await control.good("GET", "/given")).body));
  return new Map(rooms.map(({ roomId, given }) => [roomId, given.filter(({ at }) => at >= from && at < to)]));
}

/** What was given last may still be on its way. One that never comes is as late as it was waited for. */
async function shownAll(viewer: Dashboard, given: GivenByRoom, creatorOf: ReadonlyMap<string, string>): Promise<void> {
  const all = async (): Promise<boolean> =>
    [...given].every(([roomId, gifts]) => {
      const shown = viewer.shown.get(creatorOf.get(roomId) ?? "")?.at(-1);
      return (shown?.diamonds ?? 0) >= (gifts.at(-1)?.diamonds ?? 0);
    });
  await until("every gift to be shown", all, 20_000).catch(() => undefined);
}

function latenciesOf(viewer: Dashboard, given: GivenByRoom, creatorOf: ReadonlyMap<string, string>): number[] {
  const now = Date.now();
  return [...given].flatMap(([roomId, gifts]) => {
    const shown: readonly Shown[] = viewer.shown.get(creatorOf.get(roomId) ?? "") ?? [];
    let next = 0;
    return gifts.map(({ at, diamonds }) => {
      while (next < shown.length && (shown[next]?.diamonds ?? 0) < diamonds) next += 1;
      return (shown[next]?.at ?? now) - at;
    });
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws when it takes longer than `patienceMs` */
async function until(what: string, holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const began = Date.now();
  while (!(await holds())) {
    if (Date.now() - began > patienceMs) throw new Error(`Waited ${patienceMs / 1000} s in vain for ${what}`);
    await pause(250);
  }
}
