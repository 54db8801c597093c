import { RECOVERY_CODES } from "../../../domain/records/second-factor.ts";
import { blindIndex } from "../../../platform/blind-index.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { randomBytes } from "../../../platform/random.ts";
import type { WorkerEnv } from "../../env.ts";

/** Crockford's letters: none is taken for another, and what is mistyped all the same is read as meant. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 12;

/** "K7QM-2XHD-9RTC": 60 random bits. */
function newCode(): string {
  const letters = Array.from(randomBytes(LENGTH), (byte) => LETTERS.charAt(byte % 32)).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

export const newRecoveryCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, newCode);

/**
 * What is kept of a code: a keyed hash that names its person, so that neither a copy of the
 * database nor somebody else's row helps to try codes.
 * @param typed however it was typed: case, spaces and dashes do not matter
 */
export function recoveryHash(env: WorkerEnv, db: TenantDb, userId: string, typed: string): string {
  const code = typed.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return blindIndex(env.BLIND_INDEX_KEY, "recovery_code", `${db.tenantId}.${userId}.${code}`);
}
