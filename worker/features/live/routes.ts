import { Buffer } from "node:buffer";
import { Hono } from "hono";
import * as z from "zod/mini";
import { AppError, notFound } from "../../../domain/app-error.ts";
import { isId } from "../../../domain/ids.ts";
import { liveItemSchema, liveTotalsSchema, trackingSchema } from "../../../domain/live-message.ts";
import { liveSessionSchema, liveSessionSummarySchema } from "../../../domain/records/tiktok.ts";
import { may } from "../../../domain/roles.ts";
import { upgradeOf } from "../../../durable/kit/sockets.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import type { AppEnv } from "../../env.ts";
import { describe, query } from "../../http/contract.ts";
import { notAllowed, right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { webSocketOnly } from "../../http/web-socket.ts";
import { pageSchema } from "../../records/list.ts";
import { loadCreator, type WithCreator } from "../creators/load.ts";
import { sessionsOf, sessionWithMinutes } from "./service.ts";

const tag = "LIVE";

const liveNowSchema = z.object({
  items: z.array(liveItemSchema),
  tracking: z.array(trackingSchema),
  totals: liveTotalsSchema,
});

export const live = new Hono<AppEnv>()
  .use(signedIn)
  .get(
    "/",
    describe({ tag, summary: "Who is LIVE now", answers: { 200: liveNowSchema } }),
    right("live.see"),
    async (c) => {
      const { place, userId, team, rights } = c.get("session");
      return c.json(await tenantHub(c.env, place).liveNow({ userId, team, reach: rights["live.see"] }));
    },
  )
  .get(
    "/socket",
    describe({
      tag,
      summary: "WebSocket: a snapshot, then every change; with ?frames=ticks one frame a tick, each answered",
      answers: { 101: null },
    }),
    right("live.see"),
    webSocketOnly,
    query(z.object({ frames: z.optional(z.enum(["messages", "ticks"])) })),
    (c) => {
      const { place, credential, userId, team, rights } = c.get("session");
      const ticks = c.req.valid("query").frames === "ticks";
      return tenantHub(c.env, place).fetch("https://hub/socket", {
        headers: upgradeOf({ credential, userId, team, reach: rights["live.see"], ticks }),
      });
    },
  );

const placeSchema = z.tuple([z.number(), z.string()]);

function placeOf(cursor: string | undefined): { startedAt: number; id: string } | null {
  if (cursor === undefined) return null;
  try {
    const [startedAt, id] = placeSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return { startedAt, id };
  } catch {
    throw new AppError(400, "bad_cursor", "This cursor does not belong to this list. Begin again without one.");
  }
}

export const creatorSessions = new Hono<WithCreator>().use(signedIn).get(
  "/:id/live-sessions",
  describe({
    tag,
    summary: "A creator's LIVEs, newest first",
    answers: { 200: pageSchema(liveSessionSummarySchema) },
  }),
  loadCreator,
  right("live.see"),
  query(
    z.strictObject({
      limit: z.optional(z.string().check(z.regex(/^([1-9]\d?|1\d\d|200)$/, "limit is a whole number from 1 to 200."))),
      cursor: z.optional(z.string()),
    }),
  ),
  async (c) => {
    const { limit: asked, cursor } = c.req.valid("query");
    const limit = Number(asked ?? 50);
    const found = await sessionsOf(c.env, c.get("db"), c.get("creator").id, placeOf(cursor), limit + 1);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const nextCursor = last
      ? Buffer.from(JSON.stringify([Date.parse(last.startedAt), last.id])).toString("base64url")
      : null;
    return c.json({ items, nextCursor });
  },
);

export const sessions = new Hono<AppEnv>()
  .use(signedIn)
  .get(
    "/:id",
    describe({ tag, summary: "One LIVE, minute by minute", answers: { 200: liveSessionSchema } }),
    async (c) => {
      const id = c.req.param("id");
      const session = isId("liveSession", id) ? await sessionWithMinutes(c.env, c.get("db"), id) : null;
      if (!session) throw notFound("LIVE session");
      if (!may(c.get("session"), "live.see")) throw notAllowed();
      return c.json(session);
    },
  );
