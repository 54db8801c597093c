import * as z from "zod/mini";

/** A code of an authenticator app, or a recovery code, however it was typed. */
export const secondFactorCode = z
  .string("A code is needed")
  .check(z.trim(), z.minLength(1, "A code is needed"), z.maxLength(40, "That is too long for a code"));

export const totpCodeSchema = z.strictObject({ code: secondFactorCode });

/** A second factor that waits to be confirmed. No other answer has the secret. */
export const totpBegunSchema = z.object({
  /** Base32, for who cannot scan. */
  secret: z.string(),
  /** `otpauth://totp/…`, what the QR code says. */
  url: z.string(),
  /** The QR code: modules a side, and the dark ones as an SVG path in modules, without the quiet zone. */
  qr: z.object({ size: z.number(), path: z.string() }),
});
export type TotpBegun = z.infer<typeof totpBegunSchema>;

/** Each works once, in place of a code. Shown here and never again. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;

export const RECOVERY_CODES = 10;
