import { AppError, type FieldError } from "../../../domain/app-error.ts";
import { newId } from "../../../domain/ids.ts";
import type { ApiKeyCreate, ApiKeyMade } from "../../../domain/records/api-key.ts";
import { isAbove } from "../../../domain/roles.ts";
import type { TenantDb } from "../../../platform/db/tenant-db.ts";
import { sha256Hex } from "../../../platform/hash.ts";
import { randomToken } from "../../../platform/random.ts";
import type { Session } from "../../env.ts";
import { keyToken } from "../../http/api-key.ts";
import { insertKey, type KeyRow, toKey } from "./queries.ts";

const SECRET_BYTES = 32;

/**
 * Makes a key that acts for who asks.
 * @returns the key with its secret, which nobody can ask for again
 * @throws AppError 422 for a role above the own one, or an expiry that is past
 */
export async function makeKey(db: TenantDb, by: Session, wanted: ApiKeyCreate): Promise<ApiKeyMade> {
  const now = Date.now();
  const expiresAt = wanted.expiresAt ? Date.parse(wanted.expiresAt) : null;
  const errors: FieldError[] = [];
  if (isAbove(wanted.role, by.role))
    errors.push({ path: "role", message: `Your own role is ${by.role}: a key of yours cannot be ${wanted.role}.` });
  if (expiresAt !== null && expiresAt <= now)
    errors.push({ path: "expiresAt", message: "The expiry lies in the past: the key would never work." });
  if (errors.length > 0)
    throw new AppError(422, "invalid_fields", errors.map(({ message }) => message).join(" "), { errors });

  const row: KeyRow = {
    id: newId("apiKey", now),
    name: wanted.name,
    role: wanted.role,
    createdAt: now,
    createdBy: by.userId,
    lastUsedAt: null,
    expiresAt,
    revokedAt: null,
  };
  const secret = randomToken(SECRET_BYTES);
  await insertKey(db, row, sha256Hex(secret)).run();
  return { ...toKey(row), secret: keyToken(db, row.id, secret) };
}
