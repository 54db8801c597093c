import { isLoopback } from "../hosts.ts";
import { isPublicAddress } from "./ip-address.ts";

/**
 * Names that mean a machine of the local network wherever they are asked (RFC 6761, 6762, 8375,
 * and ICANN's `.internal`).
 */
const LOCAL_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa|test|invalid|onion)$/;

/** The lowest port that is no well-known service's: below, only https's own. */
const FIRST_FREE_PORT = 1024;

/**
 * Why nothing is sent to an address, in a sentence for whoever wrote it; null when nothing of the
 * address itself speaks against it. A name may still lead to a private machine: `outbound.ts`
 * looks before each request.
 * @param publicUrl the app's own address; where that is on loopback, loopback may be sent to, also
 *   by http, so that a developer hears webhooks without the Internet
 */
export function refusedAddress(address: string, publicUrl: string): string | null {
  const url = URL.parse(address);
  if (!url) return "This is not a web address. It reads like https://hooks.example.com/etica.";
  const own = new URL(publicUrl);
  const atHome = isLoopback(own) && isLoopback(url);
  if (url.protocol !== "https:" && !(atHome && url.protocol === "http:"))
    return "The address must begin with https://.";
  if (url.username !== "" || url.password !== "")
    return "Leave name and password out of the address: the signature says that it is us.";
  const port = url.port === "" ? null : Number(url.port);
  if (port !== null && port < FIRST_FREE_PORT) return "The port must be 443, or 1024 or above.";
  // A dot at the end means the same name.
  const host = url.hostname.replace(/\.$/, "");
  if (host === own.hostname && url.port === own.port)
    return "This is our own address: webhooks go to a server of yours.";
  if (atHome) return null;
  const known = isPublicAddress(host);
  if (known === false)
    return "This address is inside a private network, or is reserved. We send to the public Internet only.";
  if (known === null && (LOCAL_NAMES.test(host) || !host.includes(".")))
    return "This name belongs to a local network. We send to the public Internet only.";
  return null;
}
