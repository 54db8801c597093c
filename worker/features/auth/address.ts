import { blindIndex } from "../../../platform/blind-index.ts";
import type { WorkerEnv } from "../../env.ts";
import type { UserRow } from "./queries.ts";

/** What the directory, and the gate, know an address by. */
export const addressHash = (env: WorkerEnv, email: string): string => blindIndex(env.BLIND_INDEX_KEY, "email", email);

/** Whether the region still has the person under the address that the directory found them with: the region decides. */
export const hasAddress = (env: WorkerEnv, { email }: Pick<UserRow, "email">, emailHash: string): boolean =>
  addressHash(env, email) === emailHash;
