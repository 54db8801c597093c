import { simulator, until } from "./agency.ts";

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  stream: string;
}

/** Every mail that was sent to an address, newest first. */
export const mailsTo = async (email: string): Promise<Mail[]> =>
  (await simulator<{ mails: Mail[] }>("GET", "/mails")).mails.filter(({ to }) => to === email);

/** The newest mail to an address under a subject, once it is there. */
export const mailTo = (email: string, subject: RegExp): Promise<Mail> =>
  until(async () => (await mailsTo(email)).find((mail) => subject.test(mail.subject)));

/** What stands behind the `#` of a mail's link to a page of the app. */
export function tokenIn({ text }: Mail, page: "reset" | "confirm"): string {
  const token = new RegExp(`/app/${page}#(\\S+)`).exec(text)?.[1];
  if (!token) throw new Error(`No link to /app/${page} in: ${text}`);
  return token;
}
