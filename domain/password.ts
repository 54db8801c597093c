/**
 * What a password must be. The upper bound is bcrypt's: it reads 72 bytes and would ignore the
 * rest, so a longer one is refused, never cut.
 */
export const PASSWORD_BYTES = { least: 12, most: 72 } as const;

/** The long ones of the published lists of most used passwords; shorter ones are refused by length. */
const COMMON = new Set(
  `123456789012 1234567890123 1234567890ab 111111111111 000000000000 121212121212 123123123123 123412341234 qwertyuiop12
   qwertyuiop123 qwertyuiopasdf qwerty123456 qwerty1234567 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc asdfghjkl123 zxcvbnm12345
   password1234 password12345 password123456 passwordpassword p@ssw0rd1234 passw0rd1234 password2024 password2025 password2026
   iloveyou1234 iloveyouforever iloveyou123456 letmein123456 welcome12345 welcome123456 admin1234567 administrator
   administrator1 changeme1234 changeme12345 football1234 baseball1234 superman1234 sunshine1234 princess1234 dragon123456
   monkey123456 abcdefghijkl abcdefghijklm abcd12345678 abc123456789 aaaaaaaaaaaa qazwsxedcrfv qwertyqwerty asdfasdfasdf
   asdfghasdfgh trustno1trustno1 liverpool123 michael12345 unknown12345 nopassword12 mypassword12 mypassword123 secret123456
   correcthorsebatterystaple tiktok123456 tiktok1234567 creator12345 agency123456 eticapro1234 eticaprocrm1`.split(
    /\s+/,
  ),
);

/** Bytes of a password in UTF-8, as bcrypt counts them. */
export const passwordBytes = (password: string): number => new TextEncoder().encode(password).byteLength;

/** Why a password is refused, in plain words; null when it is good. */
export function passwordProblem(password: string): string | null {
  const bytes = passwordBytes(password);
  if (bytes < PASSWORD_BYTES.least) return `A password has at least ${PASSWORD_BYTES.least} characters.`;
  if (bytes > PASSWORD_BYTES.most) return `A password has at most ${PASSWORD_BYTES.most} bytes; this one has ${bytes}.`;
  if (COMMON.has(password.toLowerCase()))
    return "This password is on the lists that attackers try first. Choose another.";
  return null;
}
