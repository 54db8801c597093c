import type { FieldError } from "../domain/app-error.ts";

/** An answer that is not a success, or no answer at all. `detail` is a sentence for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0 when nothing was answered. */
  readonly status: number;
  /** For programs, e.g. `handle_taken`; `offline` when nothing was answered. */
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly requestId: string | null;
  /** When trying again makes sense, from `Retry-After`. */
  readonly retryAt: Date | null;
  /** What `version_conflict` says the record is now, still to be parsed. */
  readonly current: unknown;

  constructor(status: number, code: string, detail: string, more: Partial<ProblemDetails> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = more.errors ?? [];
    this.requestId = more.requestId ?? null;
    this.retryAt = more.retryAt ?? null;
    this.current = more.current;
  }
}

interface ProblemDetails {
  errors: readonly FieldError[];
  requestId: string | null;
  retryAt: Date | null;
  current: unknown;
}

/** Anything thrown, as an ApiError: pages handle one kind. */
export const asApiError = (thrown: unknown): ApiError =>
  thrown instanceof ApiError
    ? thrown
    : new ApiError(0, "unexpected", thrown instanceof Error ? thrown.message : "Something unexpected went wrong.");

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  /** Sent as `If-Match`: a write over somebody else's newer version is refused with 409. */
  version?: number;
  signal?: AbortSignal | undefined;
}

const BASE = "/api/v1";
/** Answering 401 here is about the password, not about the session. */
const SIGNED_OUT_PATHS = new Set(["/auth/login", "/auth/register", "/auth/refresh", "/auth/logout"]);

let onSignedOut: () => void = () => {};

/** Says what happens when the session is over and cannot be renewed. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

const hindrances = new Map<string, () => Promise<boolean>>();

/**
 * Says what happens when the server asks for something before it goes on: a 403 of this code.
 * @param handler answers whether the request may be sent once more
 */
export function whenHindered(code: string, handler: () => Promise<boolean>): void {
  hindrances.set(code, handler);
}

let refreshing: Promise<boolean> | null = null;

/** Renews the session; many callers at the same time make one request. */
export function refreshSession(): Promise<boolean> {
  refreshing ??= fetch(`${BASE}/auth/refresh`, { method: "POST", credentials: "same-origin" })
    .then((answer) => answer.ok)
    .catch(() => false)
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

/**
 * Sends one request and answers its parsed JSON, `null` for 204.
 * An expired session is renewed once, and what hinders is asked for once; the request is then
 * sent again with the same idempotency key, so that nothing happens twice.
 * @throws ApiError for everything but a success; an AbortError when the caller gave up.
 */
export const send = async (method: Method, path: string, options: RequestOptions = {}): Promise<unknown> =>
  read(await answerTo(method, path, options));

/** As `send`, for what is a file: asked for like anything else, so that a session is renewed and a proof asked for. */
export const fetchFile = async (path: string, query: NonNullable<RequestOptions["query"]>): Promise<Blob> =>
  (await answerTo("GET", path, { query })).blob();

async function answerTo(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const request = build(method, path, options);
  let answer = await attempt(request);
  if (answer.status === 401 && !SIGNED_OUT_PATHS.has(path)) {
    if (await refreshSession()) answer = await attempt(request);
    if (answer.status === 401) onSignedOut();
  }
  if (answer.ok) return answer;
  const error = await problemOf(answer);
  if (answer.status !== 403 || !(await hindrances.get(error.code)?.())) throw error;
  answer = await attempt(request);
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

const read = (answer: Response): unknown => (answer.status === 204 ? null : readJson(answer));

interface BuiltRequest {
  url: string;
  init: RequestInit;
}

function build(method: Method, path: string, { query, body, version, signal }: RequestOptions): BuiltRequest {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const headers = new Headers({ accept: "application/json" });
  if (body !== undefined) headers.set("content-type", "application/json");
  if (version !== undefined) headers.set("if-match", `"${version}"`);
  if (method === "POST") headers.set("idempotency-key", crypto.randomUUID());
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  return { url: `${BASE}${path}${search.size ? `?${search}` : ""}`, init };
}

async function attempt({ url, init }: BuiltRequest): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    throw new ApiError(0, "offline", "The server could not be reached. Check the connection and try again.");
  }
}

async function readJson(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    throw new ApiError(answer.status, "unreadable", "The server's answer could not be read. Try again in a moment.");
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function fieldErrorsOf(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const path = textOf(entry.path);
    const message = textOf(entry.message);
    return path && message ? [{ path, message }] : [];
  });
}

/** Reads an RFC 9457 problem document; a body that is none still makes a plain sentence. */
async function problemOf(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => null);
  const problem = isRecord(body) ? body : {};
  const retryAfter = Number(answer.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(
    answer.status,
    textOf(problem.code) ?? "unexpected",
    textOf(problem.detail) ??
      textOf(problem.title) ??
      `The server answered with ${answer.status}. Try again in a moment.`,
    {
      errors: fieldErrorsOf(problem.errors),
      requestId: textOf(problem.requestId) ?? answer.headers.get("x-request-id"),
      retryAt: Number.isFinite(retryAfter) ? new Date(Date.now() + retryAfter * 1000) : null,
      current: problem.current,
    },
  );
}
