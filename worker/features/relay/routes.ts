import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod/mini";
import { AppError } from "../../../domain/app-error.ts";
import type { CreatorId } from "../../../domain/ids.ts";
import { hubContext } from "../../../durable/hub/context.ts";
import { standing } from "../../../durable/hub/live-check.ts";
import { liveTracker } from "../../../durable/kit/stubs.ts";
import { RELAY_OFF, type ReaderRefusal, readerUpgrade, refusalOf } from "../../../durable/tracker/reader.ts";
import { describe, query } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { webSocketOnly } from "../../http/web-socket.ts";
import { loadCreator, type WithCreator } from "../creators/load.ts";

const refused = ({ code, sentence }: ReaderRefusal): AppError =>
  new AppError(code === "not_allowed" ? 403 : 409, code, sentence);

/** 409 while the creator's LIVE may not be read, or not by a reader of the agency's own. The tracker asks again. */
const relayOn = createMiddleware<WithCreator>(async (c, next) => {
  const who = await standing(hubContext(c.env, c.get("session").place), c.get("creator").id as CreatorId);
  if ("state" in who) throw refused(who);
  if (who.source !== "relay") throw refused(RELAY_OFF);
  await next();
});

/** An agency's own reader of a creator's LIVE room. What is said inside stands in `docs/relay-reader.md`. */
export const relay = new Hono<WithCreator>().use(signedIn).get(
  "/:id/live-relay",
  describe({
    tag: "LIVE",
    summary: "WebSocket for the agency's own reader: hears where to go on from, sends TikTok's frames, gets their acks",
    answers: { 101: null },
  }),
  loadCreator,
  right("live.relay"),
  webSocketOnly,
  relayOn,
  query(
    z.strictObject({
      room: z
        .string("room is the LIVE's room id")
        .check(z.regex(/^[1-9]\d{0,18}$/, "room is the LIVE's room id: a number of at most 19 digits")),
    }),
  ),
  async (c) => {
    const { place, credential, userId } = c.get("session");
    const creatorId = c.get("creator").id as CreatorId;
    const { room: roomId } = c.req.valid("query");
    const answer = await liveTracker(c.env, place, creatorId).fetch("https://tracker/relay", {
      headers: readerUpgrade({ place, creatorId, roomId, credential, userId }),
    });
    if (!answer.webSocket) throw refused(await refusalOf(answer));
    return answer;
  },
);
