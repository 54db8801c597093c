/** What a fault looks like from outside: each family of endpoints has its own error bodies. */
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { DisplayError } from "./display/envelope.ts";
import type { Fault, FaultEndpoint } from "./faults.ts";
import { deadAccessToken, deadRefreshToken, expiredCode, OAuthError } from "./login/errors.ts";
import type { Simulation, SimulatorEnv } from "./simulation.ts";

type Family = "oauth" | "display" | "web" | "sign";

const FAMILY: Record<Exclude<FaultEndpoint, "socket">, Family> = {
  token: "oauth",
  refresh: "oauth",
  revoke: "oauth",
  user_info: "display",
  video_list: "display",
  video_query: "display",
  api_live: "web",
  check_alive: "web",
  room_info: "web",
  sign: "sign",
};

type HttpEndpoint = keyof typeof FAMILY;

interface Answer {
  status: ContentfulStatusCode;
  body: object;
}

/** The endpoint's lasting no. */
const lastingNo = (endpoint: HttpEndpoint, now: number): Answer => {
  switch (FAMILY[endpoint]) {
    case "oauth": {
      const error =
        endpoint === "refresh" ? deadRefreshToken() : endpoint === "token" ? expiredCode() : deadAccessToken();
      return { status: 400, body: error.body(now) };
    }
    case "display": {
      const error = new DisplayError("access_token_invalid");
      return { status: error.status, body: error.body(now) };
    }
    case "web":
      return { status: 200, body: { message: "user_not_found", statusCode: 19_881_007 } };
    case "sign":
      return { status: 403, body: { message: "This client may not sign." } };
  }
};

const OAUTH_WORDS: Record<number, string> = { 401: "invalid_client", 429: "rate_limit_exceeded", 500: "server_error" };

const errorAnswer = (endpoint: HttpEndpoint, status: 401 | 402 | 403 | 429 | 500, now: number): Answer => {
  switch (FAMILY[endpoint]) {
    case "oauth": {
      const error = new OAuthError(status, OAUTH_WORDS[status] ?? "access_denied", "Please try again later.");
      return { status, body: error.body(now) };
    }
    case "display": {
      const code =
        status === 429 ? "rate_limit_exceeded" : status === 500 ? "internal_error" : ("access_token_invalid" as const);
      return { status, body: new DisplayError(code).body(now) };
    }
    case "web":
      return { status, body: { data: {}, status_code: 10_000 + status, extra: { now } } };
    case "sign":
      return status === 429
        ? { status, body: { message: "Rate limit exceeded.", limit_label: "minute" } }
        : { status, body: { message: `Refused with ${status}.` } };
  }
};

const GATEWAY_PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><hr>gateway";
const SILENCE_MS = 60_000;
const SLOWNESS_MS = 5_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

const answerOf = async (
  c: Context<SimulatorEnv>,
  endpoint: HttpEndpoint,
  fault: Fault,
  now: number,
): Promise<Response | undefined> => {
  switch (fault.kind) {
    case "slow":
      await pause(fault.delayMs ?? SLOWNESS_MS);
      return undefined;
    case "nothing":
      await pause(fault.delayMs ?? SILENCE_MS);
      c.env.incoming.destroy();
      return RESPONSE_ALREADY_SENT;
    case "html":
      return c.html(GATEWAY_PAGE, 502);
    case "error200":
      return c.json(lastingNo(endpoint, now).body, 200);
    case "refuse": {
      const { status, body } = lastingNo(endpoint, now);
      return c.json(body, status);
    }
    case "401":
    case "402":
    case "403":
    case "429":
    case "500": {
      const statuses = { "401": 401, "402": 402, "403": 403, "429": 429, "500": 500 } as const;
      const { status, body } = errorAnswer(endpoint, statuses[fault.kind], now);
      if (fault.kind === "429" && fault.retryAfter !== undefined) c.header("retry-after", String(fault.retryAfter));
      return c.json(body, status);
    }
  }
};

/**
 * Names the request for the log and, if a fault waits for this endpoint and account, answers with it.
 * Undefined: go on as usual.
 */
export const meetFault = async (
  c: Context<SimulatorEnv>,
  simulation: Simulation,
  endpoint: HttpEndpoint,
  handle: string | undefined,
): Promise<Response | undefined> => {
  c.set("endpoint", endpoint);
  if (handle !== undefined) c.set("account", handle);
  const fault = simulation.faults.take(endpoint, handle);
  return fault && answerOf(c, endpoint, fault, simulation.clock());
};
