import * as z from "zod/mini";
import { passwordProblem } from "../password.ts";
import { REGIONS } from "../regions.ts";
import { ROLES } from "../roles.ts";
import { secondFactorCode } from "./second-factor.ts";

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

/** An address that is only looked for: one of no form is simply nobody's. */
const knownEmail = z
  .string("An e-mail address is needed")
  .check(z.maxLength(254, "An e-mail address has at most 254 characters"));

/** A password that should be right refuses nothing about its form: a wrong one is simply wrong. */
const knownPassword = z.string("A password is needed").check(z.maxLength(1000, "That is too long for a password"));

export const loginSchema = z.strictObject({
  email: knownEmail,
  password: knownPassword,
  /** A code of the second factor; empty is none. */
  totp: z.optional(z.string().check(z.maxLength(40, "That is too long for a code"))),
});
export type Login = z.infer<typeof loginSchema>;

export const forgotSchema = z.strictObject({ email: knownEmail });

/** What stands behind the `#` of a link in a mail. */
const mailToken = z.string("The link's token is needed").check(z.maxLength(400, "That is no token of a link"));

export const resetSchema = z.strictObject({ token: mailToken, password: newPasswordSchema });
export type Reset = z.infer<typeof resetSchema>;

export const confirmEmailSchema = z.strictObject({ token: mailToken });

/** What a link in a mail came to: the address is known to be theirs, the other one has to agree too, or both did. */
export const emailConfirmedSchema = z.object({
  outcome: z.enum(["verified", "waiting", "changed"]),
  email: z.string(),
});
export type EmailConfirmed = z.infer<typeof emailConfirmedSchema>;

export const profilePatchSchema = z.strictObject({ name: nameSchema("Your name") });

export const emailChangeSchema = z.strictObject({ email: emailSchema, password: knownPassword });
export type EmailChange = z.infer<typeof emailChangeSchema>;

export const passwordChangeSchema = z.strictObject({ current: knownPassword, password: newPasswordSchema });
export type PasswordChange = z.infer<typeof passwordChangeSchema>;

/** Proof that it is still the same person: the password, or a code of the second factor. */
export const stepUpSchema = z.union(
  [z.strictObject({ password: knownPassword }), z.strictObject({ totp: secondFactorCode })],
  "Send the password, or a code of the second factor as totp",
);
export type StepUp = z.infer<typeof stepUpSchema>;

/** Until when the session may do what asks for such a proof. */
export const steppedUpSchema = z.object({ until: z.string() });

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
  /** How the person signs in. */
  security: z.object({
    emailVerified: z.boolean(),
    /** An address that waits to be confirmed at both ends; what is missing says `waitsFor`. */
    emailChange: z.nullable(
      z.object({ email: z.string(), waitsFor: z.enum(["both", "old", "new"]), expiresAt: z.string() }),
    ),
    totp: z.boolean(),
    recoveryCodesLeft: z.number(),
    /** The agency asks everybody for a second factor: whoever has none may only set one up. */
    totpRequired: z.boolean(),
  }),
});
export type Me = z.infer<typeof meSchema>;
