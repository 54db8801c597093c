/** `node simulator/main.ts`: the simulator as a program, told by the environment. */
import { ALWAYS_LIVE } from "./accounts.ts";
import { startSimulator } from "./server.ts";

const { env } = process;
const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT ?? "8787"}`;
const { origin: publicOrigin } = new URL(publicUrl);

const simulator = await startSimulator({
  port: Number(env.SIMULATOR_PORT ?? "8788"),
  clientKey: env.TIKTOK_CLIENT_KEY ?? "simulator-client-key",
  clientSecret: env.TIKTOK_CLIENT_SECRET ?? "simulator-client-secret",
  publicOrigin,
  webhookUrl: `${publicOrigin}/webhooks/tiktok`,
  ...(env.LIVE_SIGN_KEY ? { signKey: env.LIVE_SIGN_KEY } : {}),
  // With demo data, four accounts are always LIVE; EMPTY=1 starts without.
  liveAccounts: env.EMPTY === "1" ? [] : ALWAYS_LIVE,
});

console.log(`TikTok simulator on ${simulator.origin}`);

const stop = (): void => {
  void simulator.close().then(() => process.exit(0));
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
