/** The simulated TikTok as a whole: everything that a route may need, made once at the start. */
import type { HttpBindings } from "@hono/node-server";
import { RateLimit } from "./display/rate-limit.ts";
import { Faults } from "./faults.ts";
import { Rooms } from "./live/rooms.ts";
import { Tickets } from "./live/tickets.ts";
import { Grants } from "./login/grants.ts";
import { Mailbox } from "./mailbox.ts";
import { RequestLog } from "./request-log.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";
import { Webhooks } from "./webhooks.ts";

export interface SimulationOptions {
  /** The simulator's own origin, no trailing slash. */
  origin: string;
  clientKey: string;
  clientSecret: string;
  /** The app's origin: redirect URIs must lie in it. Undefined: any absolute http(s) address will do. */
  publicOrigin?: string | undefined;
  /** Where TikTok's webhooks go. Undefined: nowhere. */
  webhookUrl?: string | undefined;
  /** What the signer wants in x-api-key. Undefined: it does not look. */
  signKey?: string | undefined;
  /** Where the recorded LIVEs lie. */
  fixturesDir: string;
  /** ms since epoch */
  clock: () => number;
  /** Some accounts are always LIVE. */
  liveAccounts: readonly string[];
}

export interface Simulation {
  options: SimulationOptions;
  clock: () => number;
  settings: Settings;
  faults: Faults;
  requests: RequestLog;
  mailbox: Mailbox;
  webhooks: Webhooks;
  grants: Grants;
  rateLimit: RateLimit;
  rooms: Rooms;
  tickets: Tickets;
}

/** Hono's environment: `endpoint` and `account` are what the request log says of a request. */
export interface SimulatorEnv {
  Bindings: HttpBindings;
  Variables: { endpoint?: string; account?: string };
}

export const createSimulation = (options: SimulationOptions): Simulation => {
  const { clock } = options;
  const settings: Settings = { ...DEFAULT_SETTINGS };
  return {
    options,
    clock,
    settings,
    faults: new Faults(),
    requests: new RequestLog(),
    mailbox: new Mailbox(clock),
    webhooks: new Webhooks(options),
    grants: new Grants({ ...options, settings }),
    rateLimit: new RateLimit(clock, settings),
    rooms: new Rooms(options),
    tickets: new Tickets(options.origin),
  };
};

/** Back to how it was at the start: tokens that were used or revoked live again, as after a restart. */
export const resetSimulation = (simulation: Simulation): void => {
  Object.assign(simulation.settings, DEFAULT_SETTINGS);
  simulation.faults.clear();
  simulation.requests.clear();
  simulation.mailbox.clear();
  simulation.webhooks.clear();
  simulation.grants.clear();
  simulation.rateLimit.clear();
  simulation.rooms.clear();
};
