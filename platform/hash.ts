import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** SHA-256 of a text (as UTF-8) or of bytes, as 64 lower-case hex digits. */
export const sha256Hex = (message: string | Uint8Array): string => createHash("sha256").update(message).digest("hex");

/** HMAC-SHA256 (RFC 2104): 32 bytes. */
export const hmacSha256 = (key: string | Uint8Array, message: string | Uint8Array): Uint8Array =>
  createHmac("sha256", key).update(message).digest();

/**
 * Whether two secrets are equal, in a time that does not tell where they differ.
 * Their lengths are no secret: an unequal length answers at once.
 */
export function equalInConstantTime(one: string | Uint8Array, other: string | Uint8Array): boolean {
  const left = bytesOf(one);
  const right = bytesOf(other);
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

const bytesOf = (value: string | Uint8Array): Uint8Array =>
  typeof value === "string" ? new TextEncoder().encode(value) : value;
