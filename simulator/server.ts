/**
 * The simulated TikTok as one HTTP server: Login Kit, Display API, webhooks, LIVE, a mailbox and its controls.
 * Tests embed it: `const { origin, close } = await startSimulator({ port: 0, clientKey, clientSecret })`.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { controlRoutes } from "./control.ts";
import { displayRoutes } from "./display/routes.ts";
import { signerRoutes } from "./live/signer.ts";
import { socketDoor } from "./live/socket.ts";
import { liveWebRoutes } from "./live/web.ts";
import { authorizeRoutes } from "./login/authorize.ts";
import { oauthRoutes } from "./login/oauth.ts";
import { indexRoutes } from "./pages/index-page.ts";
import { mailboxRoutes } from "./pages/mailbox.ts";
import { pictureRoutes } from "./pages/pictures.ts";
import { createSimulation, resetSimulation, type Simulation, type SimulatorEnv } from "./simulation.ts";

export interface SimulatorOptions {
  /** 0: any free one. */
  port: number;
  clientKey: string;
  clientSecret: string;
  /** The app's origin; redirect URIs must lie in it. Left out: any absolute address will do. */
  publicOrigin?: string;
  /** Where the app takes TikTok's webhooks. Left out: none are sent. */
  webhookUrl?: string;
  /** What the LIVE signer wants in x-api-key. Left out: it does not look. */
  signKey?: string;
  /** Where the recorded LIVEs and gifts.json lie; by default tests/fixtures/live. */
  fixturesDir?: string;
  /** Handles that are always LIVE with a generated room (ALWAYS_LIVE of accounts.ts); by default nobody. */
  liveAccounts?: readonly string[];
  /** ms since epoch */
  clock?: () => number;
}

export interface Simulator {
  /** No trailing slash. */
  origin: string;
  close(): Promise<void>;
}

const FIXTURES = fileURLToPath(new URL("../tests/fixtures/live", import.meta.url));

/** Everything but the pages of the simulator itself is worth a line in the request log. */
const isOwn = (path: string): boolean => path === "/" || /^\/(_control|mail|mailbox|avatar)(\/|$)/.test(path);

const createApp = (simulation: Simulation): Hono<SimulatorEnv> => {
  const app = new Hono<SimulatorEnv>();

  app.use(async (c, next) => {
    await next();
    if (isOwn(c.req.path)) return;
    simulation.requests.add({
      at: simulation.clock(),
      method: c.req.method,
      path: c.req.path,
      endpoint: c.get("endpoint") ?? null,
      account: c.get("account") ?? null,
      // 0: the connection was dropped without an answer.
      status: c.res === RESPONSE_ALREADY_SENT ? 0 : c.res.status,
    });
  });

  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ message: error.message }, error.status);
    console.error(error);
    return c.json({ message: "The simulator itself failed; its console says where." }, 500);
  });

  return app
    .route("/", authorizeRoutes(simulation))
    .route("/", oauthRoutes(simulation))
    .route("/", displayRoutes(simulation))
    .route("/", liveWebRoutes(simulation))
    .route("/", signerRoutes(simulation))
    .route("/", controlRoutes(simulation))
    .route("/", mailboxRoutes(simulation))
    .route("/", pictureRoutes(simulation))
    .route("/", indexRoutes(simulation));
};

/** Resolves to the port; rejects when the address is taken or not there. */
const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const four = createServer();
  const port = await listen(four, options.port, "127.0.0.1");
  const six = createServer();
  // "localhost" may mean ::1; without IPv6, or with that port taken there, 127.0.0.1 is the name to use.
  const both = await listen(six, port, "::1").then(
    () => true,
    () => false,
  );
  const origin = `http://${both ? "localhost" : "127.0.0.1"}:${port}`;
  const simulation = createSimulation({
    origin,
    clientKey: options.clientKey,
    clientSecret: options.clientSecret,
    publicOrigin: options.publicOrigin,
    webhookUrl: options.webhookUrl,
    signKey: options.signKey,
    fixturesDir: options.fixturesDir ?? FIXTURES,
    clock: options.clock ?? Date.now,
    liveAccounts: options.liveAccounts ?? [],
  });
  const listener = getRequestListener(createApp(simulation).fetch, { overrideGlobalObjects: false });
  const door = socketDoor(simulation);
  const servers = both ? [four, six] : [four];
  for (const server of servers) {
    server.on("request", listener);
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      door.upgrade(request, socket, head),
    );
  }
  return {
    origin,
    async close() {
      resetSimulation(simulation);
      door.close();
      await Promise.all(servers.map(closed));
    },
  };
};
