import type { WebhookId } from "../../domain/ids.ts";
import { WEBHOOK_TEST } from "../../domain/webhook-events.ts";
import type { TenantPlace } from "../../platform/db/tenant-db.ts";
import { createVault } from "../../platform/vault.ts";
import { type Posted, postToAgency } from "../../platform/webhooks/outbound.ts";
import { signedHeaders } from "../../platform/webhooks/sign.ts";
import type { DurableEnv } from "../env.ts";
import type { Attempt, Deliveries, Result } from "./deliveries.ts";
import { waitAfter } from "./schedule.ts";
import type { Target, Webhooks } from "./webhooks.ts";

/** One webhook has the floor so long; then others that wait have theirs. */
const TURN_MS = 20_000;
/** An attempt takes five seconds and a look at the name: one that took this long was cut. */
const HELD_MS = 30_000;
const GONE = 410;

/** Where a webhook's secrets are sealed to. */
export const secretContext = (place: TenantPlace, id: WebhookId) => ({
  tenant: place.tenantId,
  record: id,
  purpose: "webhook_secret" as const,
});

/** Sends what is due, a webhook at a time and of it one after another: a slow server keeps nobody else waiting. */
export class Sending {
  readonly #env: DurableEnv;
  readonly #place: TenantPlace;
  readonly #webhooks: Webhooks;
  readonly #deliveries: Deliveries;
  readonly #switchedOff: (id: WebhookId) => Promise<void>;

  /** `switchedOff` hears of a webhook that its own server's answers switched off. */
  constructor(
    env: DurableEnv,
    place: TenantPlace,
    webhooks: Webhooks,
    deliveries: Deliveries,
    switchedOff: (id: WebhookId) => Promise<void>,
  ) {
    this.#env = env;
    this.#place = place;
    this.#webhooks = webhooks;
    this.#deliveries = deliveries;
    this.#switchedOff = switchedOff;
  }

  /** The task "send". @returns when to go on, ms since epoch; null: nothing waits */
  async run(id: WebhookId): Promise<number | null> {
    const end = Date.now() + TURN_MS;
    while (Date.now() < end) {
      const now = Date.now();
      const target = this.#webhooks.target(id, now);
      if (!target || target.offReason !== null) return null;
      const attempt = this.#deliveries.begin(id, now, now + HELD_MS);
      if (!attempt) break;
      await this.#make(target, attempt, now);
    }
    return this.#deliveries.nextDue(id);
  }

  async #make(target: Target, attempt: Attempt, at: number): Promise<void> {
    const posted = await this.#post(target, attempt, at);
    const result: Result = "error" in posted ? { status: null, error: posted.error } : { ...posted, error: null };
    const { status } = result;
    const wait = this.#wait(attempt, posted);
    const now = Date.now();
    this.#deliveries.settle(target.id, attempt, result, wait === null ? null : now + wait);
    if (status !== null && status >= 200 && status < 300) {
      this.#webhooks.worked(target);
      return;
    }
    // A try by hand is somebody looking: it speaks for no failure that lasts.
    if (attempt.type === WEBHOOK_TEST) return;
    const off = status === GONE ? this.#webhooks.switchOff(target, "gone", now) : this.#webhooks.failed(target, now);
    if (off) await this.#switchedOff(target.id);
  }

  async #post({ id, url, sealedSecrets }: Target, { id: messageId, body }: Attempt, at: number): Promise<Posted> {
    const vault = createVault(this.#env.TOKEN_KEYS);
    const context = secretContext(this.#place, id);
    const secrets = await Promise.all(sealedSecrets.map((sealed) => vault.open(sealed, context)));
    const headers = {
      "Content-Type": "application/json",
      "User-Agent": "EticaPro-Webhooks/1",
      ...signedHeaders(messageId, at, body, secrets),
    };
    return postToAgency(this.#env, url, headers, body);
  }

  /** ms until the next attempt; null: none by itself. A try by hand is one try. */
  #wait({ type, attempts }: Attempt, posted: Posted): number | null {
    if (type === WEBHOOK_TEST) return null;
    if ("error" in posted) return waitAfter(attempts, null);
    return posted.status === GONE ? null : waitAfter(attempts, posted.retryAfterSeconds);
  }
}
