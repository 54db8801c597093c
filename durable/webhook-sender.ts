import { DurableObject } from "cloudflare:workers";
import { AppError } from "../domain/app-error.ts";
import { type CreatorId, isId, newId, type UserId, type WebhookEventId, type WebhookId } from "../domain/ids.ts";
import type { Webhook, WebhookCreate, WebhookDelivery, WebhookMade, WebhookPatch } from "../domain/records/webhook.ts";
import { isRegion } from "../domain/regions.ts";
import { retainedUntil } from "../domain/retention.ts";
import { WEBHOOK_TEST, webhookBody } from "../domain/webhook-events.ts";
import type { TenantPlace } from "../platform/db/tenant-db.ts";
import { createLog } from "../platform/log.ts";
import type { KeyUse } from "../platform/sealed.ts";
import { createVault } from "../platform/vault.ts";
import { newSecret } from "../platform/webhooks/sign.ts";
import type { DurableEnv } from "./env.ts";
import { resealObject } from "./kit/reseal.ts";
import { hasSchema, migrate } from "./kit/schema.ts";
import { doubling, TASKS_SCHEMA, Tasks } from "./kit/tasks.ts";
import { DELIVERIES_SCHEMA, Deliveries, type WebhookEvent } from "./webhooks/deliveries.ts";
import { mailOwners } from "./webhooks/owners-mail.ts";
import { Sending, secretContext } from "./webhooks/sending.ts";
import { OLD_SECRET_MS, SEALED_SECRETS, WEBHOOKS_SCHEMA, Webhooks } from "./webhooks/webhooks.ts";

const MIGRATIONS = [TASKS_SCHEMA, WEBHOOKS_SCHEMA, DELIVERIES_SCHEMA];

const MINUTE_MS = 60_000;
/** An agency has so many; each event is sent to each of them. */
const MOST_WEBHOOKS = 10;
/** A provider that takes no mail for so many tries is not asked any more. */
const MOST_MAIL_TRIES = 12;

const log = createLog();

/**
 * One a tenant: the addresses that the agency registered for its webhooks, and every message on its
 * way there. Apart from the TenantHub, since a stranger's slow server would crowd the switchboard. Its
 * name is `<region>.<tenant id>`. An agency without webhooks has no table here.
 */
export class WebhookSender extends DurableObject<DurableEnv> {
  readonly #place: TenantPlace;
  readonly #deliveries: Deliveries;
  readonly #webhooks: Webhooks;
  readonly #sending: Sending;
  readonly #tasks: Tasks;
  /** Webhooks that have the floor: their run sees what came meanwhile. */
  readonly #running = new Set<WebhookId>();

  constructor(ctx: DurableObjectState, env: DurableEnv) {
    super(ctx, env);
    const [region, tenantId = ""] = (ctx.id.name ?? "").split(".");
    if (!isRegion(region) || !isId("tenant", tenantId))
      throw new Error("A WebhookSender is named <region>.<tenant id>.");
    if (hasSchema(ctx.storage)) migrate(ctx.storage, MIGRATIONS);
    this.#place = { region, tenantId };
    this.#deliveries = new Deliveries(ctx.storage.sql);
    this.#webhooks = new Webhooks(ctx.storage.sql, this.#deliveries);
    this.#sending = new Sending(env, this.#place, this.#webhooks, this.#deliveries, (id) =>
      this.#tasks.schedule("mail", id, Date.now()),
    );
    this.#tasks = new Tasks(
      ctx.storage,
      {
        send: { run: (task) => this.#send(task.subject as WebhookId), backOff: doubling(MINUTE_MS, 60 * MINUTE_MS) },
        mail: {
          run: (task) => this.#mail(task.subject as WebhookId, task.attempt),
          backOff: doubling(5 * MINUTE_MS, 360 * MINUTE_MS),
        },
        tidy: { run: async () => this.#tidy(), backOff: doubling(MINUTE_MS, 60 * MINUTE_MS) },
      },
      (task, error) => {
        const code = error instanceof AppError ? error.code : "unexpected";
        log.warn({ tenantId, event: `webhook.${task.kind}.failed`, code, status: task.attempt });
      },
    );
  }

  override async alarm(): Promise<void> {
    await this.#tasks.runDue();
  }

  // —— The agency's addresses

  async list(): Promise<Webhook[]> {
    return this.#isUsed ? this.#webhooks.list() : [];
  }

  async find(id: WebhookId): Promise<Webhook | null> {
    return this.#isUsed ? this.#webhooks.find(id) : null;
  }

