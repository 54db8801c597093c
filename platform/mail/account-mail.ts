import type { PlatformEnv } from "../env.ts";
import { outbound, outsideUrls } from "../hosts.ts";
import { createMail, type MailOutcome } from "./transport.ts";

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const asHtml = (text: string): string =>
  text
    .split("\n\n")
    .map(
      (paragraph) =>
        `<p>${escaped(paragraph)
          .replace(/(https?:\/\/\S+)/g, '<a href="$1">$1</a>')
          .replaceAll("\n", "<br>")}</p>`,
    )
    .join("\n");

/** Sends a mail of the account stream, once per `key`. With no provider configured it says so and nothing leaves. */
export const sendAccountMail = (
  env: PlatformEnv,
  key: string,
  mail: { to: string; subject: string; text: string },
): Promise<MailOutcome> =>
  createMail(outsideUrls(env).mailUrl, outbound(env)).send(
    { from: `no-reply@${new URL(env.PUBLIC_URL).hostname}`, ...mail, html: asHtml(mail.text), stream: "account" },
    key,
  );
