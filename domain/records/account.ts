import * as z from "zod/mini";
import { passwordProblem } from "../password.ts";
import { REGIONS } from "../regions.ts";
import { ROLES } from "../roles.ts";

export const emailSchema = z
  .string("An e-mail address is needed")
  .check(
    z.trim(),
    z.maxLength(254, "An e-mail address has at most 254 characters"),
    z.email("That is not an e-mail address"),
  );

export const nameSchema = (label: string) =>
  z
    .string(`${label} is needed`)
    .check(z.trim(), z.minLength(1, `${label} is needed`), z.maxLength(120, `${label} has at most 120 characters`));

export const newPasswordSchema = z.string("A password is needed").check((check) => {
  const message = passwordProblem(check.value);
  if (message) check.issues.push({ code: "custom", message, input: check.value });
});

export const registerSchema = z.strictObject({
  agency: nameSchema("The agency's name"),
  region: z.enum(REGIONS, "Choose where the data is stored: eu, us or me"),
  name: nameSchema("Your name"),
  email: emailSchema,
  password: newPasswordSchema,
});
export type Register = z.infer<typeof registerSchema>;

/** Signing in refuses nothing about a password's form: a wrong one is simply wrong. */
export const loginSchema = z.strictObject({
  email: z
    .string("An e-mail address is needed")
    .check(z.maxLength(254, "An e-mail address has at most 254 characters")),
  password: z.string("A password is needed").check(z.maxLength(1000, "That is too long for a password")),
  totp: z.optional(z.string()),
});

export const accountSchema = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  tenant: z.object({ id: z.string(), name: z.string(), region: z.enum(REGIONS), metricsTimeZone: z.string() }),
});
export type Account = z.infer<typeof accountSchema>;

export const meSchema = z.extend(accountSchema, {
  role: z.enum(ROLES),
  team: z.nullable(z.string()),
  /** How far each right reaches. */
  rights: z.record(z.string(), z.enum(["none", "own", "team", "all"])),
});
export type Me = z.infer<typeof meSchema>;
