import { Hono } from "hono";
import * as z from "zod/mini";
import { AppError } from "../../../domain/app-error.ts";
import type { ConnectionId, CreatorId } from "../../../domain/ids.ts";
import { LIVE_SOURCES, TRACKING_STATES } from "../../../domain/live-message.ts";
import { disconnectedSchema, followersOfDaySchema, tiktokSchema, videoSchema } from "../../../domain/records/tiktok.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import { type TenantPlace, tenantDb } from "../../../platform/db/tenant-db.ts";
import type { WorkerEnv } from "../../env.ts";
import { audit } from "../../http/audit.ts";
import { checked, describe, jsonBody, query } from "../../http/contract.ts";
import { right } from "../../http/rights.ts";
import { signedIn } from "../../http/session.ts";
import { loadCreator, type WithCreator } from "../creators/load.ts";
import { switchActs } from "./acts.ts";
import { followersSince, liveSourceOf, newestConnection, recentVideos } from "./queries.ts";
import { switchLive, tiktokOf } from "./service.ts";

const tag = "TikTok";
const DAY_MS = 86_400_000;
/** TikTok signs covers for six hours; older than this they are asked for anew. */
const COVER_OLD_MS = 5 * 3_600_000;

const wholeNumber = (label: string, most: number) =>
  z.optional(
    z
      .string()
      .check(
        z.refine(
          (value) => /^\d{1,6}$/.test(value) && Number(value) >= 1 && Number(value) <= most,
          `${label} is a whole number from 1 to ${most}.`,
        ),
      ),
  );

const itemsOf = <T extends z.ZodMiniType>(item: T) => z.object({ items: z.array(item) });

export const tiktok = new Hono<WithCreator>()
  .use(signedIn)
  .get(
    "/:id/tiktok",
    describe({
      tag,
      summary: "The creator's TikTok connection and figures; never a token",
      answers: { 200: tiktokSchema },
    }),
    loadCreator,
    right("creators.see"),
    async (c) => c.json(await tiktokOf(c.env, c.get("db"), c.get("creator"))),
  )
  .post(
    "/:id/tiktok/sync",
    describe({
      tag,
      summary: "Syncs now; at most once a minute",
      answers: { 202: z.object({ status: z.literal("started") }) },
    }),
    loadCreator,
    right("connect.sync"),
    async (c) => {
      const { started, refusal, retryAfterSeconds } = await tenantHub(c.env, c.get("session").place).syncNow(
        c.get("creator").id as CreatorId,
      );
      if (!started && refusal === "synced_recently") {
        throw new AppError(
          429,
          refusal,
          `This creator was synced less than a minute ago. Try again in ${retryAfterSeconds} s.`,
          { retryAfterSeconds },
        );
      }
      if (!started)
        throw new AppError(
          409,
          "not_connected",
          "This creator is not connected to TikTok, so there is nothing to sync.",
        );
      return c.json({ status: "started" as const }, 202);
    },
  )
  .delete(
    "/:id/tiktok",
    describe({
      tag,
      summary: "Disconnects TikTok: revokes, hides at once, deletes what came from it",
      answers: { 200: disconnectedSchema },
    }),
    loadCreator,
    right("connect.disconnect"),
    async (c) => {
      const answer = await tenantHub(c.env, c.get("session").place).disconnect(
        c.get("creator").id as CreatorId,
        "staff",
      );
      if (!answer)
        throw new AppError(
          409,
          "not_connected",
          "This creator is not connected to TikTok, so there is nothing to disconnect.",
        );
      await audit(c, {
        action: "tiktok.disconnected",
        target: { type: "creator", id: c.get("creator").id },
        changes: { status: ["active", "disconnected"], reason: [null, "staff"], revoked: [null, answer.revoked] },
      });
      return c.json(answer);
    },
  )
  .get(
    "/:id/videos",
    describe({ tag, summary: "Recent public videos, newest first", answers: { 200: itemsOf(videoSchema) } }),
    loadCreator,
    right("creators.see"),
    query(z.strictObject({ limit: wholeNumber("limit", 200) })),
    async (c) => {
      const db = c.get("db");
      const creatorId = c.get("creator").id;
      const rows = await recentVideos(db, creatorId, Number(c.req.valid("query").limit ?? 50));
      const old = rows.filter((row) => row.coverAt < Date.now() - COVER_OLD_MS).map((row) => row.id);
      if (old.length > 0) c.executionCtx.waitUntil(freshen(c.env, c.get("session").place, creatorId, old));
      return c.json({
        items: rows.map(({ coverAt, createdAt, ...video }) => ({
          ...video,
          createdAt: new Date(createdAt).toISOString(),
        })),
      });
    },
  )
  .get(
    "/:id/followers",
    describe({ tag, summary: "Followers, a day each, oldest first", answers: { 200: itemsOf(followersOfDaySchema) } }),
    loadCreator,
    right("creators.see"),
    query(z.strictObject({ days: wholeNumber("days", 1095) })),
    async (c) => {
      const days = Number(c.req.valid("query").days ?? 90);
      const since = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
      return c.json({ items: await followersSince(c.get("db"), c.get("creator").id, since) });
    },
  )
  .put(
    "/:id/live-tracking",
    describe({
      tag,
      summary: "Staff's LIVE switch, and who listens; it runs only with the creator's own consent",
      answers: {
        200: z.object({ enabled: z.boolean(), state: z.enum(TRACKING_STATES), source: z.enum(LIVE_SOURCES) }),
      },
    }),
    loadCreator,
    right("connect.live"),
    jsonBody,
    checked(
      z.strictObject({
        enabled: z.boolean("enabled is true or false"),
        source: z.optional(z.enum(LIVE_SOURCES, "source is direct (this server) or relay (a reader of your own)")),
      }),
    ),
    async (c) => {
      const creator = c.get("creator");
      const wanted = c.req.valid("json");
      const before = await liveSourceOf(c.get("db"), creator.id);
      const answer = await switchLive(c.env, c.get("db"), creator, wanted);
      await audit(c, ...switchActs(creator, before, answer));
      return c.json(answer);
    },
  );

async function freshen(env: WorkerEnv, place: TenantPlace, creatorId: string, ids: string[]): Promise<void> {
  const newest = await newestConnection(tenantDb(env, place), creatorId);
  if (newest?.status !== "active") return;
  for (let at = 0; at < ids.length; at += 20) {
    await tenantHub(env, place).freshCovers(newest.id as ConnectionId, ids.slice(at, at + 20));
  }
}
