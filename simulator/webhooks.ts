/**
 * TikTok's webhooks: signed, repeated until the app answers 200.
 * Source: TikTok for Developers, "Webhooks: verification" and "Webhooks: events".
 */
import { createHmac } from "node:crypto";
import { openIdOf } from "./login/open-id.ts";

/** Why an authorization ended, in TikTok's own numbers. */
export const REMOVAL_REASONS = {
  0: "unknown",
  1: "user disconnected",
  2: "account deleted",
  3: "age changed",
  4: "banned",
  5: "developer revoked",
} as const;

export type RemovalReason = keyof typeof REMOVAL_REASONS;

export const isRemovalReason = (value: number): value is RemovalReason => value in REMOVAL_REASONS;

export interface Delivery {
  event: string;
  handle: string;
  reason: RemovalReason;
  /** The status of each attempt so far; 0 when nobody answered. */
  attempts: number[];
  delivered: boolean;
}

/** The value of `TikTok-Signature`: HMAC-SHA256 over "<t>.<raw body>", hex; `t` is in seconds. */
export const webhookSignature = (clientSecret: string, t: number, body: string): string =>
  `t=${t},s=${createHmac("sha256", clientSecret).update(`${t}.${body}`).digest("hex")}`;

/** TikTok goes on for 72 hours; a simulator for a few minutes. */
const RETRY_AFTER_MS = [500, 2_000, 8_000, 30_000, 120_000];
const ANSWER_WITHIN_MS = 10_000;

interface WebhookOptions {
  clientKey: string;
  clientSecret: string;
  webhookUrl?: string | undefined;
  clock: () => number;
}

export class Webhooks {
  #options: WebhookOptions;
  #deliveries: Delivery[] = [];
  #timers = new Set<NodeJS.Timeout>();

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Tells the app that its authorization for this account has ended; returns before it is told. */
  authorizationRemoved(handle: string, reason: RemovalReason): void {
    const { clientKey, webhookUrl, clock } = this.#options;
    if (!webhookUrl) return;
    const body = JSON.stringify({
      client_key: clientKey,
      event: "authorization.removed",
      create_time: Math.floor(clock() / 1000),
      user_openid: openIdOf(clientKey, handle),
      content: JSON.stringify({ reason }),
    });
    const delivery: Delivery = { event: "authorization.removed", handle, reason, attempts: [], delivered: false };
    this.#deliveries.push(delivery);
    void this.#deliver(webhookUrl, body, delivery);
  }

  list(): Delivery[] {
    return this.#deliveries.map((delivery) => ({ ...delivery, attempts: [...delivery.attempts] }));
  }

  /** Forgets what was sent and gives up what still waits. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#deliveries = [];
  }

  async #deliver(url: string, body: string, delivery: Delivery): Promise<void> {
    const status = await this.#post(url, body);
    delivery.attempts.push(status);
    delivery.delivered = status === 200;
    const wait = RETRY_AFTER_MS[delivery.attempts.length - 1];
    if (delivery.delivered || wait === undefined || !this.#deliveries.includes(delivery)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#deliver(url, body, delivery);
    }, wait);
    timer.unref();
    this.#timers.add(timer);
  }

  async #post(url: string, body: string): Promise<number> {
    const { clientSecret, clock } = this.#options;
    const signature = webhookSignature(clientSecret, Math.floor(clock() / 1000), body);
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "tiktok-signature": signature },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      await answer.body?.cancel();
      return answer.status;
    } catch {
      return 0; // Nobody there: the attempt counts, the next one may meet them.
    }
  }
}
