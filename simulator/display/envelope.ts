/** The Display API's envelope: every answer carries `error`, and a success says "ok" in it. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { newLogId } from "../log-id.ts";

/** Code → status and TikTok's own words. Source: "Error handling", API v2. */
const ERRORS = {
  access_token_invalid: [401, "The access token is invalid or not found in the request."],
  scope_not_authorized: [401, "The user did not authorize the scope required for completing this request."],
  scope_permission_missed: [400, "Access token is invalid, some fields need additional scopes."],
  invalid_params: [400, "The request parameters are invalid."],
  rate_limit_exceeded: [429, "The API rate limit was exceeded. Please try again later."],
  internal_error: [500, "This is the generic error code for TikTok internal errors."],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

export type DisplayErrorCode = keyof typeof ERRORS;

export class DisplayError extends Error {
  readonly code: DisplayErrorCode;
  readonly status: ContentfulStatusCode;

  constructor(code: DisplayErrorCode, message: string = ERRORS[code][1]) {
    super(message);
    this.code = code;
    this.status = ERRORS[code][0];
  }

  body(now: number) {
    return { data: {}, error: { code: this.code, message: this.message, log_id: newLogId(now) } };
  }
}

export const okBody = <Content>(content: Content, now: number) => ({
  data: content,
  error: { code: "ok", message: "", log_id: newLogId(now) },
});
