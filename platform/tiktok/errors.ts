import { AppError, type ErrorStatus } from "../../domain/app-error.ts";

/** What went wrong between TikTok and us, by what has to be done about it. */
export type TiktokErrorKind =
  /** The creator declined at the consent screen. */
  | "denied"
  /** The code or the refresh token is dead for good: only the creator can connect again. */
  | "invalid_grant"
  /** The access token is dead: refresh once, then ask again. */
  | "token_dead"
  /** The creator did not grant what this call needs. A refresh does not help. */
  | "scope"
  | "rate_limited"
  | "transient"
  /** An answer that is none of TikTok's documented ones. */
  | "malformed"
  /** TikTok refuses this installation: its client key, secret or redirect address. */
  | "config";

interface KindRow {
  status: ErrorStatus;
  /** Whether the very same call may work later without anybody doing anything. */
  passes: boolean;
  sentence: string;
}

const KINDS = {
  denied: { status: 403, passes: false, sentence: "The creator did not agree at TikTok, so nothing was connected." },
  invalid_grant: {
    status: 409,
    passes: false,
    sentence: "TikTok ended this connection. The creator has to connect again with a new invite.",
  },
  token_dead: {
    status: 409,
    passes: false,
    sentence:
      "TikTok no longer accepts this access. It will be renewed; if that fails, the creator has to connect again.",
  },
  scope: {
    status: 409,
    passes: false,
    sentence: "The creator did not allow TikTok to share this. Ask them to connect again and leave every box ticked.",
  },
  rate_limited: {
    status: 429,
    passes: true,
    sentence: "TikTok asks this app to slow down. It will try again by itself in a minute.",
  },
  transient: {
    status: 503,
    passes: true,
    sentence: "TikTok did not answer properly. It will be tried again by itself.",
  },
  malformed: {
    status: 502,
    passes: true,
    sentence: "TikTok sent an answer that this app does not understand. It will be tried again by itself.",
  },
  config: {
    status: 502,
    passes: false,
    sentence:
      "TikTok refuses this app's own settings: check the client key, the client secret and the redirect address.",
  },
} as const satisfies Record<TiktokErrorKind, KindRow>;

/**
 * Any failure of a call to TikTok. It carries a kind, TikTok's own code and nothing that
 * TikTok wrote: descriptions may repeat tokens, and so may the runtime's errors, so there is no `cause`.
 */
export class TiktokError extends AppError {
  readonly kind: TiktokErrorKind;
  /** TikTok's code as documented, `scope_not_authorized`; null when it gave none that we know. */
  readonly reason: string | null;

  constructor(kind: TiktokErrorKind, reason: string | null = null) {
    super(KINDS[kind].status, `tiktok_${kind}`, KINDS[kind].sentence);
    this.kind = kind;
    this.reason = reason;
  }

  /** Whether the same call may work later by itself. */
  get passes(): boolean {
    return KINDS[this.kind].passes;
  }
}

/** One plain sentence for staff: what happened and what to do. */
export const describe = (error: unknown): string =>
  error instanceof TiktokError
    ? error.message
    : "Something went wrong here while talking to TikTok. It will be tried again.";

/** Login Kit for Web, "Error codes" (RFC 6749 §5.2 and TikTok's own). */
const OAUTH_CODES: Readonly<Record<string, TiktokErrorKind>> = {
  access_denied: "denied",
  invalid_grant: "invalid_grant",
  invalid_scope: "scope",
  scope_not_authorized: "scope",
  invalid_client: "config",
  invalid_request: "config",
  unauthorized_client: "config",
  unsupported_grant_type: "config",
  unsupported_response_type: "config",
  rate_limit_exceeded: "rate_limited",
  temporarily_unavailable: "transient",
  server_error: "transient",
  internal_error: "transient",
};

/** Display API, "Error codes". */
const API_CODES: Readonly<Record<string, TiktokErrorKind>> = {
  access_token_invalid: "token_dead",
  scope_not_authorized: "scope",
  scope_permission_missed: "scope",
  invalid_params: "config",
  invalid_file_upload: "config",
  rate_limit_exceeded: "rate_limited",
  internal_error: "transient",
};

/**
 * The error that a callback's `error=`, a token answer's `error` or an HTTP status stand for.
 * @param status of the answer; a 429 or 5xx outranks the code, so that an outage never kills a connection
 */
export const oauthError = (code: string | undefined, status = 200): TiktokError => errorFrom(OAUTH_CODES, code, status);

/** The error that `error.code` of a Display API answer, or its status, stands for. */
export const apiError = (code: string | undefined, status: number): TiktokError => errorFrom(API_CODES, code, status);

function errorFrom(
  codes: Readonly<Record<string, TiktokErrorKind>>,
  code: string | undefined,
  status: number,
): TiktokError {
  const known = code !== undefined && Object.hasOwn(codes, code) ? code : null;
  if (status === 429) return new TiktokError("rate_limited", known);
  if (status >= 500) return new TiktokError("transient", known);
  return new TiktokError((known !== null && codes[known]) || "malformed", known);
}
