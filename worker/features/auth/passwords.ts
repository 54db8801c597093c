import { compare, hash } from "bcryptjs";
import { BCRYPT_COST } from "../../../domain/retention.ts";
import { inTurn } from "../../http/turns.ts";

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, BCRYPT_COST));

/** Of no password that anybody has: what an unknown address is compared with, so that it takes as long. */
const NOBODYS = `$2b$${BCRYPT_COST}$C6UzMDM.H6dfI/f/IKcEeO9ZqPuLC2mHxQJqVJpxPAlbV5sx9g3yG`;

/** Whether the password is right; takes as long when there is no hash. */
export async function passwordMatches(password: string, passwordHash: string | null): Promise<boolean> {
  // bcrypt would read 72 bytes of a longer one: that is another password than the one that was set.
  const readable = new TextEncoder().encode(password).byteLength <= 72;
  const equal = await inTurn(() => compare(password, passwordHash ?? NOBODYS));
  return equal && readable && passwordHash !== null;
}
