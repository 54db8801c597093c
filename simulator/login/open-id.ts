/** The ids under which an app knows an account. Another app would get another open_id. */
import { createHmac } from "node:crypto";

export const openIdOf = (clientKey: string, handle: string): string =>
  `-000${createHmac("sha256", clientKey).update(`open:${handle}`).digest("base64url").replaceAll(/[-_]/g, "x").slice(0, 32)}`;

/** The same for all apps of one developer, in the shape of a UUID. */
export const unionIdOf = (handle: string): string =>
  createHmac("sha256", "developer")
    .update(`union:${handle}`)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
