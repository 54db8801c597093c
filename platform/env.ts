/** What the platform floor needs of the Worker's environment. Names of variables are fixed by the README. */
export interface PlatformEnv {
  DIRECTORY: D1Database;
  DB_EU: D1Database;
  DB_US: D1Database;
  DB_ME: D1Database;
  FILES_EU: R2Bucket;
  FILES_US: R2Bucket;
  FILES_ME: R2Bucket;

  /** The app's own address, without a trailing slash. */
  PUBLIC_URL: string;

  TIKTOK_CLIENT_KEY: string;
  TIKTOK_CLIENT_SECRET: string;
  /** The whole URL of the consent screen. */
  TIKTOK_AUTHORIZE_URL: string;
  /** Origins, without a trailing slash. */
  TIKTOK_API_URL: string;
  LIVE_WEB_URL: string;
  LIVE_WEBCAST_URL: string;
  LIVE_SIGN_URL: string;
  LIVE_SIGN_KEY?: string;
  /** Where mails are posted; none: links are copied by hand. */
  MAIL_URL?: string;
  /** The resolver that says where a webhook's name leads; Cloudflare's public one by default. */
  DNS_URL?: string;

  /** `kid:base64(32 bytes)`, comma-separated; the first seals, all open. */
  TOKEN_KEYS: string;
  /** Base64, 32 bytes: signs access sessions. */
  SESSION_KEY: string;
  /** Base64, 32 bytes: keys the directory's blind indexes. */
  BLIND_INDEX_KEY: string;

  /** `on` where the platform knows jurisdictions; the local runtime refuses them. */
  JURISDICTIONS?: string;
  /** `off` lifts the limits per address, on loopback only. */
  RATE_LIMITS?: string;

  /** Seconds for which the log is gathered before it is written; `off` leaves it to the console. */
  LOG_GATHER_SECONDS?: string;

  /** Seconds; defaults in `durable/clock.ts`. */
  SYNC_EVERY_SECONDS?: string;
  LIVE_CHECK_SECONDS?: string;
  LIVE_STALE_SECONDS?: string;
}
