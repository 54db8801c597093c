import { Buffer } from "node:buffer";
import { AppError } from "../domain/app-error.ts";
import { createLog } from "./log.ts";
import { randomBytes } from "./random.ts";

/**
 * Secrets at rest: AES-256-GCM (NIST SP 800-38D) under a ring of keys.
 *
 * An envelope reads `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url.
 * It is bound to its place: version, key id, tenant, record and purpose are authenticated
 * with it, so that an envelope copied to another row does not open there.
 */

export type SealedPurpose =
  | "access_token"
  | "refresh_token"
  | "pkce_verifier"
  | "pending_grant"
  | "totp_secret"
  | "kept_answer"
  | "webhook_secret";

/** Where an envelope lives. It opens only with the very same three. */
export interface SealContext {
  tenant: string;
  record: string;
  purpose: SealedPurpose;
}

export interface Vault {
  /** The key that seals. An envelope of another key still opens; seal it again to rotate. */
  readonly activeKeyId: string;
  /** Whether there are keys beside the active one. */
  readonly hasOlder: boolean;
  seal(plaintext: string, context: SealContext): Promise<string>;
  /** @throws VaultError `vault_envelope_malformed`, `vault_key_unknown` or `vault_envelope_refused` */
  open(sealed: string, context: SealContext): Promise<string>;
  /** @throws VaultError `vault_envelope_malformed` */
  keyIdOf(sealed: string): string;
  /** Whether a key of this id is on the ring. */
  knows(keyId: string): boolean;
}

export type VaultErrorCode =
  | "vault_keys_invalid"
  | "vault_key_unknown"
  | "vault_envelope_malformed"
  | "vault_envelope_refused";

/** What the vault refused. Its message never carries a key, a plaintext or an envelope. */
export class VaultError extends AppError {
  constructor(code: VaultErrorCode, message: string) {
    super(500, code, message);
  }
}

const log = createLog();

const VERSION = "v1";
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const ENVELOPE = /^v1\.([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/**
 * @param tokenKeys TOKEN_KEYS: `kid:base64(32 bytes)`, comma-separated; the first seals, all open
 * @throws VaultError `vault_keys_invalid`
 */
export function createVault(tokenKeys: string): Vault {
  const { activeKeyId, secrets } = readKeyRing(tokenKeys);
  // Keys, not promises of keys: the Workers runtime ties a pending promise to the request that made it.
  const imported = new Map<string, CryptoKey>();

  async function keyOf(kid: string): Promise<CryptoKey> {
    const known = imported.get(kid);
    if (known) return known;
    const secret = secrets.get(kid);
    if (!secret) {
      throw new VaultError("vault_key_unknown", `A secret was sealed with the key "${kid}", which TOKEN_KEYS lacks.`);
    }
    const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
    imported.set(kid, key);
    return key;
  }

  return {
    activeKeyId,
    hasOlder: secrets.size > 1,

    async seal(plaintext, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const ciphertext = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData: placeOf(activeKeyId, context) },
        await keyOf(activeKeyId),
        new TextEncoder().encode(plaintext),
      );
      return [VERSION, activeKeyId, base64url(nonce), base64url(new Uint8Array(ciphertext))].join(".");
    },

    async open(sealed, context) {
      const { kid, nonce, ciphertext } = readEnvelope(sealed);
      // An operator's mistake, and nobody else's: it is told aloud, and what needs the secret waits.
      if (!secrets.has(kid))
        log.error({ event: "vault.key_missing", code: "vault_key_unknown", tenantId: context.tenant });
      const key = await keyOf(kid);
      try {
        const algorithm = { name: "AES-GCM", iv: nonce, additionalData: placeOf(kid, context) };
        return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, ciphertext));
      } catch {
        throw new VaultError(
          "vault_envelope_refused",
          `A sealed ${context.purpose} did not open: it was changed, or it belongs to another record.`,
        );
      }
    },

    keyIdOf: (sealed) => readEnvelope(sealed).kid,
    knows: (keyId) => secrets.has(keyId),
  };
}

/**
 * A key ring with a fresh key in front: from now on that one seals. Its id tells the day that it was made on.
 * @param tokenKeys the ring so far; empty for a new one
 * @param now ms since epoch
 * @throws VaultError `vault_keys_invalid` when the ring so far is none
 */
export function withNewKey(tokenKeys: string, now: number): { keyId: string; ring: string } {
  if (tokenKeys !== "") readKeyRing(tokenKeys);
  const keyId = `k${new Date(now).toISOString().slice(0, 10).replaceAll("-", "")}${Buffer.from(randomBytes(2)).toString("hex")}`;
  const key = `${keyId}:${Buffer.from(randomBytes(KEY_BYTES)).toString("base64")}`;
  return { keyId, ring: tokenKeys === "" ? key : `${key},${tokenKeys}` };
}

/** The additional authenticated data. JSON, since a joined list could be cut elsewhere and read the same. */
const placeOf = (kid: string, { tenant, record, purpose }: SealContext): Uint8Array =>
  new TextEncoder().encode(JSON.stringify([VERSION, kid, tenant, record, purpose]));

function readEnvelope(sealed: string) {
  const [, kid, nonce, ciphertext] = ENVELOPE.exec(sealed) ?? [];
  const bytes = Buffer.from(ciphertext ?? "", "base64url");
  // The last letter has bits to spare, which decoding ignores: one spelling of an envelope is enough.
  if (kid === undefined || nonce === undefined || base64url(bytes) !== ciphertext) {
    throw new VaultError("vault_envelope_malformed", "What is stored is no sealed secret of this software.");
  }
  return { kid, nonce: Buffer.from(nonce, "base64url"), ciphertext: bytes };
}

function readKeyRing(tokenKeys: string) {
  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [index, entry] of tokenKeys.split(",").entries()) {
    const [kid = "", secret = ""] = entry.trim().split(":");
    const bytes = Buffer.from(secret, "base64");
    if (!KEY_ID.test(kid) || !BASE64.test(secret) || bytes.byteLength !== KEY_BYTES || secrets.has(kid)) {
      throw new VaultError(
        "vault_keys_invalid",
        `Entry ${index + 1} of TOKEN_KEYS must read <key id>:<32 bytes in base64>, each key id once.`,
      );
    }
    secrets.set(kid, bytes);
  }
  const [activeKeyId = ""] = secrets.keys();
  return { activeKeyId, secrets };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
