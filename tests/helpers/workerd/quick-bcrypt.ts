// The library itself, past the name that leads here.
import { hash as hashAt } from "../../../node_modules/bcryptjs/index.js";

export { compare } from "../../../node_modules/bcryptjs/index.js";

/**
 * bcrypt at the least cost there is, in place of the library in suites that make hundreds of accounts. What a hash costs
 * in earnest `tests/unit/passwords.test.ts` holds, and a password that nobody has is compared at that cost here too.
 */
export const hash = (password: string, _cost: number): Promise<string> => hashAt(password, 4);
