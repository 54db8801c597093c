import * as z from "zod/mini";
import type { Fetch } from "../../platform/hosts.ts";
import { parseJson } from "../../platform/json.ts";
import { countOrNull, textOrNull } from "../../platform/lenient.ts";
import { LIVE_USER_AGENT } from "./connect-url.ts";
import { decodeFetchResult, type FetchResult } from "./frames.ts";

/** TikTok LIVE over plain HTTP: who is live, what a room says of itself, and the signature of a dial. */

/** Why there is no answer, in a plain sentence for staff. `until` in ms since epoch. */
export type Refusal =
  | { kind: "limited"; until: number; sentence: string }
  | { kind: "blocked" | "transient"; sentence: string };

export type LiveStatus =
  /** `startedAt` in ms since epoch; `viewers` now. Null: not said. */
  | { kind: "live" | "paused"; roomId: string; title: string | null; startedAt: number | null; viewers: number | null }
  | { kind: "offline" }
  | { kind: "not_found"; sentence: string }
  | Refusal;

export interface RoomInfo {
  status: "live" | "paused" | "offline" | null;
  /** Ms since epoch. */
  createdAt: number | null;
  /** Diamonds of the LIVE so far. */
  fanTicket: number | null;
  viewers: number | null;
}

export type SignAnswer =
  /** What a dial needs, and the `Cookie` to dial with. `result.messages` are news already. */
  | { result: FetchResult; cookie: string }
  /** `label`: which of the signer's limits, as it calls it. */
  | { refused: "limited"; until: number; label: string | null; sentence: string }
  /** For good, until somebody changes the configuration. */
  | { refused: "blocked"; sentence: string }
  | { refused: "transient"; sentence: string };

export interface RoomApi {
  /** @param handle TikTok's username, without @ */
  liveStatus(handle: string): Promise<LiveStatus>;
  /** Which rooms still exist. A hint of an end and nothing more: it has called every room alive. Unanswered: empty. */
  checkAlive(roomIds: readonly string[]): Promise<Map<string, boolean>>;
  /** Null: TikTok did not say. */
  roomInfo(roomId: string): Promise<RoomInfo | null>;
  /** Only while the room is live. `cursor`: the last one, when dialing again. */
  sign(roomId: string, dial: { cursor?: string | undefined; userAgent: string }): Promise<SignAnswer>;
}

export interface RoomApiOptions {
  /** Origins without a trailing slash. */
  webUrl: string;
  webcastUrl: string;
  signUrl: string;
  signKey?: string | undefined;
  fetch: Fetch;
  userAgent?: string;
  now?: () => number;
}

const TIMEOUT_MS = 10_000;
/** Who does not say how long to wait is left alone for this long. */
const DEFAULT_WAIT_MS = 60_000;
/** What this software calls itself to the signer. */
const SIGN_CLIENT = "etica-pro-crm";

const STATUSES: Readonly<Record<number, "live" | "paused" | "offline">> = { 2: "live", 3: "paused", 4: "offline" };

/** Beyond 2⁵³, so never a JSON number; a room that is none is "" or "0". */
const roomIdText = z.catch(z.nullable(z.string().check(z.regex(/^[1-9]\d{0,19}$/))), null);

const statusSchema = z.object({
  message: textOrNull,
  data: z.catch(
    z.nullable(
      z.object({
        message: textOrNull,
        user: z.catch(z.nullable(z.object({ roomId: roomIdText, status: countOrNull })), null),
        liveRoom: z.catch(
          z.nullable(
            z.object({
              status: countOrNull,
              title: textOrNull,
              startTime: countOrNull,
              liveRoomStats: z.catch(z.nullable(z.object({ userCount: countOrNull })), null),
            }),
          ),
          null,
        ),
      }),
    ),
    null,
  ),
});

const aliveSchema = z.object({ data: z.array(z.object({ room_id_str: z.string(), alive: z.boolean() })) });

const roomInfoSchema = z.object({
  data: z.object({
    status: countOrNull,
    create_time: countOrNull,
    user_count: countOrNull,
    stats: z.catch(z.nullable(z.object({ fan_ticket: countOrNull })), null),
  }),
});

const signLimitSchema = z.object({ limit_label: textOrNull });

