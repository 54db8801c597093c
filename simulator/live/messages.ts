/** The messages that the simulator writes itself. Everyone in them is invented. */
import type { PbfWriter } from "pbf";
import { encode, type WireMessage, writeInt64, writeNested, writeNumber, writeText } from "./wire.ts";

/** What every message begins with. `createTime` in ms, but seconds in WebcastRoomMessage. */
export interface Common {
  msgId: string;
  roomId: string;
  createTime: number;
}

export interface Viewer {
  id: string;
  name: string;
}

const message = (method: string, common: Common, write: (pbf: PbfWriter) => void): WireMessage => ({
  method,
  msgId: common.msgId,
  payload: encode((pbf) => {
    writeNested(pbf, 1, (head) => {
      writeText(head, 1, method);
      writeInt64(head, 2, common.msgId);
      writeInt64(head, 3, common.roomId);
      writeInt64(head, 4, String(Math.floor(common.createTime)));
      writeNumber(head, 6, 1);
    });
    write(pbf);
  }),
});

const writeViewer = (pbf: PbfWriter, field: number, { id, name }: Viewer): void =>
  writeNested(pbf, field, (user) => {
    writeInt64(user, 1, id);
    writeText(user, 3, name);
    writeText(user, 38, name.toLowerCase());
  });

export interface Gift {
  id: number;
  name: string;
  /** Price of one, in diamonds. */
  diamonds: number;
  /** 1 may come in streaks; 2 and 4 come one by one. */
  type: 1 | 2 | 4;
}

export interface Giving {
  gift: Gift;
  viewer: Viewer;
  hostUserId: string;
  /** Diamonds that this message adds: 0 on a streak's last. */
  added: number;
  /** The streak's running total. */
  repeatCount: number;
  repeatEnd: boolean;
  /** The giver's clock, ms, when the streak began; "0" for a gift that comes alone. */
  groupId: string;
}

export const giftMessage = (common: Common, giving: Giving): WireMessage => {
  const { gift, viewer, hostUserId } = giving;
  return message("WebcastGiftMessage", common, (pbf) => {
    writeNumber(pbf, 2, gift.id);
    writeNumber(pbf, 3, giving.added);
    writeNumber(pbf, 4, 1);
    writeNumber(pbf, 5, giving.repeatCount);
    writeNumber(pbf, 6, giving.repeatCount);
    writeViewer(pbf, 7, viewer);
    writeNumber(pbf, 9, giving.repeatEnd ? 1 : 0);
    writeInt64(pbf, 11, giving.groupId);
    writeNumber(pbf, 13, giving.added);
    writeNested(pbf, 15, (shown) => {
      writeText(shown, 2, `Sent ${gift.name}`);
      writeNumber(shown, 5, gift.id);
      writeNumber(shown, 10, gift.type === 1 ? 1 : 0);
      writeNumber(shown, 11, gift.type);
      writeNumber(shown, 12, gift.diamonds);
      writeText(shown, 16, gift.name);
    });
    writeText(pbf, 16, `${common.createTime}${giving.groupId}`);
    writeNumber(pbf, 17, giving.repeatEnd ? 0 : 1);
    writeNested(pbf, 23, (monitor) => {
      writeInt64(monitor, 1, hostUserId);
      writeInt64(monitor, 8, hostUserId);
    });
  });
};

/** `viewers` now, `entered` since the LIVE began. */
export const userSeqMessage = (common: Common, viewers: number, entered: number): WireMessage =>
  message("WebcastRoomUserSeqMessage", common, (pbf) => {
    writeNumber(pbf, 3, viewers);
    writeNumber(pbf, 7, entered);
  });

export const CONTROL = { pause: 1, resume: 2, end: 3, suspend: 4 } as const;

export const controlMessage = (common: Common, action: number): WireMessage =>
  message("WebcastControlMessage", common, (pbf) => writeNumber(pbf, 2, action));

export const linkMicMessage = (common: Common, hostUserId: string, total: number): WireMessage =>
  message("WebcastLinkMicMethod", common, (pbf) => {
    writeNumber(pbf, 2, 8);
    writeInt64(pbf, 5, hostUserId);
    writeNumber(pbf, 6, total);
    writeNumber(pbf, 7, total);
  });

/** A LinkMic message of another type: it carries no total, and must not be read as 0. */
export const linkMicOtherMessage = (common: Common): WireMessage =>
  message("WebcastLinkMicMethod", common, (pbf) => writeNumber(pbf, 2, 3));

export const fanTicketMessage = (common: Common, hostUserId: string, total: number): WireMessage =>
  message("WebcastLinkMicFanTicketMethod", common, (pbf) =>
    writeNested(pbf, 2, (notice) => {
      writeNested(notice, 1, (row) => {
        writeInt64(row, 1, hostUserId);
        writeNumber(row, 2, total);
      });
      writeNumber(notice, 2, total);
    }),
  );

export const likeMessage = (common: Common, viewer: Viewer, count: number, total: number): WireMessage =>
  message("WebcastLikeMessage", common, (pbf) => {
    writeNumber(pbf, 2, count);
    writeNumber(pbf, 3, total);
    writeViewer(pbf, 5, viewer);
  });

/** `action`: 1 follow, 3 share. */
export const socialMessage = (common: Common, viewer: Viewer, action: 1 | 3): WireMessage =>
  message("WebcastSocialMessage", common, (pbf) => {
    writeViewer(pbf, 2, viewer);
    writeNumber(pbf, 4, action);
  });

export const memberMessage = (common: Common, viewer: Viewer, members: number): WireMessage =>
  message("WebcastMemberMessage", common, (pbf) => {
    writeViewer(pbf, 2, viewer);
    writeNumber(pbf, 3, members);
    writeNumber(pbf, 10, 1);
  });

export const chatMessage = (common: Common, viewer: Viewer, text: string): WireMessage =>
  message("WebcastChatMessage", common, (pbf) => {
    writeViewer(pbf, 2, viewer);
    writeText(pbf, 3, text);
    writeText(pbf, 14, "en");
  });

/** Pins an old gift to the room: a whole gift message inside, which counts nothing. */
export const roomPinMessage = (common: Common, pinned: WireMessage): WireMessage =>
  message("WebcastRoomPinMessage", common, (pbf) => pbf.writeBytesField(4, pinned.payload));

/** Tells of a gift in another room, and carries that room's id. */
export const giftBroadcastMessage = (common: Common, gift: Gift): WireMessage =>
  message("WebcastGiftBroadcastMessage", common, (pbf) => {
    writeText(pbf, 9, "gift_broadcast");
    writeNumber(pbf, 12, gift.diamonds);
  });

export const systemMessage = (common: Common): WireMessage =>
  message("WebcastSystemMessage", common, (pbf) => {
    writeText(pbf, 2, "Welcome to the LIVE! Be kind.");
    writeNumber(pbf, 7, 1);
  });

/** Its createTime is in seconds, unlike everybody else's. */
export const roomMessage = (common: Common): WireMessage =>
  message("WebcastRoomMessage", { ...common, createTime: common.createTime / 1000 }, (pbf) => writeNumber(pbf, 4, 1));
