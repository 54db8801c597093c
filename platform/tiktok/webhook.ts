import { Buffer } from "node:buffer";
import * as z from "zod/mini";
import { equalInConstantTime, hmacSha256 } from "../hash.ts";
import { parseJson } from "../json.ts";

/** TikTok's webhooks: signed events about connected accounts. Source: "Webhooks", "Webhook verification". */

export interface WebhookEvent {
  /** `authorization.removed`, or one that we have no use for. */
  event: string;
  /** Whose; null for the events that name nobody. */
  openId: string | null;
  /** When it happened, ms since epoch. TikTok repeats an event for up to 72 hours. */
  createdAt: number;
  /** Of `authorization.removed`, see {@link REMOVAL_REASONS}. */
  reason?: number;
}

export type WebhookVerdict =
  | { ok: true; event: WebhookEvent }
  /** `stale`: signed more than {@link TOLERANCE_SECONDS} away from now. `client_key`: another app's. */
  | { ok: false; failure: "signature" | "stale" | "malformed" | "client_key" };

/** Why TikTok ended an authorization; 5 is the echo of our own revoke. */
export const REMOVAL_REASONS: Readonly<Record<number, string>> = {
  0: "unknown",
  1: "the creator disconnected this app at TikTok",
  2: "the TikTok account was deleted",
  3: "the TikTok account's age changed",
  4: "the TikTok account was banned",
  5: "this app revoked the access",
};

export const TOLERANCE_SECONDS = 300;

const eventSchema = z.object({
  client_key: z.string(),
  event: z.string(),
  create_time: z.int(),
  user_openid: z.optional(z.string()),
  content: z.optional(z.string()),
});

const removalSchema = z.object({ reason: z.int() });

/**
 * Checks `TikTok-Signature: t=<seconds>,s=<hex HMAC-SHA256(client secret, t + "." + raw body)>`
 * over the raw bytes, in constant time, before a byte of the body is read.
 * @param request `now` in ms since epoch
 */
export function verifyWebhook(request: {
  rawBody: Uint8Array | string;
  signatureHeader: string | null | undefined;
  clientKey: string;
  clientSecret: string;
  now: number;
}): WebhookVerdict {
  const signed = readSignature(request.signatureHeader ?? "");
  // An empty secret would let anybody sign.
  if (!signed || request.clientSecret === "") return { ok: false, failure: "signature" };
  const body = Buffer.from(request.rawBody);
  const expected = hmacSha256(request.clientSecret, Buffer.concat([Buffer.from(`${signed.t}.`), body]));
  if (!equalInConstantTime(signed.signature, expected)) return { ok: false, failure: "signature" };
  if (Math.abs(request.now / 1000 - Number(signed.t)) > TOLERANCE_SECONDS) return { ok: false, failure: "stale" };

  const event = eventSchema.safeParse(parseJson(body.toString()));
  if (!event.success) return { ok: false, failure: "malformed" };
  if (event.data.client_key !== request.clientKey) return { ok: false, failure: "client_key" };
  return { ok: true, event: eventOf(event.data) };
}

function eventOf({ event, user_openid, create_time, content }: z.infer<typeof eventSchema>): WebhookEvent {
  const removal =
    event === "authorization.removed" ? removalSchema.safeParse(parseJson(content ?? "")).data : undefined;
  return { event, openId: user_openid ?? null, createdAt: create_time * 1000, ...removal };
}

function readSignature(header: string): { t: string; signature: Uint8Array } | null {
  const parts = new Map(header.split(",").map((part) => pairOf(part.trim())));
  const t = parts.get("t") ?? "";
  const hex = parts.get("s") ?? "";
  return /^\d{1,12}$/.test(t) && /^[0-9a-f]{64}$/i.test(hex) ? { t, signature: Buffer.from(hex, "hex") } : null;
}

function pairOf(part: string): [string, string] {
  const at = part.indexOf("=");
  return [part.slice(0, at), part.slice(at + 1)];
}
