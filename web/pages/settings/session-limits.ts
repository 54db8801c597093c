import type { TenantSecurity } from "../../../domain/records/tenant-security.ts";
import { plural } from "../../format.ts";
import type { Option } from "../../ui/Field.tsx";

/** What an agency is offered of all the hours that the server takes. */
const OFFERED = {
  idleHours: [1, 8, 24, 3 * 24, 7 * 24, 14 * 24, 30 * 24],
  absoluteHours: [8, 24, 7 * 24, 30 * 24, 90 * 24, 180 * 24, 365 * 24],
} as const;

export type Limit = keyof typeof OFFERED;

/** "8 hours", "14 days". */
export const limitWords = (hours: number): string =>
  hours > 24 && hours % 24 === 0 ? plural(hours / 24, "day") : plural(hours, "hour");

/** What may be chosen, with what it is now: a program may have set any other number. */
export const limitOptions = (limit: Limit, { [limit]: now }: TenantSecurity): Option[] =>
  [...new Set([...OFFERED[limit], now])]
    .sort((one, other) => one - other)
    .map((hours) => ({ value: String(hours), label: limitWords(hours) }));
