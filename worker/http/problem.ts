import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { AppError, type ErrorStatus } from "../../domain/app-error.ts";
import type { AppEnv } from "../env.ts";
import { ErrorPage } from "../pages/error-page.tsx";
import { logOf } from "./log.ts";

/** Titles of RFC 9457 documents: one a status, the same for every occurrence. */
const TITLES: Record<ErrorStatus, string> = {
  400: "The request could not be read",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  409: "Conflict",
  410: "Gone",
  413: "Too large",
  415: "Unsupported kind of content",
  422: "Some fields are not right",
  428: "A version is needed",
  429: "Too many requests",
  500: "Something broke on our side",
  502: "A service that we depend on failed",
  503: "Not available",
};

const UNEXPECTED =
  "Something broke on our side. Nothing was changed. Try again; if it stays, tell support the request id.";

/** The one place where an error becomes an answer: a problem document, or a page for a person's navigation. */
export function problem(error: Error, c: Context<AppEnv>): Response | Promise<Response> {
  const known = asAppError(error);
  // An unexpected error's message may carry anything, SQL parameters too: its class is all that is logged.
  const status = known?.status ?? 500;
  // What a caller did wrong is no alarm of ours.
  const level = status >= 500 ? "error" : "info";
  logOf(c)[level]({ code: known?.code ?? "unexpected", event: known ? "problem" : error.name.toLowerCase() });
  const { members, errors, retryAfterSeconds } = known?.extra ?? {};
  if (retryAfterSeconds !== undefined) c.header("Retry-After", String(retryAfterSeconds));
  const requestId = c.get("requestId");
  const detail = known?.message ?? UNEXPECTED;
  if (wantsPage(c)) {
    return c.html(ErrorPage({ status, title: TITLES[status], detail, requestId, lang: "en" }), status);
  }
  return c.body(
    JSON.stringify({
      type: "about:blank",
      title: TITLES[status],
      status,
      detail,
      code: known?.code ?? "internal",
      ...(errors ? { errors } : {}),
      requestId,
      ...members,
    }),
    status,
    { "Content-Type": "application/problem+json" },
  );
}

function asAppError(error: Error): AppError | null {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status in TITLES) {
    return new AppError(error.status as ErrorStatus, "http", error.message || TITLES[error.status as ErrorStatus]);
  }
  return null;
}

const wantsPage = (c: Context): boolean =>
  !c.req.path.startsWith("/api/") && (c.req.header("Accept") ?? "").includes("text/html");

/** What no route answers. */
export const noRoute = (c: Context<AppEnv>): Response | Promise<Response> =>
  problem(new AppError(404, "not_found", `Nothing is served at ${c.req.path}.`), c);
