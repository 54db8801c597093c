import { Buffer } from "node:buffer";
import { hmacSha256 } from "../hash.ts";
import { randomBytes } from "../random.ts";

/**
 * Standard Webhooks 1.0.0 (standardwebhooks.com): who receives checks with any of that scheme's
 * libraries that it was us, and when.
 */

const PREFIX = "whsec_";
/** The scheme asks for 24 to 64. */
const SECRET_BYTES = 32;

export const newSecret = (): string => `${PREFIX}${Buffer.from(randomBytes(SECRET_BYTES)).toString("base64")}`;

/**
 * The headers of one attempt.
 * @param id the message's, the same in every attempt; has no dot, which would make the signed text ambiguous
 * @param at when this attempt is made, ms since epoch
 * @param secrets `whsec_…`, the newest first; each signs
 */
export function signedHeaders(
  id: string,
  at: number,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = Math.floor(at / 1000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${Buffer.from(hmacSha256(key, `${id}.${timestamp}.${body}`)).toString("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
