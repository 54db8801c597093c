/** A generated LIVE as a room's source: it lives by the clock while watched, and catches up when looked at. */
import { z } from "zod";
import { LiveGenerator } from "./generator.ts";
import type { GiftList } from "./gift-list.ts";
import { type Common, roomMessage, systemMessage, userSeqMessage } from "./messages.ts";
import { generatedMishapSchema } from "./mishaps.ts";
import type { Audience, Given, Room, RoomFacts, Source } from "./room.ts";
import type { WireMessage } from "./wire.ts";

export const syntheticSchema = z.object({
  /** How busy the room is: 1 is a lively room of a few hundred viewers, a gift every few seconds. */
  tempo: z.coerce.number().positive().max(50).default(1),
  /** How long the LIVE has been on when it is made. */
  secondsAgo: z.coerce.number().int().nonnegative().default(0),
  /** The host goes away for 20 s every so many seconds. */
  pauseEvery: z.coerce.number().int().min(60).optional(),
  /** Nobody gives anything in the first so many seconds: whoever is there by then has seen every gift. */
  quietSeconds: z.coerce.number().int().nonnegative().default(0),
  /** /webcast/room/info/ tells when the room was made and its diamonds so far. */
  roomInfo: z.boolean().default(true),
  /** TikTok's own totals are told, in LinkMic and FanTicket messages. */
  counters: z.boolean().default(true),
  /** Gifts and totals of another room come all the time. */
  otherRoomsGifts: z.boolean().default(false),
  /** An old, dear gift is pinned to the room all the time. */
  pinnedOldGift: z.boolean().default(false),
  /** So many seconds after the end viewers are still told, ten times as many as there were. */
  viewersAfterEnd: z.coerce.number().int().nonnegative().default(0),
  ...generatedMishapSchema.shape,
});

export type SyntheticOptions = z.infer<typeof syntheticSchema>;

const TICK_MS = 250;
/** How far back a redial may read; what is older was counted, and its message never made. */
const READABLE_MS = 5 * 60_000;
/** How many ticks with gifts are remembered: five minutes of a busy room. */
const GIVEN_KEPT = (5 * 60_000) / TICK_MS;
/** How many messages a generated room keeps: more than five minutes of a busy one. */
export const SYNTHETIC_KEPT = 20_000;

interface SyntheticParts {
  roomId: string;
  hostUserId: string;
  /** ms since epoch */
  createdAt: number;
  gifts: GiftList;
  clock: () => number;
  options: SyntheticOptions;
}

export class SyntheticSource implements Source {
  readonly kind = "synthetic";
  readonly #parts: SyntheticParts;
  readonly #generator: LiveGenerator;
  #timer: NodeJS.Timeout | undefined;
  /** ms since epoch; undefined while it goes on. */
  #endedAt: number | undefined;
  #added = 0;
  readonly #given: Given[] = [];

  constructor(parts: SyntheticParts) {
    this.#parts = parts;
    const { options, ...room } = parts;
    this.#generator = new LiveGenerator({ ...room, ...options, mishaps: options });
  }

  start(room: Room): void {
    if (!this.#timer) this.#tick(room);
  }

  catchUp(room: Room): void {
    if (this.#endedAt !== undefined) return;
    const now = this.#parts.clock();
    const messages = this.#generator.live(now, now - READABLE_MS);
    this.#remember(now, messages);
    room.append(messages);
  }

  drained(): void {}

  wasCut(): void {}

  audience(): Audience {
    return this.#generator.audienceAt(this.#parts.clock());
  }

  facts(): RoomFacts | null {
    if (!this.#parts.options.roomInfo) return null;
    return { createTime: Math.floor(this.#parts.createdAt / 1000), fanTicket: this.#generator.diamonds };
  }

  truth(): { diamonds: number } {
    return { diamonds: this.#generator.diamonds };
  }

  given(): readonly Given[] {
    return this.#given;
  }

  done(): boolean {
    return this.#endedAt !== undefined;
  }

  greeting(): WireMessage[] {
    return [systemMessage(this.nextCommon()), roomMessage(this.nextCommon())];
  }

  /** Ids of a range that the generator never reaches: it says fewer than 2³¹ things a second. */
  nextCommon(): Common {
    const now = this.#parts.clock();
    const msgId = ((BigInt(Math.floor(now / 1000)) << 32n) | BigInt(2 ** 31 + this.#added++)).toString();
    return { msgId, roomId: this.#parts.roomId, createTime: now };
  }

  calm(): void {
    this.#generator.calm();
  }

  close(): WireMessage[] {
    if (this.#endedAt !== undefined) return [];
    this.#endedAt = this.#parts.clock();
    return this.#generator.end();
  }

  #remember(at: number, messages: readonly WireMessage[]): void {
    const gifts = messages.filter(({ method }) => method === "WebcastGiftMessage").length;
    if (gifts === 0) return;
    this.#given.push({ at, gifts, diamonds: this.#generator.diamonds });
    if (this.#given.length > GIVEN_KEPT) this.#given.shift();
  }

  /** Nothing runs when nobody watches. */
  #tick(room: Room): void {
    this.#timer = undefined;
    if (this.#endedAt === undefined) this.catchUp(room);
    else if (this.#parts.clock() < this.#endedAt + this.#parts.options.viewersAfterEnd * 1000) this.#tellViewers(room);
    else return;
    if (room.viewers.size === 0) return;
    this.#timer = setTimeout(() => this.#tick(room), TICK_MS);
    this.#timer.unref();
  }

  #tellViewers(room: Room): void {
    const { viewers, entered } = this.audience();
    room.append([userSeqMessage(this.nextCommon(), 10 * viewers, entered)]);
  }
}
