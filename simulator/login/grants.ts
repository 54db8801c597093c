/** Who consented to what: codes, tokens, and how they end. In memory; tokens outlive it (tokens.ts). */
import { randomBytes } from "node:crypto";
import type { Settings } from "../settings.ts";
import type { Scope } from "./scopes.ts";
import { type Claims, readToken, writeToken } from "./tokens.ts";

/** What the consent page hands to the exchange. */
export interface Authorization {
  handle: string;
  scopes: Scope[];
  redirectUri: string;
  /** Undefined: the app asked without PKCE. */
  challenge: string | undefined;
  /** ms since epoch */
  expiresAt: number;
}

export interface TokenPair {
  access: string;
  refresh: string;
  /** seconds */
  accessSeconds: number;
  /** seconds */
  refreshSeconds: number;
  claims: Claims;
}

const CODE_LIFE_MS = 10 * 60_000;

interface GrantsOptions {
  clientSecret: string;
  clock: () => number;
  settings: Settings;
}

export class Grants {
  #options: GrantsOptions;
  #codes = new Map<string, Authorization>();
  /** Refresh tokens work once: "<grant>/<generation>" of those that did. */
  #rotated = new Set<string>();
  #endedGrants = new Set<string>();
  /** Handle → ms since epoch: grants consented to up to then are over. */
  #endedAccounts = new Map<string, number>();
  /** Handle → ms since epoch: access tokens issued up to then have expired before their time. */
  #expiredAccess = new Map<string, number>();

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  issueCode(authorization: Omit<Authorization, "expiresAt">): string {
    const code = randomBytes(36).toString("base64url");
    this.#codes.set(code, { ...authorization, expiresAt: this.#options.clock() + CODE_LIFE_MS });
    return code;
  }

  /** What the code stands for, unless it expired or was used. Looking does not use it. */
  findCode(code: string): Authorization | undefined {
    const authorization = this.#codes.get(code);
    return authorization && authorization.expiresAt > this.#options.clock() ? authorization : undefined;
  }

  /** Uses the code. */
  redeem(code: string, authorization: Authorization): TokenPair {
    this.#codes.delete(code);
    return this.#issue({
      grant: randomBytes(9).toString("base64url"),
      handle: authorization.handle,
      scopes: authorization.scopes,
      grantedAt: this.#options.clock(),
      generation: 0,
    });
  }

  /** The next pair; the token given dies at once. Undefined when it is not, or no longer, a refresh token. */
  refresh(token: string): TokenPair | undefined {
    const claims = this.#alive(token, "refresh");
    if (!claims) return undefined;
    const rotation = `${claims.grant}/${claims.generation}`;
    if (this.#rotated.has(rotation)) return undefined;
    this.#rotated.add(rotation);
    return this.#issue({ ...claims, generation: claims.generation + 1 });
  }

  /** The claims of a living access token. */
  access(token: string): Claims | undefined {
    const claims = this.#alive(token, "access");
    if (!claims || claims.issuedAt <= (this.#expiredAccess.get(claims.handle) ?? 0)) return undefined;
    return claims;
  }

  /** Whose token it is, living or dead: for the request log and the faults. */
  ownerOf(token: string): string | undefined {
    return readToken(this.#options.clientSecret, token)?.handle ?? this.#codes.get(token)?.handle;
  }

  /** The app revokes: every token of the grant dies, or of the account, as the settings say. */
  revoke(claims: Claims): void {
    if (this.#options.settings.revokeEnds === "account") this.endAccount(claims.handle);
    else this.#endedGrants.add(claims.grant);
  }

  /** The creator disconnects the app at TikTok: every grant so far is over. */
  endAccount(handle: string): void {
    this.#endedAccounts.set(handle, this.#options.clock());
  }

  /** Access tokens issued so far are expired; refresh tokens live. */
  expireAccess(handle: string): void {
    this.#expiredAccess.set(handle, this.#options.clock());
  }

  clear(): void {
    this.#codes.clear();
    this.#rotated.clear();
    this.#endedGrants.clear();
    this.#endedAccounts.clear();
    this.#expiredAccess.clear();
  }

  #alive(token: string, kind: Claims["kind"]): Claims | undefined {
    const claims = readToken(this.#options.clientSecret, token);
    if (claims?.kind !== kind || claims.expiresAt <= this.#options.clock()) return undefined;
    if (this.#endedGrants.has(claims.grant)) return undefined;
    if (claims.grantedAt <= (this.#endedAccounts.get(claims.handle) ?? 0)) return undefined;
    return claims;
  }

  #issue(grant: Pick<Claims, "grant" | "handle" | "scopes" | "grantedAt" | "generation">): TokenPair {
    const { clientSecret, clock, settings } = this.#options;
    const { accessSeconds, refreshSeconds } = settings;
    const issuedAt = clock();
    const { handle, scopes, grantedAt, generation } = grant;
    const common = { grant: grant.grant, handle, scopes, grantedAt, issuedAt, generation };
    const claims: Claims = { ...common, kind: "access", expiresAt: issuedAt + accessSeconds * 1000 };
    const refresh: Claims = { ...common, kind: "refresh", expiresAt: issuedAt + refreshSeconds * 1000 };
    return {
      access: writeToken(clientSecret, claims),
      refresh: writeToken(clientSecret, refresh),
      accessSeconds,
      refreshSeconds,
      claims,
    };
  }
}
