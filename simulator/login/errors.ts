/** OAuth errors are flat, unlike the Display API's envelope; the descriptions are TikTok's own words. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { newLogId } from "../log-id.ts";

export class OAuthError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, description: string) {
    super(description);
    this.status = status;
    this.code = code;
  }

  body(now: number): { error: string; error_description: string; log_id: string } {
    return { error: this.code, error_description: this.message, log_id: newLogId(now) };
  }
}

export const malformedRequest = (): OAuthError =>
  new OAuthError(400, "invalid_request", "The request parameters are malformed.");
export const wrongClient = (): OAuthError => new OAuthError(401, "invalid_client", "Client authentication failed.");
export const expiredCode = (): OAuthError => new OAuthError(400, "invalid_grant", "Authorization code is expired.");
export const otherRedirectUri = (): OAuthError =>
  new OAuthError(400, "invalid_request", "Redirect_uri is not matched with the uri when requesting code.");
export const wrongVerifier = (): OAuthError =>
  new OAuthError(400, "invalid_request", "Code verifier or code challenge is invalid.");
export const deadRefreshToken = (): OAuthError =>
  new OAuthError(400, "invalid_grant", "Refresh token is invalid or expired.");
/** Seen in the wild: a refused revoke comes under HTTP 200. */
export const deadAccessToken = (): OAuthError =>
  new OAuthError(200, "invalid_grant", "Access token is invalid or expired.");
