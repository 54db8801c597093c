import { gather } from "./log-store.ts";

/**
 * The operational log: one JSON object a line. A line holds the members of
 * {@link LogEntry} and nothing else, and each member only in its own shape: a name, an
 * e-mail address, a path or a token does not fit any of them and is left out.
 */

export type LogLevel = "info" | "warn" | "error";

export interface LogEntry {
  /** The route's pattern, `/connect/:token`; never the path that was asked for. */
  route?: string | undefined;
  method?: string | undefined;
  status?: number | undefined;
  /** How long it took. */
  ms?: number | undefined;
  ip?: string | undefined;
  agent?: string | undefined;
  tenantId?: string | undefined;
  userId?: string | undefined;
  requestId?: string | undefined;
  /** What happened, `sync.failed`: a word of the code's, never composed from input. */
  event?: string | undefined;
  /** An error's stable code, `tiktok_rate_limited`. */
  code?: string | undefined;
}

export interface Log {
  info(entry: LogEntry): void;
  warn(entry: LogEntry): void;
  error(entry: LogEntry): void;
}

type Loggable = string | number;

const text =
  (shape: RegExp) =>
  (value: unknown): Loggable | undefined =>
    typeof value === "string" && shape.test(value) ? value : undefined;

const wholeNumber = (value: unknown): Loggable | undefined =>
  typeof value === "number" && Number.isFinite(value) ? Math.round(value) : undefined;

const id = text(/^[a-z]{2}_[0-9A-HJKMNP-TV-Z]{26}$/);
const word = text(/^[a-z][a-z0-9_.-]{0,63}$/);
/** Printable ASCII, cut: what a browser says of itself, and no room for a smuggled document. */
const agentName = (value: unknown): Loggable | undefined =>
  typeof value === "string" ? value.replaceAll(/[^\x20-\x7e]/g, "").slice(0, 160) : undefined;

const MEMBERS = {
  route: text(/^[\w/:*.{}[\]()+?|\\-]{1,120}$/),
  method: text(/^[A-Z]{3,7}$/),
  status: wholeNumber,
  ms: wholeNumber,
  ip: text(/^[0-9a-fA-F.:]{2,45}$/),
  agent: agentName,
  tenantId: id,
  userId: id,
  requestId: text(/^[A-Za-z0-9-]{8,64}$/),
  event: word,
  code: word,
} as const satisfies Record<keyof LogEntry, (value: unknown) => Loggable | undefined>;

/** What a line is kept by. */
export interface LineAbout {
  /** ISO 8601 */
  time: string;
  tenantId?: string;
}

/**
 * @param write where a line goes: by default the console, which the linter keeps out of all other code, and what is kept
 * @param now ms since epoch
 */
export function createLog(
  write: (level: LogLevel, line: string, about: LineAbout) => void = toConsoleAndKept,
  now = Date.now,
): Log {
  const at =
    (level: LogLevel) =>
    (entry: LogEntry): void => {
      const time = new Date(now()).toISOString();
      const tenantId = MEMBERS.tenantId(entry.tenantId);
      write(level, lineOf(level, entry, time), { time, ...(typeof tenantId === "string" ? { tenantId } : {}) });
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

function lineOf(level: LogLevel, entry: LogEntry, time: string): string {
  const line: Record<string, Loggable> = { time, level };
  for (const [member, read] of Object.entries(MEMBERS)) {
    const value = read(Reflect.get(entry, member));
    if (value !== undefined) line[member] = value;
  }
  return JSON.stringify(line);
}

/** The levels are the platform's; its own log keeps lines for days, ours for as long as the policy says. */
function toConsoleAndKept(level: LogLevel, line: string, { time, tenantId }: LineAbout): void {
  gather(line, time, tenantId);
  if (level === "error") console.error(line);
  else if (level === "warn") console.warn(line);
  else console.log(line);
}
