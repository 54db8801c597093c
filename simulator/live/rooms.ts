/** Every room there is, and whose: those that a tester makes, and the accounts that are always LIVE. */
import { z } from "zod";
import { accountByHandle, userIdOf } from "../accounts.ts";
import { hash32 } from "../random.ts";
import { DEFAULT_DELIVERY, deliverySchema } from "./delivery.ts";
import { type GiftList, readGiftList } from "./gift-list.ts";
import { RecordingSource, readRecording, recordingSchema } from "./recording.ts";
import { Room } from "./room.ts";
import { SYNTHETIC_KEPT, type SyntheticOptions, SyntheticSource, syntheticSchema } from "./synthetic.ts";

export const newRoomSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("recording"), handle: z.string(), ...recordingSchema.shape, ...deliverySchema.shape }),
  z.object({ kind: z.literal("synthetic"), handle: z.string(), ...syntheticSchema.shape, ...deliverySchema.shape }),
]);

export type NewRoom = z.infer<typeof newRoomSchema>;

interface RoomsOptions {
  fixturesDir: string;
  clock: () => number;
  liveAccounts: readonly string[];
}

/** An always-LIVE account starts a new LIVE this often; the old one ends at that moment. */
const LIVE_MS = 8 * 3_600_000;

/** A snowflake as TikTok's: the upper 32 bits are the second of creation. */
const roomIdOf = (createdAt: number, handle: string, number: number): string =>
  ((BigInt(Math.floor(createdAt / 1000)) << 32n) | BigInt(hash32(`${handle}:${number}`))).toString();

/** ms since epoch, out of a room's id. */
export const createdAtOf = (roomId: string): number => Number(BigInt(roomId) >> 32n) * 1000;

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #gifts: GiftList;
  readonly #byId = new Map<string, Room>();
  /** The account's latest room, over or not: an offline account keeps its last room's id. */
  readonly #byHandle = new Map<string, Room>();
  /** The always-LIVE accounts' present LIVE. */
  readonly #shifts = new Map<string, { shift: number; room: Room }>();
  #made = 0;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#gifts = readGiftList(options.fixturesDir);
  }

  byId(roomId: string): Room | undefined {
    this.#keepUp();
    return this.#byId.get(roomId);
  }

  byHandle(handle: string): Room | undefined {
    this.#keepUp();
    return this.#byHandle.get(handle);
  }

  list(): Room[] {
    this.#keepUp();
    return [...this.#byId.values()];
  }

  /** Starts a LIVE; the account's running one ends silently. Throws when the account or the recording is not there. */
  make(asked: NewRoom): Room {
    const account = accountByHandle(asked.handle);
    if (!account) throw new Error(`nobody is called ${asked.handle}`);
    return asked.kind === "recording"
      ? this.#makeRecording(account.handle, asked)
      : this.#makeSynthetic(account.handle, asked);
  }

  clear(): void {
    for (const room of this.#byId.values()) {
      room.endSilently();
      room.cut();
    }
    this.#byId.clear();
    this.#byHandle.clear();
    this.#shifts.clear();
  }

  #makeRecording(handle: string, asked: Extract<NewRoom, { kind: "recording" }>): Room {
    const recording = readRecording(this.#options.fixturesDir, asked.file, asked.roomId);
    const room = new Room({
      roomId: recording.roomId,
      handle,
      hostUserId: recording.hostUserId ?? userIdOf(handle),
      title: `Recorded: ${asked.file}`,
      source: new RecordingSource(recording, asked),
      delivery: asked,
    });
    this.#open(room);
    if (asked.autostart) room.source.start(room);
    return room;
  }

  #makeSynthetic(handle: string, asked: Extract<NewRoom, { kind: "synthetic" }>): Room {
    const createdAt = this.#options.clock() - asked.secondsAgo * 1000;
    this.#made += 1;
    const room = this.#synthetic(handle, createdAt, this.#made, asked, asked);
    this.#open(room);
    return room;
  }

  #synthetic(
    handle: string,
    createdAt: number,
    number: number,
    options: SyntheticOptions,
    delivery = DEFAULT_DELIVERY,
  ): Room {
    const roomId = roomIdOf(createdAt, handle, number);
    const hostUserId = userIdOf(handle);
    const { clock } = this.#options;
    const source = new SyntheticSource({ roomId, hostUserId, createdAt, gifts: this.#gifts, clock, options });
    const title = accountByHandle(handle)?.bio ?? "";
    return new Room({ roomId, handle, hostUserId, title, source, delivery, kept: SYNTHETIC_KEPT });
  }

  /** Always-LIVE accounts whose LIVE is not there yet, or is last shift's: a function of the clock, so no timer. */
  #keepUp(): void {
    const { liveAccounts, clock } = this.#options;
    for (const [index, handle] of liveAccounts.entries()) {
      const phase = hash32(handle) % LIVE_MS;
      const shift = Math.floor((clock() - phase) / LIVE_MS);
      const createdAt = shift * LIVE_MS + phase;
      const current = this.#byHandle.get(handle);
      const last = this.#shifts.get(handle);
      // What a tester started on this account stays.
      if (last?.shift === shift || current !== last?.room) continue;
      const options = syntheticSchema.parse({ tempo: 0.5 + index * 0.5, ...(index === 1 ? { pauseEvery: 420 } : {}) });
      const room = this.#synthetic(handle, createdAt, 0, options);
      this.#shifts.set(handle, { shift, room });
      this.#open(room);
    }
  }

  #open(room: Room): void {
    this.#byHandle.get(room.handle)?.end();
    const replaced = this.#byId.get(room.roomId);
    replaced?.endSilently();
    replaced?.cut();
    this.#byId.set(room.roomId, room);
    this.#byHandle.set(room.handle, room);
  }
}
