import { Hono } from "hono";
import { AppError } from "../../../domain/app-error.ts";
import type { EndReason } from "../../../durable/hub/disconnect.ts";
import { tenantHub } from "../../../durable/kit/stubs.ts";
import { blindIndex } from "../../../platform/blind-index.ts";
import { connectionsOf } from "../../../platform/db/directory-db.ts";
import { verifyWebhook } from "../../../platform/tiktok/webhook.ts";
import type { AppEnv, WorkerEnv } from "../../env.ts";
import { BODY_BYTES, bodyAtMost } from "../../http/body.ts";

/** TikTok's numbers for why an authorization was removed. Any other is as good as unknown: it is gone all the same. */
const REASONS: Readonly<Record<number, EndReason>> = {
  1: "tiktok_disconnected",
  2: "tiktok_deleted",
  3: "tiktok_age",
  4: "tiktok_banned",
};
/** The echo of our own revoke. */
const OURS = 5;

/** TikTok tells us; the answer is immediate, the work idempotent, since it tells at least once. */
export const webhooks = new Hono<AppEnv>().post("/tiktok", bodyAtMost(BODY_BYTES.webhook), async (c) => {
  const verdict = verifyWebhook({
    rawBody: await c.req.text(),
    signatureHeader: c.req.header("TikTok-Signature"),
    clientKey: c.env.TIKTOK_CLIENT_KEY,
    clientSecret: c.env.TIKTOK_CLIENT_SECRET,
    now: Date.now(),
  });
  if (!verdict.ok)
    throw new AppError(
      verdict.failure === "malformed" ? 400 : 401,
      `webhook_${verdict.failure}`,
      "This is not a webhook that TikTok signed for this app.",
    );
  const { event, openId, createdAt, reason } = verdict.event;
  if (event === "authorization.removed" && openId !== null && reason !== OURS) {
    c.executionCtx.waitUntil(removed(c.env, openId, createdAt, REASONS[reason ?? 0] ?? "tiktok_unknown"));
  }
  return c.json({});
});

/** One account may be connected by several agencies: each hears of it. */
async function removed(env: WorkerEnv, openId: string, at: number, reason: EndReason): Promise<void> {
  const found = await connectionsOf(env, blindIndex(env.BLIND_INDEX_KEY, "open_id", openId));
  await Promise.all(found.map((entry) => tenantHub(env, entry).authorizationRemoved(entry.connectionId, at, reason)));
}