export function createRoomApi(options: RoomApiOptions): RoomApi {
  const { webUrl, webcastUrl, signUrl, signKey, fetch, userAgent = LIVE_USER_AGENT, now = Date.now } = options;

  /** Null when the network failed or took too long. */
  async function get(url: string, headers: Record<string, string>) {
    try {
      const answer = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
    } catch {
      return null;
    }
  }

  async function askTiktok<T>(url: string, schema: z.ZodMiniType<T>): Promise<{ answer: T } | { refusal: Refusal }> {
    const got = await get(url, { "user-agent": userAgent, accept: "application/json" });
    if (!got || got.status >= 500) return { refusal: UNANSWERED };
    if (got.status === 429) return { refusal: limitedBy("TikTok", waitUntil(got.headers, now())) };
    const body = new TextDecoder().decode(got.body);
    // A login page or a puzzle, with 200 or with a redirect: TikTok takes this server for a robot.
    if (got.status !== 200 || body.trimStart().startsWith("<")) return { refusal: TAKEN_FOR_A_ROBOT };
    const read = schema.safeParse(parseJson(body));
    return read.success ? { answer: read.data } : { refusal: UNANSWERED };
  }

  return {
    async liveStatus(handle) {
      const url = `${webUrl}/api-live/user/room/?aid=1988&sourceType=54&uniqueId=${encodeURIComponent(handle)}`;
      const asked = await askTiktok(url, statusSchema);
      return "refusal" in asked ? asked.refusal : statusOf(asked.answer);
    },

    async checkAlive(roomIds) {
      if (roomIds.length === 0) return new Map();
      const url = `${webcastUrl}/webcast/room/check_alive/?aid=1988&room_ids=${roomIds.join(",")}`;
      const asked = await askTiktok(url, aliveSchema);
      if ("refusal" in asked) return new Map();
      return new Map(asked.answer.data.map((room) => [room.room_id_str, room.alive]));
    },

    async roomInfo(roomId) {
      const asked = await askTiktok(`${webcastUrl}/webcast/room/info/?aid=1988&room_id=${roomId}`, roomInfoSchema);
      if ("refusal" in asked) return null;
      const { status, create_time, user_count, stats } = asked.answer.data;
      if (status === null && create_time === null) return null;
      return {
        status: STATUSES[status ?? 0] ?? null,
        createdAt: msFromSeconds(create_time),
        fanTicket: stats?.fan_ticket ?? null,
        viewers: user_count,
      };
    },

    async sign(roomId, dial) {
      const query = new URLSearchParams({ client: SIGN_CLIENT, user_agent: dial.userAgent });
      if (dial.cursor) query.set("cursor", dial.cursor);
      const url = `${signUrl}/webcast/rooms/${roomId}/connect?${query}`;
      const got = await get(url, { accept: "application/x-protobuf", ...(signKey ? { "x-api-key": signKey } : {}) });
      if (!got) return { refused: "transient", sentence: "The LIVE signer did not answer." };
      if (got.status === 429) {
        const limit = signLimitSchema.safeParse(parseJson(new TextDecoder().decode(got.body))).data;
        const { until, sentence } = limitedBy("The LIVE signer", waitUntil(got.headers, now()));
        return { refused: "limited", until, label: limit?.limit_label ?? null, sentence };
      }
      const blocked = SIGN_BLOCKED[got.status];
      if (blocked) return { refused: "blocked", sentence: blocked };
      if (got.status === 404)
        return { refused: "transient", sentence: "The LIVE signer finds no LIVE in this room now." };
      if (got.status !== 200) return { refused: "transient", sentence: `The LIVE signer failed (${got.status}).` };
      return signedBy(got.body, got.headers.get("x-set-tt-cookie"));
    },
  };
}

const UNANSWERED: Refusal = { kind: "transient", sentence: "TikTok did not answer properly; it will be asked again." };
const TAKEN_FOR_A_ROBOT: Refusal = {
  kind: "blocked",
  sentence: "TikTok refuses to tell this server who is live. It will be asked again, less often.",
};
const SIGN_BLOCKED: Readonly<Record<number, string>> = {
  401: "The LIVE signer does not know this app's key. An administrator has to set LIVE_SIGN_KEY.",
  402: "The LIVE signer's plan does not include this. An administrator has to change the plan.",
  403: "The LIVE signer refuses this app's key. An administrator has to check LIVE_SIGN_KEY.",
};

function statusOf({ message, data }: z.infer<typeof statusSchema>): LiveStatus {
  if (message === "user_not_found" || data?.message === "user_not_found") {
    return { kind: "not_found", sentence: "TikTok knows no account with this handle. Check the creator's handle." };
  }
  const { user, liveRoom } = data ?? {};
  const kind = STATUSES[liveRoom?.status || user?.status || 0];
  // Who has never been live has no room, and sometimes no status.
  if (kind === "offline" || (user && !user.roomId && !kind)) return { kind: "offline" };
  if (!kind || !user?.roomId) return UNANSWERED;
  return {
    kind,
    roomId: user.roomId,
    title: liveRoom?.title || null,
    startedAt: msFromSeconds(liveRoom?.startTime ?? null),
    viewers: liveRoom?.liveRoomStats?.userCount ?? null,
  };
}

function signedBy(body: Uint8Array, cookie: string | null): SignAnswer {
  const unusable = (lack: string): SignAnswer => ({
    refused: "transient",
    sentence: `The LIVE signer's answer cannot be used: ${lack}.`,
  });
  try {
    const result = decodeFetchResult(body);
    if (result.cursor.length === 0 || !URL.canParse(result.pushServer))
      return unusable("it names no push server or no cursor");
    return cookie ? { result, cookie: cookiePairs(cookie) } : unusable("it has no cookie");
  } catch {
    return unusable("it is not in the expected format");
  }
}

/** `name=value` pairs alone: the signer may hand TikTok's `Set-Cookie` on with its attributes. */
const cookiePairs = (header: string): string =>
  header
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.includes("=") && !/^(path|domain|expires|max-age|samesite)=/i.test(part))
    .join("; ");

const limitedBy = (who: string, until: number) => ({
  kind: "limited" as const,
  until,
  sentence: `${who} asks to slow down; it goes on by itself at ${new Date(until).toISOString().slice(11, 16)} UTC.`,
});

/** `Retry-After` (RFC 9110 §10.2.3): seconds or a date. */
function waitUntil(headers: Headers, now: number): number {
  const value = headers.get("retry-after") ?? "";
  if (/^\d{1,6}(\.\d+)?$/.test(value)) return now + Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return date > now ? date : now + DEFAULT_WAIT_MS;
}

const msFromSeconds = (seconds: number | null): number | null => (seconds ? seconds * 1000 : null);
