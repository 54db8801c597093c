import type { Child } from "hono/jsx";
import { Icon, type IconName } from "./icons.tsx";

/** First letters of up to two words; what an avatar shows where there is no picture. */
const initials = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();

/** One of the six avatar colours, always the same one for a name. */
const tint = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 6, 0);

/** A picture, or initials on a colour of their own. Says nothing to a reader: the name stands beside it. */
export const Avatar = ({ name, url, square }: { name: string; url?: string | null; square?: boolean }) =>
  url === undefined || url === null ? (
    <span class={`avatar tint-${tint(name)}${square === true ? " square" : ""}`} aria-hidden="true">
      {initials(name)}
    </span>
  ) : (
    <img class="avatar" src={url} alt="" width="56" height="56" referrerpolicy="no-referrer" />
  );

/** One line of a list that starts with a glyph. */
export const Point = ({ icon, children }: { icon: IconName; children: Child }) => (
  <li class={`point point-${icon}`}>
    <Icon name={icon} />
    <span>{children}</span>
  </li>
);

/** What happened, in a soft box: a word and a glyph before the colour. */
export const Notice = ({ tone, children }: { tone: "good" | "warning"; children: Child }) => (
  <div class={`notice ${tone}`} role="status">
    <Icon name={tone === "good" ? "done" : "warning"} />
    <div>{children}</div>
  </div>
);

/** The address for everything about personal data. */
export const PrivacyMail = () => (
  <a href="mailto:privacy@etica.app">
    <bdi dir="ltr">privacy@etica.app</bdi>
  </a>
);

/** Where TikTok lets somebody take back what they granted. */
export const CONNECTED_APPS_URL = "https://www.tiktok.com/setting/connected-apps";
