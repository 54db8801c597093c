import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../../domain/app-error.ts";
import { DOORS, type DoorName, type KnockedBy } from "../../domain/doors.ts";
import { again, doorGate } from "../../durable/kit/stubs.ts";
import type { GateAnswer } from "../../durable/login-gate.ts";
import { blindIndex } from "../../platform/blind-index.ts";
import { isLoopback } from "../../platform/hosts.ts";
import type { AppEnv, FirstGate } from "../env.ts";
import { carrying } from "./contract.ts";
import { addressOf } from "./log.ts";

/** The binding before each door: approximate and per location, it keeps a flood from the object behind it. */
export const FIRST_GATES: Record<DoorName, FirstGate | null> = {
  register: "REGISTER_LIMIT",
  signIn: "LOGIN_LIMIT",
  // Behind the door by address already.
  signInAccount: null,
  reset: "RESET_LIMIT",
  resetAccount: null,
  connect: "CONNECT_LIMIT",
  inviteMember: "INVITE_LIMIT",
  inviteCreator: "INVITE_LIMIT",
  search: "SEARCH_LIMIT",
  cspReports: "REPORT_LIMIT",
  key: "KEY_LIMIT",
};

const SENTENCES: Record<KnockedBy, string> = {
  address: "Too many tries from your address.",
  account: "Too many tries for this account.",
  caller: "You ask more often than can be answered.",
  agency: "Your agency has done this too often in a short time.",
};

/** Refuses, with 429, whoever knocks at this door too often; `when` names the requests that it is about. */
export const door = (name: DoorName, when?: (c: Context<AppEnv>) => boolean): MiddlewareHandler<AppEnv> =>
  carrying(
    async (c, next) => {
      if (when === undefined || when(c)) await knock(c, name);
      await next();
    },
    { door: name },
  );

/** At most so many searches; a list that is only looked through is not counted. */
export const searching = door("search", (c) => (c.req.query("q") ?? "").trim() !== "");

/**
 * Counts one knock. `RATE_LIMITS=off` lifts every door on loopback.
 * @param who whose knocks are counted together, where it is not who the request says
 * @throws AppError 429 `rate_limited` with `Retry-After`
 */
export async function knock(c: Context<AppEnv>, name: DoorName, who = knocker(c, DOORS[name].by)): Promise<void> {
  const { env } = c;
  if (env.RATE_LIMITS === "off" && isLoopback(new URL(env.PUBLIC_URL))) return;
  const { by, most, seconds } = DOORS[name];
  const first = FIRST_GATES[name];
  if (first && !(await env[first].limit({ key: `${name}:${who}` })).success) throw tooOften(by, 60);
  // An object's name is stored by the platform: nobody's address stands in it.
  const gate = doorGate(env, blindIndex(env.BLIND_INDEX_KEY, "door", `${name}:${who}`));
  // Counted twice is no harm.
  const answer = await again<GateAnswer>(async () => gate.knock({ most, seconds }));
  if (!answer.open) throw tooOften(by, answer.retryAfterSeconds);
}

function knocker(c: Context<AppEnv>, by: KnockedBy): string {
  if (by === "address") return networkOf(addressOf(c));
  const { place, credential } = c.get("session");
  return by === "agency" ? place.tenantId : credential;
}

/** An IPv6 subscriber has 2^64 addresses: their network is counted. An IPv4 address is counted itself. */
export function networkOf(address: string): string {
  if (!address.includes(":") || /\d\.\d/.test(address)) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

const tooOften = (by: KnockedBy, retryAfterSeconds: number): AppError =>
  new AppError(429, "rate_limited", `${SENTENCES[by]} Try again in ${waitInWords(retryAfterSeconds)}.`, {
    retryAfterSeconds,
  });

/** "40 seconds", "12 minutes". */
export const waitInWords = (seconds: number): string =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
