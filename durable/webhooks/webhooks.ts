import type { UserId, WebhookId } from "../../domain/ids.ts";
import type { Webhook, WebhookCreate, WebhookOffReason, WebhookPatch } from "../../domain/records/webhook.ts";
import type { WebhookEventType } from "../../domain/webhook-events.ts";
import type { SealedPlace } from "../kit/reseal.ts";
import type { Deliveries } from "./deliveries.ts";
import { FAILING_MS } from "./schedule.ts";

/** The addresses that an agency registered, with their sealed secrets. */
export const WEBHOOKS_SCHEMA = `
  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, events TEXT NOT NULL,
    secret TEXT NOT NULL, old_secret TEXT, old_secret_until INTEGER,
    off_reason TEXT, off_at INTEGER, failing_since INTEGER,
    created_at INTEGER NOT NULL, created_by TEXT NOT NULL, version INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

/** Where the secrets lie. */
export const SEALED_SECRETS: readonly SealedPlace[] = [
  { table: "webhooks", column: "secret", record: "id", purpose: "webhook_secret" },
  { table: "webhooks", column: "old_secret", record: "id", purpose: "webhook_secret" },
];

/** The secret before a rotation signs beside the new one for this long. */
export const OLD_SECRET_MS = 24 * 3_600_000;

type Row = {
  id: WebhookId;
  url: string;
  events: string;
  secret: string;
  old_secret: string | null;
  old_secret_until: number | null;
  off_reason: WebhookOffReason | null;
  off_at: number | null;
  failing_since: number | null;
  created_at: number;
  created_by: string;
  version: number;
};

/** What sending needs of a webhook. */
export interface Target {
  id: WebhookId;
  url: string;
  /** Sealed, the newest first: those that sign now. */
  sealedSecrets: readonly string[];
  offReason: WebhookOffReason | null;
  /** ms since epoch; null while it is on. */
  offAt: number | null;
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export class Webhooks {
  readonly #sql: SqlStorage;
  readonly #deliveries: Deliveries;

  constructor(sql: SqlStorage, deliveries: Deliveries) {
    this.#sql = sql;
    this.#deliveries = deliveries;
  }

  /** In the order in which they were made. */
  list(): Webhook[] {
    return this.#rows("SELECT * FROM webhooks ORDER BY id").map((row) => this.#toWebhook(row));
  }

  find(id: WebhookId): Webhook | null {
    const row = this.#row(id);
    return row && this.#toWebhook(row);
  }

  /** @param sealed its secret's envelope, sealed for this id */
  add(id: WebhookId, { url, events }: WebhookCreate, sealed: string, by: UserId, now: number): void {
    this.#sql.exec(
      "INSERT INTO webhooks (id, url, events, secret, created_at, created_by, version) VALUES (?, ?, ?, ?, ?, ?, 1)",
      id,
      url,
      JSON.stringify(events),
      sealed,
      now,
      by,
    );
  }

  /** Writes only over the version that was seen. @returns whether it did */
  change(id: WebhookId, version: number, patch: WebhookPatch, now: number): boolean {
    const row = this.#row(id);
    if (row?.version !== version) return false;
    const state = patch.state ?? (row.off_reason === null ? "on" : "off");
    const moved = patch.url !== undefined && patch.url !== row.url;
    const turnsOn = state === "on" && row.off_reason !== null;
    const turnsOff = state === "off" && row.off_reason === null;
    this.#sql.exec(
      `UPDATE webhooks SET url = ?, events = ?, off_reason = ?, off_at = ?, failing_since = ?, version = version + 1 WHERE id = ?`,
      patch.url ?? row.url,
      patch.events ? JSON.stringify(patch.events) : row.events,
      state === "on" ? null : (row.off_reason ?? "by_hand"),
      state === "on" ? null : (row.off_at ?? now),
      // Another address, or another start: what failed before says nothing of it.
      moved || turnsOn ? null : row.failing_since,
      id,
    );
    if (turnsOff) this.#deliveries.giveUp(id);
    return true;
  }

  rotate(id: WebhookId, sealed: string, now: number): void {
    this.#sql.exec(
      "UPDATE webhooks SET old_secret = secret, old_secret_until = ?, secret = ?, version = version + 1 WHERE id = ?",
      now + OLD_SECRET_MS,
      sealed,
      id,
    );
  }

  remove(id: WebhookId): void {
    this.#sql.exec("DELETE FROM webhooks WHERE id = ?", id);
    this.#deliveries.forget(id);
  }

  /** Those that are on and asked to hear of events of this type. */
  hearing(type: WebhookEventType): WebhookId[] {
    return this.#rows("SELECT * FROM webhooks WHERE off_reason IS NULL")
      .filter(({ events }) => (JSON.parse(events) as string[]).includes(type))
      .map(({ id }) => id);
  }

  target(id: WebhookId, now: number): Target | null {
    const row = this.#row(id);
    if (!row) return null;
    const old = (row.old_secret_until ?? 0) > now ? row.old_secret : null;
    return {
      id,
      url: row.url,
      sealedSecrets: old === null ? [row.secret] : [row.secret, old],
      offReason: row.off_reason,
      offAt: row.off_at,
    };
  }

  /** An attempt went well. What was learned of an address says nothing of the one that took its place meanwhile. */
  worked({ id, url }: Target): void {
    this.#sql.exec(
      "UPDATE webhooks SET failing_since = NULL WHERE id = ? AND url = ? AND failing_since IS NOT NULL",
      id,
      url,
    );
  }

  /** An attempt failed. @returns whether that switched the webhook off, after days of nothing else */
  failed({ id, url }: Target, now: number): boolean {
    this.#sql.exec(
      "UPDATE webhooks SET failing_since = coalesce(failing_since, ?) WHERE id = ? AND url = ?",
      now,
      id,
      url,
    );
    const since = this.#row(id)?.failing_since ?? now;
    return now - since >= FAILING_MS && this.switchOff({ id, url }, "failing", now);
  }

  /** @returns whether it was on, at this address */
  switchOff({ id, url }: Pick<Target, "id" | "url">, reason: WebhookOffReason, now: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      "UPDATE webhooks SET off_reason = ?, off_at = ?, version = version + 1 WHERE id = ? AND url = ? AND off_reason IS NULL",
      reason,
      now,
      id,
      url,
    );
    if (rowsWritten === 0) return false;
    this.#deliveries.giveUp(id);
    return true;
  }

  /** Drops secrets that sign no more. @returns when the next one does not, ms since epoch; null: none is left */
  dropOldSecrets(now: number): number | null {
    this.#sql.exec("UPDATE webhooks SET old_secret = NULL, old_secret_until = NULL WHERE old_secret_until <= ?", now);
    return this.#sql.exec<{ until: number | null }>("SELECT min(old_secret_until) AS until FROM webhooks").one().until;
  }

  /** All of them, on or off. */
  ids(): WebhookId[] {
    return this.#rows("SELECT * FROM webhooks").map(({ id }) => id);
  }

  get count(): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM webhooks").one().count;
  }

  #rows(text: string, ...params: string[]): Row[] {
    return this.#sql.exec<Row>(text, ...params).toArray();
  }

  #row(id: WebhookId): Row | null {
    return this.#rows("SELECT * FROM webhooks WHERE id = ?", id)[0] ?? null;
  }

  #toWebhook(row: Row): Webhook {
    return {
      id: row.id,
      url: row.url,
      events: JSON.parse(row.events) as Webhook["events"],
      state: row.off_reason === null ? "on" : "off",
      offReason: row.off_reason,
      failingSince: iso(row.failing_since),
      oldSecretUntil: (row.old_secret_until ?? 0) > Date.now() ? iso(row.old_secret_until) : null,
      lastDelivery: this.#deliveries.last(row.id),
      createdAt: new Date(row.created_at).toISOString(),
      createdBy: row.created_by,
      version: row.version,
    };
  }
}
