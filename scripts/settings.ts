import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's own folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What the environment asks for; the README's table tells each. */
export interface Settings {
  port: number;
  simulatorPort: number;
  publicUrl: string;
  simulatorUrl: string;
  stateDir: string;
  /** Without demo data. */
  empty: boolean;
  /** What the Worker is given. */
  vars: Record<string, string>;
  /** Whether any of TikTok's addresses is still the simulator's. */
  simulated: boolean;
}

const number = (name: string, usual: number): number => {
  const given = process.env[name];
  if (given === undefined || given === "") return usual;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new Error(`${name} must be a port number, not "${given}".`);
  return value;
};

/** Timers and switches that are passed on as they are. */
const PASSED = [
  "LIVE_SIGN_KEY",
  "RATE_LIMITS",
  "LOG_GATHER_SECONDS",
  "SYNC_EVERY_SECONDS",
  "LIVE_CHECK_SECONDS",
  "LIVE_STALE_SECONDS",
  "MAIL_URL",
  "DNS_URL",
] as const;

export function settings(): Settings {
  const port = number("PORT", 8787);
  const simulatorPort = number("SIMULATOR_PORT", 8788);
  const publicUrl = (process.env.PUBLIC_URL || `http://localhost:${port}`).replace(/\/+$/, "");
  const simulatorUrl = `http://localhost:${simulatorPort}`;
  const simulators: Record<string, string> = {
    TIKTOK_CLIENT_KEY: "simulator-client-key",
    TIKTOK_CLIENT_SECRET: "simulator-client-secret",
    TIKTOK_AUTHORIZE_URL: `${simulatorUrl}/v2/auth/authorize/`,
    TIKTOK_API_URL: simulatorUrl,
    LIVE_WEB_URL: simulatorUrl,
    LIVE_WEBCAST_URL: simulatorUrl,
    LIVE_SIGN_URL: simulatorUrl,
    MAIL_URL: simulatorUrl,
  };
  const vars: Record<string, string> = { PUBLIC_URL: publicUrl };
  let simulated = false;
  for (const [name, simulator] of Object.entries(simulators)) {
    const given = process.env[name];
    vars[name] = given || simulator;
    if (!given && name.endsWith("_URL") && name !== "MAIL_URL") simulated = true;
  }
  for (const name of PASSED) {
    const given = process.env[name];
    if (given) vars[name] = given;
  }
  return {
    port,
    simulatorPort,
    publicUrl,
    simulatorUrl,
    stateDir: resolve(ROOT, process.env.STATE_DIR || ".state"),
    empty: process.env.EMPTY === "1",
    vars,
    simulated,
  };
}

const SECRETS = ["TOKEN_KEYS", "SESSION_KEY", "BLIND_INDEX_KEY"] as const;

const DEV_VARS = join(ROOT, ".dev.vars");

/** What the ignored `.dev.vars` holds; nothing before the first start. */
export const localSecrets = (): Record<string, string> =>
  existsSync(DEV_VARS) ? parseVars(readFileSync(DEV_VARS, "utf8")) : {};

/** Writes `.dev.vars`, readable by its owner alone. */
export function keepSecrets(vars: Record<string, string>): void {
  const lines = Object.entries(vars).map(([name, value]) => `${name}="${value}"`);
  writeFileSync(
    DEV_VARS,
    `# Made by the first start. Keep it: what the vault sealed opens with these keys alone.\n${lines.join("\n")}\n`,
    { mode: 0o600 },
  );
}

/** Makes the secrets on the first start, in the ignored `.dev.vars`. An existing file is only added to. */
export function secrets(): Record<string, string> {
  const known = localSecrets();
  const fresh = SECRETS.filter((name) => !known[name]);
  for (const name of fresh) {
    const key = randomBytes(32).toString("base64");
    known[name] = name === "TOKEN_KEYS" ? `k1:${key}` : key;
  }
  if (fresh.length > 0) keepSecrets(known);
  return known;
}

const parseVars = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const hit = /^([A-Z_]+)\s*=\s*"?(.*?)"?\s*$/.exec(line);
      return hit?.[1] ? [[hit[1], hit[2] ?? ""]] : [];
    }),
  );
