/**
 * TikTok's PKCE is not RFC 7636's: the challenge is hex(SHA-256(verifier)), where everybody else
 * sends base64url. The consent page takes either; the exchange takes hex only.
 */
import { createHash } from "node:crypto";

const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

export const challengeOf = (verifier: string): string => createHash("sha256").update(verifier).digest("hex");

export const verifierMatches = (verifier: string, challenge: string): boolean =>
  VERIFIER.test(verifier) && challengeOf(verifier) === challenge;
