import * as z from "zod/mini";
import type { Fetch } from "../hosts.ts";

/** What DNS over HTTPS answers as JSON (the form that Cloudflare and Google share). */
const answerSchema = z.object({
  Status: z.number(),
  Answer: z.optional(z.array(z.object({ type: z.number(), data: z.string() }))),
});

const TYPES = { A: 1, AAAA: 28 } as const;
const TIMEOUT_MS = 3_000;

/**
 * Every address that a name leads to, IPv4 and IPv6; none for a name that there is not.
 * @param dnsUrl an origin without a trailing slash
 * @throws when the resolver does not answer, or in no form that we know
 */
export async function addressesOf(name: string, dnsUrl: string, fetch: Fetch): Promise<string[]> {
  const asked = Object.entries(TYPES).map(async ([type, number]) => {
    const response = await fetch(`${dnsUrl}/dns-query?name=${encodeURIComponent(name)}&type=${type}`, {
      headers: { Accept: "application/dns-json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The resolver answered ${response.status}.`);
    const { Answer = [] } = answerSchema.parse(await response.json());
    // A chain of CNAMEs is answered with the names on its way: only addresses are asked for.
    return Answer.filter((record) => record.type === number).map(({ data }) => data);
  });
  return (await Promise.all(asked)).flat();
}
