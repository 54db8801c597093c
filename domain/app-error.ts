/** One field that was refused: `path` as in `custom.city`, `message` in plain words. */
export interface FieldError {
  path: string;
  message: string;
}

/** HTTP statuses that an expected error may answer with. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 428 | 429 | 500 | 502 | 503;

/** What an error's answer carries besides its sentence. */
export interface ErrorExtra {
  errors?: readonly FieldError[];
  retryAfterSeconds?: number;
  /** Members added to the problem document, e.g. `current` of a version conflict. */
  members?: Record<string, unknown>;
}

/**
 * The one family of errors that this software throws on purpose. Thrown where the
 * cause is known, turned into `application/problem+json` (RFC 9457) in one place
 * (`worker/http/problem.ts`).
 *
 * `message` says what happened, to what, and what to do; it is shown to people, so it
 * never carries a token, a password or somebody else's data. `code` is for programs and
 * stable: `version_conflict`.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly status: ErrorStatus;
  readonly code: string;
  readonly extra: ErrorExtra;

  constructor(status: ErrorStatus, code: string, message: string, extra: ErrorExtra = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export const notFound = (what: string): AppError =>
  new AppError(
    404,
    "not_found",
    `There is no ${what} here. It may have been moved to the trash, or the link is wrong.`,
  );
