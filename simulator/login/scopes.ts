/** The scopes that exist here, and what the consent page says of each. Source: "Scopes reference". */

export const SCOPES = {
  "user.info.basic": "Access your profile info (avatar, display name)",
  "user.info.profile": "Read access to your additional profile information, such as bio description and profile link",
  "user.info.stats": "Read access to your statistical data, such as like, follower and video counts",
  "video.list": "Read access to your public videos",
} as const;

export type Scope = keyof typeof SCOPES;

export const isScope = (name: string): name is Scope => Object.hasOwn(SCOPES, name);

/** "a,b" → ["a", "b"]; blanks around the commas are forgiven, empty names are dropped. */
export const splitScopes = (list: string): string[] =>
  list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
