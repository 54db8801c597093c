import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fetch } from "../../../platform/hosts.ts";

export interface Asked {
  url: URL;
  init: RequestInit;
}

/** A `fetch` that answers what the test says, one answer after the other, the last one for ever. */
export function fakeFetch(...answers: (() => Response | Promise<Response>)[]): { fetch: Fetch; asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: Fetch = async (url, init = {}) => {
    asked.push({ url: new URL(url), init });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (!answer) throw new TypeError("The test gave no answer.");
    return answer();
  };
  return { fetch, asked };
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  (): Response =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

export const raw =
  (body: string | Uint8Array<ArrayBuffer> | null, status = 200, headers: Record<string, string> = {}) =>
  (): Response =>
    new Response(body, { status, headers });

export const html = (status: number) =>
  raw("<!doctype html><title>Busy</title>", status, { "content-type": "text/html" });

export const networkFailure = (): Response => {
  throw new TypeError("fetch failed: act.SECRET was in the request");
};

export const timeout = (): Response => {
  throw new DOMException("The operation timed out", "TimeoutError");
};

/** A recorded or documented answer of TikTok's, as its text. */
export const fixtureText = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../fixtures/tiktok-api/${name}.json`), "utf8");

export const fixture =
  (name: string, status = 200) =>
  (): Response =>
    new Response(fixtureText(name), { status, headers: { "content-type": "application/json" } });

/** What a call that must fail failed with. */
export async function rejection(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (thrown) {
    return thrown;
  }
  throw new Error("The call should have failed.");
}
