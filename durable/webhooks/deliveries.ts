import type { CreatorId, WebhookEventId, WebhookId } from "../../domain/ids.ts";
import type { DeliveryError, WebhookDelivery } from "../../domain/records/webhook.ts";
import { retainedSince, retainedUntil } from "../../domain/retention.ts";
import type { WebhookEventType } from "../../domain/webhook-events.ts";

/** Each event on its way to each webhook. */
export const DELIVERIES_SCHEMA = `
  CREATE TABLE deliveries (
    webhook_id TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL, created_at INTEGER NOT NULL,
    last_attempt_at INTEGER, next_attempt_at INTEGER, status INTEGER, error TEXT,
    PRIMARY KEY (webhook_id, id)
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_by_next ON deliveries (webhook_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
`;

/** What happened, ready to be sent. */
export interface WebhookEvent {
  id: WebhookEventId;
  type: WebhookEventType;
  /** The whole body, as it is signed. */
  body: string;
  /** ms since epoch */
  at: number;
}

/** One attempt that has begun. */
export interface Attempt {
  id: WebhookEventId;
  type: WebhookEventType;
  body: string;
  /** 1 the first time. */
  attempts: number;
}

/** What an attempt came to: an HTTP status, or why to none. */
export interface Result {
  status: number | null;
  error: DeliveryError | null;
}

type Row = {
  webhook_id: string;
  id: string;
  type: string;
  state: WebhookDelivery["state"];
  attempts: number;
  created_at: number;
  last_attempt_at: number | null;
  next_attempt_at: number | null;
  status: number | null;
  error: WebhookDelivery["error"];
};

const COLUMNS =
  "webhook_id, id, type, state, attempts, created_at, last_attempt_at, next_attempt_at, status, error" as const;

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const toDelivery = (row: Row): WebhookDelivery => ({
  id: row.id,
  type: row.type,
  state: row.state,
  attempts: row.attempts,
  createdAt: new Date(row.created_at).toISOString(),
  lastAttemptAt: iso(row.last_attempt_at),
  nextAttemptAt: iso(row.next_attempt_at),
  status: row.status,
  error: row.error,
});

export class Deliveries {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** An event that was heard before changes nothing. */
  add(webhookId: WebhookId, { id, type, body, at }: WebhookEvent): void {
    this.#sql.exec(
      `INSERT INTO deliveries (webhook_id, id, type, body, state, attempts, created_at, next_attempt_at)
       VALUES (?, ?, ?, ?, 'pending', 0, ?, ?) ON CONFLICT DO NOTHING`,
      webhookId,
      id,
      type,
      body,
      at,
      at,
    );
  }

  find(webhookId: WebhookId, id: WebhookEventId): WebhookDelivery | null {
    const [row] = this.#sql
      .exec<Row>(`SELECT ${COLUMNS} FROM deliveries WHERE webhook_id = ? AND id = ?`, webhookId, id)
      .toArray();
    return row ? toDelivery(row) : null;
  }

  /** Newest first; ids begin with their time. */
  before(webhookId: WebhookId, before: WebhookEventId | null, limit: number): WebhookDelivery[] {
    return this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM deliveries WHERE webhook_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
        webhookId,
        before ?? "~",
        limit,
      )
      .toArray()
      .map(toDelivery);
  }

  /** The newest that was attempted. */
  last(webhookId: WebhookId): WebhookDelivery | null {
    const [row] = this.#sql
      .exec<Row>(
        `SELECT ${COLUMNS} FROM deliveries WHERE webhook_id = ? AND last_attempt_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
        webhookId,
      )
      .toArray();
    return row ? toDelivery(row) : null;
  }

  /**
   * Begins the attempt that has been due longest; null: none is. It is counted before it is made, and is due
   * again at `heldUntil`: one that is cut by an eviction is made once more.
   */
  begin(webhookId: WebhookId, now: number, heldUntil: number): Attempt | null {
    const [row] = this.#sql
      .exec<{ id: WebhookEventId; type: WebhookEventType; body: string; attempts: number }>(
        `UPDATE deliveries SET attempts = attempts + 1, last_attempt_at = ?2, next_attempt_at = ?3
         WHERE webhook_id = ?1 AND id = (SELECT id FROM deliveries WHERE webhook_id = ?1 AND next_attempt_at <= ?2
           ORDER BY next_attempt_at, id LIMIT 1)
         RETURNING id, type, body, attempts`,
        webhookId,
        now,
        heldUntil,
      )
      .toArray();
    return row ?? null;
  }

  /**
   * Notes what an attempt came to. One that was replayed, or given up, while it was under way has another number of attempts.
   * @param nextAt ms since epoch; null: not again by itself
   */
  settle(webhookId: WebhookId, { id, attempts }: Attempt, { status, error }: Result, nextAt: number | null): void {
    const delivered = status !== null && status >= 200 && status < 300;
    this.#sql.exec(
      `UPDATE deliveries SET state = ?, status = ?, error = ?, next_attempt_at = ?
       WHERE webhook_id = ? AND id = ? AND attempts = ? AND state = 'pending'`,
      delivered ? "delivered" : nextAt === null ? "failed" : "pending",
      status,
      error,
      delivered ? null : nextAt,
      webhookId,
      id,
      attempts,
    );
  }

  /** Sends a message again from its first attempt on, whatever became of it. */
  replay(webhookId: WebhookId, id: WebhookEventId, now: number): WebhookDelivery | null {
    this.#sql.exec(
      "UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?, status = NULL, error = NULL WHERE webhook_id = ? AND id = ?",
      now,
      webhookId,
      id,
    );
    return this.find(webhookId, id);
  }

  /** Nothing is sent there any more: what waited has failed, and can be replayed. */
  giveUp(webhookId: WebhookId): void {
    this.#sql.exec(
      "UPDATE deliveries SET state = 'failed', error = 'switched_off', next_attempt_at = NULL WHERE webhook_id = ? AND state = 'pending'",
      webhookId,
    );
  }

  /** When the next attempt is due, ms since epoch; null: none waits. */
  nextDue(webhookId: WebhookId): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        "SELECT min(next_attempt_at) AS due FROM deliveries WHERE webhook_id = ? AND next_attempt_at IS NOT NULL",
        webhookId,
      )
      .one().due;
  }

  forget(webhookId: WebhookId): void {
    this.#sql.exec("DELETE FROM deliveries WHERE webhook_id = ?", webhookId);
  }

  /** Drops what tells when a creator was LIVE: their connection ended, and it came from there. */
  forgetLives(creatorId: CreatorId): void {
    this.#sql.exec(
      "DELETE FROM deliveries WHERE type IN ('live.started', 'live.ended') AND body ->> '$.data.creatorId' = ?",
      creatorId,
    );
  }

  /** Drops what has been kept long enough. @returns when the next one has, ms since epoch; null: none is left */
  expire(now: number): number | null {
    this.#sql.exec("DELETE FROM deliveries WHERE created_at <= ?", retainedSince("webhookDeliveries", now));
    const { oldest } = this.#sql
      .exec<{ oldest: number | null }>("SELECT min(created_at) AS oldest FROM deliveries")
      .one();
    return oldest === null ? null : retainedUntil("webhookDeliveries", oldest);
  }
}
