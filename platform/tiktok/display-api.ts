import * as z from "zod/mini";
import { type TiktokScope, userFields, VIDEO_FIELDS } from "../../domain/tiktok-fields.ts";
import { type Fetch, isLoopback } from "../hosts.ts";
import { countOrNull, textOrNull } from "../lenient.ts";
import { apiError, TiktokError } from "./errors.ts";
import { askTiktok } from "./request.ts";

/**
 * TikTok's Display API, read only. It asks for the policy's fields and no other, and keeps
 * of an answer what it asked for. Source: "Get User Info", "List Videos", "Query Videos".
 */

/** A creator's account. Null: not granted, or not said. Counts are whole numbers, likes beyond 2³¹. */
export interface UserInfo {
  openId: string | null;
  unionId: string | null;
  displayName: string | null;
  /** Signed by TikTok and short-lived, like `coverUrl`. */
  avatarUrl: string | null;
  username: string | null;
  bio: string | null;
  followers: number | null;
  following: number | null;
  likes: number | null;
  videos: number | null;
}

export interface Video {
  /** Beyond 2⁵³: text. */
  id: string;
  title: string | null;
  coverUrl: string | null;
  embedUrl: string | null;
  durationSeconds: number | null;
  /** Ms since epoch. */
  createdAt: number | null;
  views: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
}

export interface VideoPage {
  /** Newest first; may be fewer than asked for although there are more. */
  videos: Video[];
  /** Asks for the next, older page; null at the end, and when TikTok's cursor did not move back. */
  nextCursor: number | null;
}

export interface DisplayApi {
  /** @throws TiktokError */
  userInfo(accessToken: string, scopes: readonly TiktokScope[]): Promise<UserInfo>;
  /** @param page `cursor`: ms since epoch, older videos come; `maxCount`: 1–20. @throws TiktokError */
  videoPage(accessToken: string, page: { cursor?: number | undefined; maxCount: number }): Promise<VideoPage>;
  /** Those of at most 20 ids that still exist, in TikTok's order. @throws TiktokError */
  videosByIds(accessToken: string, ids: readonly string[]): Promise<Video[]>;
}

/** What one request for videos may hold. */
export const VIDEOS_PER_REQUEST = 20;

/** A picture or player to show: https, or the simulator's. Anything else would be a link into nowhere good. */
const address = z.catch(
  z.nullable(
    z.string().check(
      z.refine((value) => {
        const url = URL.parse(value);
        return url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url)));
      }),
    ),
  ),
  null,
);

const userSchema = z.pipe(
  z.object({
    open_id: textOrNull,
    union_id: textOrNull,
    display_name: textOrNull,
    avatar_url_100: address,
    username: textOrNull,
    bio_description: textOrNull,
    follower_count: countOrNull,
    following_count: countOrNull,
    likes_count: countOrNull,
    video_count: countOrNull,
  }),
  z.transform(
    (user): UserInfo => ({
      openId: user.open_id,
      unionId: user.union_id,
      displayName: user.display_name,
      avatarUrl: user.avatar_url_100,
      username: user.username,
      bio: user.bio_description,
      followers: user.follower_count,
      following: user.following_count,
      likes: user.likes_count,
      videos: user.video_count,
    }),
  ),
);

const videoSchema = z.pipe(
  z.object({
    id: z.string().check(z.minLength(1)),
    title: textOrNull,
    cover_image_url: address,
    embed_link: address,
    duration: countOrNull,
    create_time: countOrNull,
    view_count: countOrNull,
    like_count: countOrNull,
    comment_count: countOrNull,
    share_count: countOrNull,
  }),
  z.transform(
    (video): Video => ({
      id: video.id,
      title: video.title,
      coverUrl: video.cover_image_url,
      embedUrl: video.embed_link,
      durationSeconds: video.duration,
      createdAt: video.create_time === null ? null : video.create_time * 1000,
      views: video.view_count,
      likes: video.like_count,
      comments: video.comment_count,
      shares: video.share_count,
    }),
  ),
);

const userAnswer = z.object({ user: userSchema });
/** `videos` is absent where there are none; one that cannot be read costs itself alone. */
const videosAnswer = z.object({
  videos: z.pipe(
    z._default(z.array(z.unknown()), []),
    z.transform((videos) => videos.flatMap((video) => videoSchema.safeParse(video).data ?? [])),
  ),
  cursor: countOrNull,
  has_more: z.catch(z.boolean(), false),
});

/** Every answer, a success too, carries an `error`; its code is then `ok`. */
const envelope = z.object({ data: z.unknown(), error: z.object({ code: z.string() }) });

export function createDisplayApi({ apiUrl, fetch }: { apiUrl: string; fetch: Fetch }): DisplayApi {
  /** One request; `body` makes it a POST. Answers the envelope's `data`, read by `schema`. */
  async function ask<T>(
    schema: z.ZodMiniType<T>,
    accessToken: string,
    request: { path: string; fields: readonly string[]; body?: Record<string, unknown> },
  ): Promise<T> {
    const url = new URL(`${apiUrl}${request.path}?fields=${request.fields.join(",")}`);
    const headers = { authorization: `Bearer ${accessToken}`, accept: "application/json" };
    const init = request.body
      ? {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify(request.body),
        }
      : { method: "GET", headers };
    const answer = await askTiktok(fetch, url, init);

    const said = envelope.safeParse(answer.json);
    if (answer.status !== 200 || said.data?.error.code !== "ok") throw apiError(said.data?.error.code, answer.status);
    const read = schema.safeParse(said.data.data);
    if (!read.success) throw new TiktokError("malformed");
    return read.data;
  }

  return {
    async userInfo(accessToken, scopes) {
      const fields = userFields(scopes);
      if (fields.length === 0) throw new TiktokError("scope");
      return (await ask(userAnswer, accessToken, { path: "/v2/user/info/", fields })).user;
    },

    async videoPage(accessToken, { cursor, maxCount }) {
      const answer = await ask(videosAnswer, accessToken, {
        path: "/v2/video/list/",
        fields: VIDEO_FIELDS,
        body: { max_count: atMostOnePage(maxCount), ...(cursor === undefined ? {} : { cursor }) },
      });
      return { videos: answer.videos, nextCursor: answer.has_more ? movedBack(answer.cursor, cursor) : null };
    },

    async videosByIds(accessToken, ids) {
      if (ids.length === 0) return [];
      atMostOnePage(ids.length);
      const body = { filters: { video_ids: ids } };
      return (await ask(videosAnswer, accessToken, { path: "/v2/video/query/", fields: VIDEO_FIELDS, body })).videos;
    },
  };
}

function atMostOnePage(videos: number): number {
  if (videos >= 1 && videos <= VIDEOS_PER_REQUEST) return videos;
  throw new RangeError(`TikTok answers 1 to ${VIDEOS_PER_REQUEST} videos a request, not ${videos}.`);
}

/** The answer's cursor, if it leads to older videos than the one asked with: else a walk would never end. */
const movedBack = (answered: number | null, asked: number | undefined): number | null =>
  answered !== null && answered > 0 && (asked === undefined || answered < asked) ? answered : null;
