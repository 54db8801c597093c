import { createHmac } from "node:crypto";
import { equalInConstantTime } from "./hash.ts";
import { randomBytes } from "./random.ts";

/**
 * Time-based one-time passwords: RFC 6238 over HMAC-SHA-1, 30 seconds a step, 6 digits, which is
 * what every authenticator app does when it is told nothing else.
 */

const STEP_SECONDS = 30;
const DIGITS = 6;
/** A code of the step before or after is good too: clocks differ, and typing takes its time. */
const STEPS_AROUND = 1;
/** As long as the hash, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new secret in base32 (RFC 4648) without padding, as authenticator apps read it: 32 characters. */
export const newTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** The step that a moment lies in. @param now ms since epoch */
export const stepAt = (now: number): number => Math.floor(now / 1000 / STEP_SECONDS);

/** The code of a step: six digits. @param secret base32 */
export function totpAt(secret: string, step: number): string {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = createHmac("sha1", fromBase32(secret)).update(new Uint8Array(counter.buffer)).digest();
  // Dynamic truncation, RFC 4226 section 5.3: the last half-byte says which four bytes make the number.
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0x0f) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/**
 * The step whose code this is, or null when it is none of now. Whoever accepts it writes the step
 * down and never accepts it, or an earlier one, again.
 * @param secret base32
 * @param now ms since epoch
 */
export function stepOfCode(secret: string, code: string, now: number): number | null {
  const current = stepAt(now);
  let found: number | null = null;
  // All of them are tried, so that the time does not tell which one it was.
  for (let step = current - STEPS_AROUND; step <= current + STEPS_AROUND; step++)
    if (equalInConstantTime(totpAt(secret, step), code)) found = step;
  return found;
}

/** What an authenticator app reads off the QR code ("Key Uri Format", Google Authenticator). */
export function otpauthUrl(issuer: string, account: string, secret: string): string {
  const named = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${named}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
}

function toBase32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const letter of text) {
    buffer = (buffer << 5) | BASE32.indexOf(letter);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((buffer >> bits) & 255);
    buffer &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}
