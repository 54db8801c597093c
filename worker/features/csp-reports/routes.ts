import { Hono } from "hono";
import * as z from "zod/mini";
import { parseJson } from "../../../platform/json.ts";
import type { AppEnv } from "../../env.ts";
import { BODY_BYTES, bodyAtMost } from "../../http/body.ts";
import { logOf } from "../../http/log.ts";
import { door } from "../../http/rate-limit.ts";

/** What is read of a report, as browsers have sent it for long and as the Reporting API does. */
const oldSchema = z.object({
  "csp-report": z.object({
    "effective-directive": z.optional(z.string()),
    "violated-directive": z.optional(z.string()),
    "blocked-uri": z.optional(z.string()),
  }),
});
const newSchema = z.array(
  z.object({
    type: z.literal("csp-violation"),
    body: z.object({ effectiveDirective: z.string(), blockedURL: z.optional(z.nullable(z.string())) }),
  }),
);

const DIRECTIVES: ReadonlySet<string> = new Set([
  ...["default", "script", "style", "img", "frame", "connect", "font", "manifest", "media", "object", "worker"].map(
    (kind) => `${kind}-src`,
  ),
  ...["script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"],
  ...["form-action", "frame-ancestors", "base-uri"],
]);

/** What was stopped, in one word of ours: an address may carry a token, and is somebody's own business. */
function kindOf(blocked: string, own: string): string {
  if (blocked === "inline" || blocked === "eval" || blocked === "wasm-eval") return blocked;
  const url = URL.parse(blocked);
  if (!url) return "unknown";
  if (url.origin === own) return "own";
  return /^(https?|wss?|data|blob):$/.test(url.protocol) ? url.protocol.slice(0, -1) : "extension";
}

interface Report {
  directive: string;
  blocked: string;
}

function reportsOf(text: string): Report[] {
  const value = parseJson(text);
  const old = oldSchema.safeParse(value).data?.["csp-report"];
  if (old)
    return [
      {
        directive: old["effective-directive"] ?? old["violated-directive"]?.split(" ")[0] ?? "",
        blocked: old["blocked-uri"] ?? "",
      },
    ];
  return (newSchema.safeParse(value).data ?? [])
    .slice(0, 10)
    .map(({ body }) => ({ directive: body.effectiveDirective, blocked: body.blockedURL ?? "" }));
}

/**
 * A browser tells what the content policy stopped. It says so by itself, with no session and from
 * wherever it is, and nothing happens but a line in the log: the directive, and what kind of thing.
 */
export const cspReports = new Hono<AppEnv>().post("/", door("cspReports"), bodyAtMost(BODY_BYTES.form), async (c) => {
  for (const { directive, blocked } of reportsOf(new TextDecoder().decode(await c.req.arrayBuffer())))
    if (DIRECTIVES.has(directive))
      logOf(c).info({
        event: "csp.report",
        code: `${directive}.${kindOf(blocked, new URL(c.req.url).origin)}`,
      });
  return c.body(null, 204);
});
