import type { ConnectionId } from "../../domain/ids.ts";
import { retainedUntil } from "../../domain/retention.ts";
import type { KeyUse } from "../../platform/sealed.ts";
import { TiktokError } from "../../platform/tiktok/errors.ts";
import { resealObject, type SealedPlace } from "../kit/reseal.ts";
import type { HubContext } from "./context.ts";
import type { ConnectionRow } from "./tokens.ts";

/**
 * Telling TikTok that an ended connection's access is over. The local deletion never waits for
 * it: the sealed tokens wait here, apart from the purged row, until TikTok confirmed or the
 * promise's days are up.
 */
export const REVOKES_SCHEMA = `
  CREATE TABLE revokes (
    connection_id TEXT PRIMARY KEY, access_token TEXT NOT NULL, refresh_token TEXT NOT NULL,
    access_expires_at INTEGER NOT NULL, ended_at INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

const SEALED: readonly SealedPlace[] = [
  { table: "revokes", column: "access_token", record: "connection_id", purpose: "access_token" },
  { table: "revokes", column: "refresh_token", record: "connection_id", purpose: "refresh_token" },
];

type RevokeRow = {
  connection_id: ConnectionId;
  access_token: string;
  refresh_token: string;
  access_expires_at: number;
  ended_at: number;
};

const isDead = (error: unknown): boolean =>
  error instanceof TiktokError && (error.kind === "invalid_grant" || error.kind === "token_dead");

export class Revokes {
  readonly #hub: HubContext;
  readonly #sql: SqlStorage;
  readonly #trying = new Map<ConnectionId, Promise<boolean>>();

  constructor(hub: HubContext, sql: SqlStorage) {
    this.#hub = hub;
    this.#sql = sql;
  }

  /** Keeps an ended connection's tokens until TikTok has heard of the end. */
  keep(ended: ConnectionRow): void {
    if (ended.accessToken === null || ended.refreshToken === null) return;
    this.#sql.exec(
      "INSERT INTO revokes VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      ended.id,
      ended.accessToken,
      ended.refreshToken,
      ended.accessExpiresAt ?? 0,
      Date.now(),
    );
  }

  /** Connections whose end TikTok has not heard of. */
  waiting(): ConnectionId[] {
    return this.#sql
      .exec<Pick<RevokeRow, "connection_id">>("SELECT connection_id FROM revokes")
      .toArray()
      .map(({ connection_id }) => connection_id);
  }

  /** Seals what waits anew after a change of keys. @returns which keys seal something here */
  reseal(): Promise<KeyUse> {
    return resealObject(this.#sql, this.#hub.vault, this.#hub.place.tenantId, SEALED);
  }

  /**
   * Tries once; whoever asks meanwhile gets the same answer. @returns true when TikTok confirmed
   * (or the grant was dead anyway), false when it never will. @throws TiktokError to try again
   */
  attempt(connectionId: ConnectionId): Promise<boolean> {
    const running = this.#trying.get(connectionId);
    if (running) return running;
    const attempt = this.#attempt(connectionId).finally(() => this.#trying.delete(connectionId));
    this.#trying.set(connectionId, attempt);
    return attempt;
  }

  async #attempt(connectionId: ConnectionId): Promise<boolean> {
    const [row] = this.#sql.exec<RevokeRow>("SELECT * FROM revokes WHERE connection_id = ?", connectionId).toArray();
    if (!row) return true;
    if (Date.now() > retainedUntil("tiktokAfterDisconnect", row.ended_at)) return this.#settle(connectionId, false);
    try {
      await this.#endGrant(row);
    } catch (error) {
      // A grant that TikTok no longer knows is what we want.
      if (!isDead(error)) throw error;
    }
    return this.#settle(connectionId, true);
  }

  /**
   * TikTok takes a revoke only with an access token that is alive. One that ran out, or that is
   * refused before its time, says nothing of the grant: it is renewed for this alone.
   */
  async #endGrant(row: RevokeRow): Promise<void> {
    const { vault, oauth, place } = this.#hub;
    if (row.access_expires_at > Date.now()) {
      const context = { tenant: place.tenantId, record: row.connection_id, purpose: "access_token" } as const;
      try {
        return await oauth.revoke(await vault.open(row.access_token, context));
      } catch (error) {
        if (!isDead(error)) throw error;
      }
    }
    await oauth.revoke(await this.#renewed(row));
  }

  /** @throws TiktokError `invalid_grant` when the grant itself is dead */
  async #renewed(row: RevokeRow): Promise<string> {
    const { vault, oauth, place, spend } = this.#hub;
    const context = { tenant: place.tenantId, record: row.connection_id };
    await spend("token");
    const grant = await oauth.refresh(await vault.open(row.refresh_token, { ...context, purpose: "refresh_token" }));
    const accessToken = await vault.seal(grant.accessToken, { ...context, purpose: "access_token" });
    const refreshToken = await vault.seal(grant.refreshToken, { ...context, purpose: "refresh_token" });
    this.#sql.exec(
      "UPDATE revokes SET access_token = ?, refresh_token = ?, access_expires_at = ? WHERE connection_id = ?",
      accessToken,
      refreshToken,
      grant.accessExpiresAt,
      row.connection_id,
    );
    return grant.accessToken;
  }

  async #settle(connectionId: ConnectionId, confirmed: boolean): Promise<boolean> {
    await this.#hub
      .db()
      .sql(
        "UPDATE connections SET revoked = ?3 WHERE tenant_id = ?1 AND id = ?2",
        connectionId,
        confirmed ? "true" : "false",
      )
      .run();
    this.#sql.exec("DELETE FROM revokes WHERE connection_id = ?", connectionId);
    return confirmed;
  }
}
