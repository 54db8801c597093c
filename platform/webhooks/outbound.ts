import { type HostEnv, isLoopback, outbound, outsideUrls } from "../hosts.ts";
import { refusedAddress } from "./address.ts";
import { isPublicAddress } from "./ip-address.ts";
import { addressesOf } from "./names.ts";

/** How an attempt ended: with an HTTP status, or why with none. */
export type Posted =
  | { status: number; retryAfterSeconds: number | null }
  | { error: "timeout" | "unreachable" | "address_refused" | "no_such_host" };

export interface PostEnv extends HostEnv {
  /** The app's own address, without a trailing slash. */
  PUBLIC_URL: string;
}

const TIMEOUT_MS = 5_000;
/** So much of an answer is read, and forgotten, for the connection's sake; the rest is not waited for. */
const MOST_READ_BYTES = 1_024;

/**
 * Posts to an address that an agency registered: the one way out that {@link HOSTS} names no host
 * of. Three things stand between it and a private network: the address itself is judged anew, then
 * every address that its name leads to at this moment, and redirects are not followed. Between the
 * look and the request a name may change: on Cloudflare the request leaves through the platform's
 * own network, which reaches nothing private; on a single machine a firewall has to say the same.
 *
 * Never throws: whatever a stranger's server does is an outcome.
 */
export async function postToAgency(
  env: PostEnv,
  address: string,
  headers: Record<string, string>,
  body: string,
): Promise<Posted> {
  if (refusedAddress(address, env.PUBLIC_URL) !== null) return { error: "address_refused" };
  const url = new URL(address);
  const trouble = isLoopback(url) ? null : await whereItLeads(env, url.hostname);
  if (trouble) return { error: trouble };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    await readSome(response);
    return { status: response.status, retryAfterSeconds: secondsOf(response.headers.get("Retry-After")) };
  } catch {
    return { error: signal.aborted ? "timeout" : "unreachable" };
  }
}

/** What speaks against sending to where a name leads now; null: nothing. One private address among public ones does. */
async function whereItLeads(
  env: PostEnv,
  host: string,
): Promise<"address_refused" | "no_such_host" | "unreachable" | null> {
  if (isPublicAddress(host) === true) return null;
  try {
    const found = await addressesOf(host, outsideUrls(env).dnsUrl, outbound(env));
    if (found.length === 0) return "no_such_host";
    return found.every((one) => isPublicAddress(one) === true) ? null : "address_refused";
  } catch {
    return "unreachable";
  }
}

/** The status is all that is kept: a server that streams for ever, or sends a gigabyte, is left. */
async function readSome(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let read = 0; read < MOST_READ_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      read += value.byteLength;
    }
  } catch {
    // It broke off, or took longer than an attempt may: the status has been heard.
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const secondsOf = (header: string | null): number | null =>
  header && /^\d{1,6}$/.test(header) ? Number(header) : null;
