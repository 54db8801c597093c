/**
 * Everything that this software may ask TikTok for, and why: the table that the privacy
 * policy prints, the `scope=` of the consent screen and the `fields=` of every request.
 * What is not here cannot be asked for.
 *
 * Source: TikTok for Developers, "Scopes reference", "User object", "Video object".
 */

export const TIKTOK_FIELDS = {
  "user.info.basic": ["open_id", "union_id", "display_name", "avatar_url_100"],
  "user.info.profile": ["username", "bio_description"],
  "user.info.stats": ["follower_count", "following_count", "likes_count", "video_count"],
  "video.list": [
    "id",
    "title",
    "cover_image_url",
    "embed_link",
    "duration",
    "create_time",
    "view_count",
    "like_count",
    "comment_count",
    "share_count",
  ],
} as const;

export type TiktokScope = keyof typeof TIKTOK_FIELDS;

export const TIKTOK_SCOPES = Object.keys(TIKTOK_FIELDS) as TiktokScope[];

export const isTiktokScope = (value: string): value is TiktokScope => Object.hasOwn(TIKTOK_FIELDS, value);

const USER_SCOPES = ["user.info.basic", "user.info.profile", "user.info.stats"] as const;

/** `fields=` of `/v2/user/info/` for what was granted, in the order of the policy's table. */
export const userFields = (granted: readonly TiktokScope[]): string[] =>
  USER_SCOPES.filter((scope) => granted.includes(scope)).flatMap((scope) => [...TIKTOK_FIELDS[scope]]);

/** `fields=` of `/v2/video/list/` and `/v2/video/query/`. */
export const VIDEO_FIELDS: readonly string[] = TIKTOK_FIELDS["video.list"];
