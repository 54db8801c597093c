/** Cover addresses as TikTok's: signed, dead after six hours. */
import { createHmac } from "node:crypto";

const LIFE_S = 6 * 3_600;

const signatureOf = (secret: string, videoId: string, expires: string): string =>
  createHmac("sha256", secret).update(`cover:${videoId}:${expires}`).digest("base64").slice(0, 28);

/** `now` in ms since epoch. */
export const coverUrl = (origin: string, secret: string, videoId: string, now: number): string => {
  const expires = String(Math.floor(now / 1000) + LIFE_S);
  const query = new URLSearchParams({ "x-expires": expires, "x-signature": signatureOf(secret, videoId, expires) });
  return `${origin}/cover/${videoId}.svg?${query}`;
};

export const coverIsAlive = (secret: string, videoId: string, query: URLSearchParams, now: number): boolean => {
  const expires = query.get("x-expires") ?? "";
  return Number(expires) * 1000 > now && query.get("x-signature") === signatureOf(secret, videoId, expires);
};
