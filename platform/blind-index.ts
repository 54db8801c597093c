import { Buffer } from "node:buffer";
import { AppError } from "../domain/app-error.ts";
import { hmacSha256 } from "./hash.ts";

/** What may be looked up blindly. The kind is part of the hash: equal values of two kinds do not meet. */
export type BlindIndexKind = "email" | "open_id" | "recovery_code" | "door";

/**
 * The directory's key for a person: HMAC-SHA256 under a secret key, so that a copy of the
 * directory neither shows e-mail addresses nor lets one be tried without the key.
 *
 * @param key BLIND_INDEX_KEY: base64 of 32 bytes
 * @returns 43 characters of base64url; equal for addresses that {@link normalizeEmail} makes equal
 * @throws AppError 500 `blind_index_key_invalid`
 */
export function blindIndex(key: string, kind: BlindIndexKind, value: string): string {
  const secret = Buffer.from(key, "base64");
  if (secret.byteLength !== 32) {
    throw new AppError(500, "blind_index_key_invalid", "BLIND_INDEX_KEY must be 32 bytes in base64.");
  }
  const subject = kind === "email" ? normalizeEmail(value) : value;
  return Buffer.from(hmacSha256(secret, `${kind}\0${subject}`)).toString("base64url");
}

/** The one spelling of an address that accounts are kept under: NFKC, without outer spaces, lower-case. */
export const normalizeEmail = (email: string): string => email.normalize("NFKC").trim().toLowerCase().normalize("NFKC");
