import * as z from "zod/mini";

/**
 * Readers for members of outside answers that may be absent, null or of another type
 * than documented: what does not fit is null and costs nothing but itself.
 */

export const textOrNull = z.catch(z.nullable(z.string()), null);

/** A whole number, 0 or more. int64 comes as a number or, from protobuf's JSON, as text. */
export const countOrNull = z.catch(
  z.nullable(
    z.union([z.int().check(z.nonnegative()), z.pipe(z.string().check(z.regex(/^\d{1,15}$/)), z.transform(Number))]),
  ),
  null,
);
