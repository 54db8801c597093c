import * as z from "zod/mini";

/** How long a session lives, in hours: the bounds of what an agency may choose, and what it has until it does. */
export const SESSION_HOURS = {
  /** Since it was used last. */
  idle: { least: 1, most: 30 * 24, usual: 14 * 24 },
  /** Since the sign-in, however much it is used. */
  absolute: { least: 1, most: 365 * 24, usual: 90 * 24 },
} as const;

const hours = (label: string, { least, most }: { least: number; most: number }) => {
  const message = `${label} is a whole number of hours from ${least} to ${most}`;
  return z.int(message).check(z.minimum(least, message), z.maximum(most, message));
};

const fields = {
  idleHours: hours("How long a session may lie unused", SESSION_HOURS.idle),
  absoluteHours: hours("How long a session may live", SESSION_HOURS.absolute),
  /** Whoever has no second factor may only set one up. */
  requireTotp: z.boolean("requireTotp is true or false"),
};

/** What an agency asks of its people's sessions. */
export const tenantSecuritySchema = z.object(fields);
export type TenantSecurity = z.infer<typeof tenantSecuritySchema>;

export const tenantSecurityPatchSchema = z.partial(z.strictObject(fields));
export type TenantSecurityPatch = z.infer<typeof tenantSecurityPatchSchema>;