  /** @returns the webhook with its secret, which nobody can ask for again; null when there are as many as there may be */
  async add(wanted: WebhookCreate, by: UserId): Promise<WebhookMade | null> {
    migrate(this.ctx.storage, MIGRATIONS);
    const now = Date.now();
    const id = newId("webhook", now);
    const { secret, sealed } = await this.#newSecret(id);
    if (this.#webhooks.count >= MOST_WEBHOOKS) return null;
    this.#webhooks.add(id, wanted, sealed, by, now);
    return this.#made(id, secret);
  }

  /** @returns the webhook as it is now; null when `version` is not the one that was written over */
  async change(id: WebhookId, version: number, patch: WebhookPatch): Promise<Webhook | null> {
    return this.#isUsed && this.#webhooks.change(id, version, patch, Date.now()) ? this.#webhooks.find(id) : null;
  }

  /** @returns the webhook with its new secret; null when there is no such webhook */
  async rotate(id: WebhookId): Promise<WebhookMade | null> {
    if (!this.#isUsed) return null;
    const { secret, sealed } = await this.#newSecret(id);
    const now = Date.now();
    this.#webhooks.rotate(id, sealed, now);
    await this.#tasks.hasten("tidy", "", now + OLD_SECRET_MS);
    return this.#made(id, secret);
  }

  async remove(id: WebhookId): Promise<void> {
    if (!this.#isUsed) return;
    this.#webhooks.remove(id);
    for (const kind of ["send", "mail"]) await this.#tasks.cancel(kind, id);
  }

  // —— Messages

  /** Something happened: on its way to every webhook that asked for it. Heard twice it is sent once. */
  async hear(event: WebhookEvent): Promise<void> {
    if (!this.#isUsed) return;
    for (const id of this.#webhooks.hearing(event.type)) await this.#enqueue(id, event);
  }

  /** Sends a message that says nothing, to be looked at. (`test` is a name that the runtime keeps for itself.) @returns null when the webhook is off, or there is none */
  async sendTest(id: WebhookId): Promise<WebhookDelivery | null> {
    const now = Date.now();
    if (!this.#isOn(id, now)) return null;
    const event = { id: newId("webhookEvent", now), type: WEBHOOK_TEST, at: now };
    await this.#enqueue(id, { ...event, body: webhookBody(WEBHOOK_TEST, now, { webhookId: id }) });
    return this.#deliveries.find(id, event.id);
  }

  async delivery(id: WebhookId, deliveryId: WebhookEventId): Promise<WebhookDelivery | null> {
    return this.#isUsed ? this.#deliveries.find(id, deliveryId) : null;
  }

  /** Newest first. */
  async deliveries(id: WebhookId, before: WebhookEventId | null, limit: number): Promise<WebhookDelivery[]> {
    return this.#isUsed ? this.#deliveries.before(id, before, limit) : [];
  }

  /** Sends a message once more, with the same id. @returns null when the webhook is off, or there is no such message */
  async replay(id: WebhookId, deliveryId: WebhookEventId): Promise<WebhookDelivery | null> {
    const now = Date.now();
    if (!this.#isOn(id, now)) return null;
    const replayed = this.#deliveries.replay(id, deliveryId, now);
    if (replayed) await this.#sendSoon(id);
    return replayed;
  }

  /** A creator's connection ended: what tells when they were LIVE goes with it. */
  async forgetLives(creatorId: CreatorId): Promise<void> {
    if (this.#isUsed) this.#deliveries.forgetLives(creatorId);
  }

  /**
   * The daily cron: a lost alarm is found here, and what an older key of the vault sealed is sealed anew.
   * @returns which keys seal something now
   */
  async wake(): Promise<{ sealedWith: KeyUse }> {
    if (!this.#isUsed) return { sealedWith: {} };
    for (const id of this.#webhooks.ids()) {
      const due = this.#deliveries.nextDue(id);
      if (due !== null) await this.#tasks.hasten("send", id, due);
    }
    await this.#tasks.hasten("tidy", "", Date.now());
    await this.#tasks.arm();
    const vault = createVault(this.env.TOKEN_KEYS);
    return { sealedWith: await resealObject(this.ctx.storage.sql, vault, this.#place.tenantId, SEALED_SECRETS) };
  }

  // —— Inside

  get #isUsed(): boolean {
    return hasSchema(this.ctx.storage);
  }

  #isOn(id: WebhookId, now: number): boolean {
    return this.#isUsed && this.#webhooks.target(id, now)?.offReason === null;
  }

  async #enqueue(id: WebhookId, event: WebhookEvent): Promise<void> {
    this.#deliveries.add(id, event);
    await this.#sendSoon(id);
    await this.#tasks.hasten("tidy", "", retainedUntil("webhookDeliveries", event.at));
  }

  async #sendSoon(id: WebhookId): Promise<void> {
    if (!this.#running.has(id)) await this.#tasks.hasten("send", id, Date.now());
  }

  async #send(id: WebhookId): Promise<number | null> {
    this.#running.add(id);
    try {
      return await this.#sending.run(id);
    } finally {
      this.#running.delete(id);
    }
  }

  async #mail(id: WebhookId, attempt: number): Promise<null> {
    const target = this.#webhooks.target(id, Date.now());
    if (target && attempt <= MOST_MAIL_TRIES) await mailOwners(this.env, this.#place, target);
    return null;
  }

  /** Drops what is kept no longer. @returns when there is more of it, ms since epoch; null: never, as things are */
  #tidy(): number | null {
    const now = Date.now();
    const next = [this.#webhooks.dropOldSecrets(now), this.#deliveries.expire(now)].filter((at) => at !== null);
    return next.length === 0 ? null : Math.min(...next);
  }

  async #newSecret(id: WebhookId): Promise<{ secret: string; sealed: string }> {
    const secret = newSecret();
    const sealed = await createVault(this.env.TOKEN_KEYS).seal(secret, secretContext(this.#place, id));
    return { secret, sealed };
  }

  #made(id: WebhookId, secret: string): WebhookMade | null {
    const webhook = this.#webhooks.find(id);
    return webhook && { ...webhook, secret };
  }
}
