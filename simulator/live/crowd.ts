/**
 * Who is in a generated room, and what they do besides giving. No number of the room's depends on it; some of it
 * looks like gifts and must not be counted.
 */
import { pick } from "../random.ts";
import type { GiftList } from "./gift-list.ts";
import {
  type Common,
  chatMessage,
  giftBroadcastMessage,
  giftMessage,
  likeMessage,
  linkMicMessage,
  linkMicOtherMessage,
  memberMessage,
  roomPinMessage,
  socialMessage,
  type Viewer,
} from "./messages.ts";
import type { WireMessage } from "./wire.ts";

const SECOND = 1_000;
const LIKES_A_SECOND = 9;

const CHATS = [
  "hello from the night shift",
  "again!",
  "which paper is that?",
  "مساء الخير",
  "first time here",
  "that fold",
  "what is this song",
  "goodnight all",
] as const;

const NAMES = ["moth", "kite", "tram", "fig", "lark", "zinc", "oboe", "dune", "pear", "wren"] as const;

/** One of some thousand invented viewers. */
export const someone = (random: number): Viewer => {
  const number = Math.floor(random * 4_000);
  const id = (6_900_000_000_000_000_000n + BigInt(number) * 10_000_000_019n).toString();
  return { id, name: `Viewer${pick(NAMES, (number % 10) / 10)}${number}` };
};

export interface Crowd {
  roomId: string;
  hostUserId: string;
  gifts: GiftList;
  tempo: number;
  /** Gifts and totals of another room come all the time, not only a broadcast now and then. */
  otherRoomsGifts: boolean;
  /** An old, dear gift is pinned to the room all the time, not a rose now and then. */
  pinnedOldGift: boolean;
}

/** A second of the LIVE: which one, when it began (ms since epoch), and everybody who entered until then. */
export interface CrowdedSecond {
  second: number;
  start: number;
  entered: number;
}

/** Plans a message for `at`, ms since epoch. */
export type Say = (at: number, make: (common: Common) => WireMessage) => void;

export const drawCrowd = (crowd: Crowd, when: CrowdedSecond, random: () => number, say: Say): void => {
  const { second, start, entered } = when;
  const { tempo } = crowd;
  const busy = (rate: number): number => Math.floor(rate * Math.min(tempo, 20) + random());
  const within = (): number => start + random() * SECOND;
  for (let n = busy(1.2); n > 0; n--) {
    const [viewer, text] = [someone(random()), pick(CHATS, random())];
    say(within(), (common) => chatMessage(common, viewer, text));
  }
  for (let n = busy(0.8); n > 0; n--) {
    const [viewer, count] = [someone(random()), 1 + Math.floor(random() * 15)];
    // Likes are counted in shards: the total jumps backwards now and then.
    const total = Math.floor(second * LIKES_A_SECOND * tempo - random() * 400);
    say(within(), (common) => likeMessage(common, viewer, count, Math.max(count, total)));
  }
  for (let n = busy(0.9); n > 0; n--) {
    const viewer = someone(random());
    say(within(), (common) => memberMessage(common, viewer, entered));
  }
  if (random() < 0.12) {
    const [viewer, action] = [someone(random()), random() < 0.7 ? (1 as const) : (3 as const)];
    say(within(), (common) => socialMessage(common, viewer, action));
  }
  if (second % 60 === 31) say(within(), linkMicOtherMessage);
  sayPin(crowd, when, within(), someone(random()), say);
  sayOtherRoom(crowd, when, within(), someone(random()), say);
};

/** A pin embeds a whole gift message that was counted when it came. */
const sayPin = (crowd: Crowd, { second, start }: CrowdedSecond, at: number, viewer: Viewer, say: Say): void => {
  const { roomId, hostUserId, gifts, pinnedOldGift } = crowd;
  if (!pinnedOldGift && second % 90 !== 45) return;
  const gift = (pinnedOldGift && gifts.big.at(-1)) || gifts.rose;
  // Another pin is another old gift: one that were counted would be counted every time.
  const old: Common = { msgId: String(BigInt(roomId) + 7n + BigInt(second)), roomId, createTime: start - 50_000 };
  const giving = { gift, viewer, hostUserId, added: gift.diamonds, repeatCount: 1, repeatEnd: false, groupId: "0" };
  say(at, (common) => roomPinMessage(common, giftMessage(old, giving)));
};

/** What comes with another room's id is another room's, whatever it is. */
const sayOtherRoom = (crowd: Crowd, { second }: CrowdedSecond, at: number, viewer: Viewer, say: Say): void => {
  const { roomId, hostUserId, gifts, otherRoomsGifts } = crowd;
  const otherRoom = String(BigInt(roomId) - 4_294_967_311n);
  if (second % 45 === 20) say(at, (common) => giftBroadcastMessage({ ...common, roomId: otherRoom }, gifts.rose));
  if (!otherRoomsGifts) return;
  const gift = gifts.big.at(-1) ?? gifts.rose;
  const giving = { gift, viewer, hostUserId, added: gift.diamonds, repeatCount: 1, repeatEnd: false, groupId: "0" };
  say(at, (common) => giftMessage({ ...common, roomId: otherRoom }, giving));
  say(at, (common) => linkMicMessage({ ...common, roomId: otherRoom }, hostUserId, 1_000_000 + second));
};
