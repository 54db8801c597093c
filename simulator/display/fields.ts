/** Which field belongs to which scope. Source: TikTok for Developers, "User object", "Video object". */
import type { Account } from "../accounts.ts";
import { openIdOf, unionIdOf } from "../login/open-id.ts";
import type { Scope } from "../login/scopes.ts";
import type { SimulationOptions } from "../simulation.ts";
import { countsAt } from "./counts.ts";
import { coverUrl } from "./covers.ts";
import { DisplayError } from "./envelope.ts";
import { type Video, videosAt } from "./videos.ts";

type Value = string | number | boolean | null | undefined;
type World = Pick<SimulationOptions, "origin" | "clientKey" | "clientSecret">;

interface UserField {
  scope: Scope;
  read: (account: Account, world: World, now: number) => Value;
}

const basic = (read: UserField["read"]): UserField => ({ scope: "user.info.basic", read });
const profile = (read: UserField["read"]): UserField => ({ scope: "user.info.profile", read });
const stats = (read: UserField["read"]): UserField => ({ scope: "user.info.stats", read });

const avatar =
  (size: number): UserField["read"] =>
  ({ handle }, { origin }) =>
    `${origin}/avatar/${handle}.svg?size=${size}`;

export const USER_FIELDS = new Map<string, UserField>(
  Object.entries({
    open_id: basic(({ handle }, { clientKey }) => openIdOf(clientKey, handle)),
    union_id: basic(({ handle, hasUnionId }) => (hasUnionId ? unionIdOf(handle) : undefined)),
    avatar_url: basic(avatar(168)),
    avatar_url_100: basic(avatar(100)),
    avatar_large_url: basic(avatar(720)),
    display_name: basic(({ displayName }) => displayName),
    bio_description: profile(({ bio }) => bio),
    profile_deep_link: profile(({ handle }, { origin }) => `${origin}/@${handle}`),
    is_verified: profile(({ verified }) => verified),
    username: profile(({ handle }) => handle),
    follower_count: stats((account, _world, now) => countsAt(account, now).followers),
    following_count: stats((account, _world, now) => countsAt(account, now).following),
    likes_count: stats((account, _world, now) => countsAt(account, now).likes),
    video_count: stats((account, _world, now) => videosAt(account, now).length),
  }),
);

type ReadVideo = (video: Video, account: Account, world: World, now: number) => Value;

const campaign = (clientKey: string): string => `utm_campaign=tt4d_open_api&utm_source=${clientKey}`;

export const VIDEO_FIELDS = new Map<string, ReadVideo>(
  Object.entries({
    id: ({ id }) => id,
    create_time: ({ createTime }) => createTime,
    cover_image_url: ({ id }, _account, world, now) => coverUrl(world.origin, world.clientSecret, id, now),
    share_url: ({ id }, { handle }, world) => `${world.origin}/@${handle}/video/${id}?${campaign(world.clientKey)}`,
    video_description: ({ title }) => title,
    duration: ({ duration }) => duration,
    height: () => 1024,
    width: () => 576,
    title: ({ title }) => title,
    embed_html: ({ id }, { handle }, world) =>
      `<blockquote class="tiktok-embed" cite="${world.origin}/@${handle}/video/${id}" data-video-id="${id}"><section></section></blockquote><script async src="${world.origin}/embed.js"></script>`,
    embed_link: ({ id }, _account, world) =>
      `${world.origin}/player/v1/${id}?music_info=1&description=1&autoplay=1&loop=1&${campaign(world.clientKey)}`,
    like_count: ({ likes }) => likes,
    comment_count: ({ comments }) => comments,
    share_count: ({ shares }) => shares,
    view_count: ({ views }) => views,
    is_aigc: () => false,
  } satisfies Record<string, ReadVideo>),
);

/** `fields=` of a request, checked against what there is. Throws invalid_params. */
export const requestedFields = (query: string | undefined, known: { has(name: string): boolean }): string[] => {
  const names = (query ?? "").split(",").map((name) => name.trim());
  const asked = names.filter((name) => name !== "");
  if (asked.length === 0)
    throw new DisplayError("invalid_params", "Fields is required, please provide fields in the request");
  const unknown = asked.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new DisplayError("invalid_params", `Invalid field(s): ${unknown.join(", ")}`);
  return asked;
};
