import type { PlatformEnv } from "../env.ts";
import { outbound, outsideUrls } from "../hosts.ts";
import { createMail, type MailOutcome } from "./transport.ts";

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** Only our own addresses become links: an agency may be called anything, a stranger's address too. */
const linked = (html: string, ours: string): string =>
  html.replace(/https?:\/\/\S+/g, (url) => (url.startsWith(`${ours}/`) ? `<a href="${url}">${url}</a>` : url));

const asHtml = (text: string, ours: string): string =>
  text
    .split("\n\n")
    .map((paragraph) => `<p>${linked(escaped(paragraph), ours).replaceAll("\n", "<br>")}</p>`)
    .join("\n");

/** Sends a mail of the account stream, once per `key`. With no provider configured it says so and nothing leaves. */
export const sendAccountMail = (
  env: PlatformEnv,
  key: string,
  mail: { to: string; subject: string; text: string },
): Promise<MailOutcome> =>
  createMail(outsideUrls(env).mailUrl, outbound(env)).send(
    {
      from: `no-reply@${new URL(env.PUBLIC_URL).hostname}`,
      ...mail,
      // A name may hold a line's end, which must not begin another header with a provider that does not look.
      subject: mail.subject.replace(/\p{Cc}+/gu, " "),
      html: asHtml(mail.text, env.PUBLIC_URL),
      stream: "account",
    },
    key,
  );
