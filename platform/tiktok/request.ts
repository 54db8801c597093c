import type { Fetch } from "../hosts.ts";
import { parseJson } from "../json.ts";
import { TiktokError } from "./errors.ts";

/** An answer of TikTok. */
export interface TiktokAnswer {
  status: number;
  /** Null for an empty body, undefined for one that is no JSON. */
  json: unknown;
}

const TIMEOUT_MS = 10_000;

/**
 * One call to TikTok, ten seconds at most, redirects not followed.
 * @throws TiktokError `transient` when the network fails or takes too long
 */
export async function askTiktok(fetch: Fetch, url: URL, init: RequestInit): Promise<TiktokAnswer> {
  try {
    const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await answer.text();
    return { status: answer.status, json: body.trim() === "" ? null : parseJson(body) };
  } catch {
    throw new TiktokError("transient");
  }
}
