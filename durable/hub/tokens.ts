import type { InferSelectModel } from "drizzle-orm";
import { eq } from "drizzle-orm";
import type { ConnectionId } from "../../domain/ids.ts";
import { connections } from "../../platform/db/region/index.ts";
import { TiktokError } from "../../platform/tiktok/errors.ts";
import type { TokenGrant } from "../../platform/tiktok/oauth.ts";
import type { Vault } from "../../platform/vault.ts";
import type { HubContext } from "./context.ts";

export type ConnectionRow = InferSelectModel<typeof connections>;

/** A token that ends sooner than this is renewed before it is used. */
const NEAR_EXPIRY_MS = 5 * 60_000;

const sealContext = (tenant: string, connection: string, purpose: "access_token" | "refresh_token") => ({
  tenant,
  record: connection,
  purpose,
});

/** Seals a grant's tokens for one connection's row, as the row's columns. */
export async function sealTokens(vault: Vault, tenant: string, connection: string, grant: TokenGrant) {
  const [accessToken, refreshToken] = await Promise.all([
    vault.seal(grant.accessToken, sealContext(tenant, connection, "access_token")),
    vault.seal(grant.refreshToken, sealContext(tenant, connection, "refresh_token")),
  ]);
  return {
    accessToken,
    refreshToken,
    accessExpiresAt: grant.accessExpiresAt,
    refreshExpiresAt: grant.refreshExpiresAt,
  };
}

type SealedPair = Awaited<ReturnType<typeof sealTokens>>;

/**
 * Access tokens of the tenant's connections. Renewing rotates the refresh token and kills the
 * old one, so there is one renewal a connection at a time, here in the tenant's one object,
 * and the new pair is stored before anything uses it.
 */
export class Tokens {
  readonly #hub: HubContext;
  readonly #renewing = new Map<string, Promise<string>>();

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /**
   * A token that is good for some minutes.
   * @throws TiktokError `invalid_grant` when the connection is dead for good
   */
  async usable(connection: ConnectionRow): Promise<string> {
    const { accessToken, accessExpiresAt } = connection;
    if (accessToken === null || accessExpiresAt === null) throw new TiktokError("invalid_grant");
    if (accessExpiresAt - NEAR_EXPIRY_MS <= Date.now()) return this.renewed(connection.id as ConnectionId);
    return this.#hub.vault.open(accessToken, sealContext(this.#hub.place.tenantId, connection.id, "access_token"));
  }

  /** A new token, whatever the old one's age: it was refused. Callers at the same time share one renewal. */
  renewed(connectionId: ConnectionId): Promise<string> {
    const running = this.#renewing.get(connectionId);
    if (running) return running;
    const renewal = this.#renew(connectionId).finally(() => this.#renewing.delete(connectionId));
    this.#renewing.set(connectionId, renewal);
    return renewal;
  }

  async #renew(connectionId: ConnectionId): Promise<string> {
    const { vault, place, oauth, spend, backOff, db } = this.#hub;
    // Read again: an earlier renewal may have stored a newer pair.
    const connection = await db().first(connections, eq(connections.id, connectionId));
    if (!connection || connection.endedAt !== null || connection.refreshToken === null)
      throw new TiktokError("invalid_grant");
    await spend("token");
    const refreshToken = await vault.open(
      connection.refreshToken,
      sealContext(place.tenantId, connectionId, "refresh_token"),
    );
    const grant = await oauth.refresh(refreshToken).catch(async (error: unknown) => {
      if (error instanceof TiktokError && error.kind === "rate_limited") await backOff("token");
      throw error;
    });
    const sealed = await sealTokens(vault, place.tenantId, connectionId, grant);
    const { meta } = await this.#store(connection, sealed, connection.refreshToken).run();
    if (meta.changes === 1) return grant.accessToken;
    return this.#overtaken(connection, refreshToken, grant.accessToken, sealed);
  }

  /** Puts a new pair in the place of the envelope that it was got with. */
  #store({ id, generation }: ConnectionRow, sealed: SealedPair, instead: string): D1PreparedStatement {
    return this.#hub.db().sql(
      `UPDATE connections SET access_token = ?4, refresh_token = ?5, access_expires_at = ?6, refresh_expires_at = ?7
         WHERE tenant_id = ?1 AND id = ?2 AND generation = ?3 AND ended_at IS NULL AND refresh_token = ?8`,
      id,
      generation,
      sealed.accessToken,
      sealed.refreshToken,
      sealed.accessExpiresAt,
      sealed.refreshExpiresAt,
      // Of a creator who connected anew meanwhile the newer grant stands.
      instead,
    );
  }

  /**
   * The row changed while TikTok rotated the pair: the same secret was sealed anew after a change of
   * keys, the creator connected anew, or the connection ended.
   * @param used the refresh token that this pair was got with
   */
  async #overtaken(connection: ConnectionRow, used: string, unstored: string, sealed: SealedPair): Promise<string> {
    const { vault, place, oauth, db } = this.#hub;
    const now = await db().first(connections, eq(connections.id, connection.id));
    if (now?.endedAt === null && now.accessToken !== null && now.refreshToken !== null) {
      const standing = await vault.open(now.refreshToken, sealContext(place.tenantId, connection.id, "refresh_token"));
      // TikTok took that one back when it gave this pair: lost, the creator would have to come again.
      if (standing === used) {
        const { meta } = await this.#store(now, sealed, now.refreshToken).run();
        if (meta.changes === 1) return unstored;
        return this.#overtaken(connection, used, unstored, sealed);
      }
      return vault.open(now.accessToken, sealContext(place.tenantId, connection.id, "access_token"));
    }
    // Nobody else knows the new pair: it is given back here. Best effort, since it lies nowhere and dies by itself.
    await oauth.revoke(unstored).catch(() => undefined);
    throw new TiktokError("invalid_grant");
  }
}
